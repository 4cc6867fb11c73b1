#include "../support/actor_fixture.hpp"
#include "../support/miscounting_store.hpp"
#include "../support/test_events.hpp"

#include "actors/control/control_actor.hpp"
#include "actors/supervisor/completeness.hpp"

#include <boost/test/unit_test.hpp>
#include <nlohmann/json.hpp>

using namespace aepro;
using namespace aepro::test;
using namespace std::chrono_literals;

BOOST_AUTO_TEST_SUITE(control)

namespace {

const stream_name first_stream{"aepro.adverse-events", 0};
const stream_name second_stream{"aepro.adverse-events", 1};

/// Two streams of 50 records; stores may miscount.
struct control_fixture : actor_fixture {
  control_fixture() {
    publish(first_stream, 50);
    publish(second_stream, 50);
    options.storage.open =
        [this, open = options.storage.open]() -> caf::expected<std::unique_ptr<event_store>> {
      auto opened = open();
      if (!opened)
        return std::move(opened.error());
      return std::unique_ptr<event_store>{
          std::make_unique<miscounting_store>(std::move(*opened), miscount)};
    };
  }

  void publish(const stream_name& stream, std::int64_t count) {
    for (auto& next = published[stream]; count-- > 0; ++next)
      broker.publish(stream, next, adverse_event_value({.event_id = ordered_id(++ids)}));
  }

  template <class Answer, class... Message>
  Answer ask(Message... message) {
    Answer answer;
    auto request = self->request(supervisor, caf::infinite, std::move(message)...);
    scheduler.run();
    request.receive([&answer](const Answer& said) { answer = said; },
                    [](const caf::error& reason) { BOOST_ERROR(caf::to_string(reason)); });
    return answer;
  }

  control_outcome tell(control_command command) {
    command.uid = 42;
    return ask<control_outcome>(std::move(command));
  }
  control_outcome pool(std::size_t size, const std::string& name = "validation") {
    return tell({.verb = control_verb::pool, .pool = name, .size = size});
  }
  control_outcome pause(const stream_name& stream) {
    return tell({.verb = control_verb::pause, .stream = stream});
  }
  control_outcome resume(const stream_name& stream) {
    return tell({.verb = control_verb::resume, .stream = stream});
  }
  node_status inspect() { return ask<node_status>(inspect_atom_v); }

  pool_status validation_pool() {
    for (const auto& one : inspect().pools)
      if (one.name == "validation")
        return one;
    return {};
  }

  stream_status status_of(const stream_name& stream) {
    for (const auto& one : inspect().intake.streams)
      if (one.stream == stream)
        return one;
    return {};
  }

  miscount_plan miscount;
  std::map<stream_name, std::int64_t> published;
  std::uint64_t ids = 0;
};

} // namespace

BOOST_FIXTURE_TEST_CASE(a_node_that_is_asked_says_what_its_partitions_pools_and_stages_do,
                        control_fixture) {
  options.validation.workers = 3;
  start();
  advance(500ms);
  publish(first_stream, 7);
  const auto behind = status_of(first_stream);
  BOOST_TEST(behind.next_offset == 50);
  BOOST_TEST(behind.high_watermark == 57);
  const auto now = inspect();
  BOOST_REQUIRE(now.pools.size() == 2U);
  for (const auto& one : now.pools) {
    BOOST_TEST(one.size == (one.name == "validation" ? 3U : 2U));
    BOOST_TEST(one.workers_running == 0U);
    BOOST_TEST(one.workers_idle == one.size);
    BOOST_TEST(one.waiting_batches == 0U);
  }
  BOOST_REQUIRE(now.stages.size() == 4U); // This node publishes nothing.
  for (const auto& stage : now.stages)
    BOOST_TEST((stage.running && stage.restarts == 0));
  BOOST_TEST(now.intake.recent.total() == 100U);
  BOOST_TEST(health_troubles(now).empty());
}

BOOST_FIXTURE_TEST_CASE(
    a_batch_that_cannot_be_stored_is_old_and_with_ingest_while_it_waits_for_its_retry,
    control_fixture) {
  faults.appends.assign(1'000'000, append_fault::fails_before_commit);
  options.ingest.intake.retry = {10s, 20s};
  start();
  advance(8s);
  const auto one = status_of(first_stream);
  BOOST_TEST((one.state == stream_state::retrying));
  BOOST_TEST((one.holder == batch_holder::ingest));
  BOOST_TEST((one.watermark_age >= 7s));
  BOOST_TEST(one.oldest_begin_offset.value() == -1);
  BOOST_TEST(!health_troubles(inspect()).empty()); // Its deadline is 5 s.
}

BOOST_FIXTURE_TEST_CASE(stages_count_their_restarts_and_keep_the_last_reason, control_fixture) {
  faults.appends = {append_fault::none, append_fault::throws};
  start();
  advance(20s);
  const auto now = inspect();
  for (const auto& stage : now.stages) {
    BOOST_TEST(stage.restarts == 1U);
    BOOST_TEST(stage.last_reason.starts_with("after storage: ") == (stage.name != "storage"));
    BOOST_TEST(!stage.last_reason.empty());
  }
}

BOOST_FIXTURE_TEST_CASE(
    a_pool_grows_and_shrinks_while_batches_flow_and_nothing_is_lost_or_tried_twice,
    control_fixture) {
  start();
  advance(500ms);
  publish(first_stream, 2'000);
  publish(second_stream, 2'000);
  broker.wake();
  std::minstd_rand random{7};
  std::size_t asked = 0, size = 0;
  for (bool more = true; more;) {
    size = 1 + random() % 8;
    self->send(supervisor,
               control_command{.verb = control_verb::pool, .pool = "validation", .size = size});
    ++asked;
    for (int step = 0; step < 25 && more; ++step)
      more = scheduler.try_run_once();
  }
  BOOST_TEST(asked > 50U);
  BOOST_TEST(stored_offset(first_stream) == 2'050);
  BOOST_TEST(stored_offset(second_stream) == 2'050);
  BOOST_TEST(faults.stored.accepted == 4'100U);
  BOOST_TEST(status().retries == 0U);
  const auto pool_now = validation_pool();
  BOOST_TEST(pool_now.size == size);
  BOOST_TEST(pool_now.workers_idle == size); // Those that left are gone.
}

BOOST_FIXTURE_TEST_CASE(a_pool_keeps_its_size_when_its_stage_starts_again, control_fixture) {
  start();
  advance(500ms);
  BOOST_TEST(pool(5).done);
  faults.appends = {append_fault::throws};
  publish(first_stream, 1);
  advance(20s);
  BOOST_TEST(inspect().stages[2].restarts == 1U);
  BOOST_TEST(validation_pool().size == 5U);
}

BOOST_FIXTURE_TEST_CASE(a_size_or_a_pool_that_cannot_be_is_refused_and_changes_nothing,
                        control_fixture) {
  start();
  BOOST_TEST(!pool(0).done);
  BOOST_TEST(!pool(pool_size_max + 1).done);
  BOOST_TEST(pool(4, "storage").text.find("`validation` can") != std::string::npos);
  BOOST_TEST(validation_pool().size == options.validation.workers);
  BOOST_TEST(pool(pool_size_max).done);
  BOOST_TEST(validation_pool().size == pool_size_max);
}

BOOST_FIXTURE_TEST_CASE(a_paused_partition_settles_what_it_has_and_goes_on_where_it_was,
                        control_fixture) {
  start();
  advance(500ms);
  BOOST_TEST(pause(first_stream).done);
  publish(first_stream, 30);
  publish(second_stream, 30);
  advance(60s);
  BOOST_TEST(stored_offset(first_stream) == 50);
  BOOST_TEST(stored_offset(second_stream) == 80); // Others go on.
  const auto paused = status_of(first_stream);
  BOOST_TEST((paused.state == stream_state::paused));
  BOOST_TEST(paused.in_flight_records == 0U);
  BOOST_TEST(paused.high_watermark == 80);
  BOOST_TEST(resume(first_stream).done);
  advance(500ms);
  BOOST_TEST(stored_offset(first_stream) == 80);
  BOOST_TEST(broker.starts[first_stream].size() == 1U); // Never given up.
  BOOST_TEST((status_of(first_stream).state == stream_state::running));
}

BOOST_FIXTURE_TEST_CASE(a_pause_stays_with_the_node_when_the_partition_goes_and_comes_back,
                        control_fixture) {
  start();
  advance(500ms);
  BOOST_TEST(pause(first_stream).done);
  broker.events.push_back(streams_revoked{{first_stream}, false});
  advance(100ms);
  broker.events.push_back(streams_assigned{{first_stream}});
  publish(first_stream, 5);
  advance(1s);
  BOOST_TEST(broker.starts[first_stream].size() == 2U);
  BOOST_TEST(stored_offset(first_stream) == 50);
  faults.appends = {append_fault::throws}; // The stages start again as well.
  publish(second_stream, 1);
  advance(20s);
  BOOST_TEST(stored_offset(second_stream) == 51);
  BOOST_TEST(stored_offset(first_stream) == 50);
  BOOST_TEST(resume(first_stream).done);
  advance(500ms);
  BOOST_TEST(stored_offset(first_stream) == 55);
}

BOOST_FIXTURE_TEST_CASE(a_partition_that_the_node_does_not_have_can_be_neither_paused_nor_resumed,
                        control_fixture) {
  start();
  advance(500ms);
  const stream_name none{"aepro.adverse-events", 7};
  for (const auto& outcome : {pause(none), resume(none)}) {
    BOOST_TEST(!outcome.done);
    BOOST_TEST(outcome.text.starts_with("this node has no such partition"));
  }
  BOOST_TEST(resume(first_stream).text == "was not paused");
  BOOST_TEST(pause(first_stream).text == "paused");
  BOOST_TEST(pause(first_stream).text == "was paused already");
}

BOOST_FIXTURE_TEST_CASE(commands_are_remembered_with_who_and_what_became_of_them_a_hundred_of_them,
                        control_fixture) {
  start();
  advance(500ms);
  pause({"no-such-topic", 1});
  auto told = inspect().commands;
  BOOST_REQUIRE(told.size() == 1U);
  BOOST_TEST(told[0].uid == 42U);
  BOOST_TEST(told[0].command == "pause no-such-topic/1");
  BOOST_TEST(!told[0].done);
  for (std::size_t i = 0; i < 150; ++i)
    pool(1 + i % 3);
  told = inspect().commands;
  BOOST_TEST(told.size() == supervisor_state::commands_max);
  BOOST_TEST(told.back().command == "pool validation 3");
  BOOST_TEST(told.front().command != "pause no-such-topic/1");
}

BOOST_FIXTURE_TEST_CASE(
    a_node_that_is_told_to_drain_leaves_it_to_its_owner_and_takes_no_more_commands,
    control_fixture) {
  start();
  advance(500ms);
  BOOST_TEST(!*options.drain_wanted);
  BOOST_TEST(tell({.verb = control_verb::drain}).done);
  BOOST_TEST(options.drain_wanted->load());
  BOOST_TEST(!pool(3).done);
  BOOST_TEST(tell({.verb = control_verb::drain}).done);
  BOOST_TEST(inspect().commands.size() == 3U);
}

BOOST_FIXTURE_TEST_CASE(ingest_and_storage_count_the_same_while_batches_fail_and_stages_restart,
                        control_fixture) {
  faults.appends = {append_fault::none,
                    append_fault::outcome_unknown,
                    append_fault::fails_before_commit,
                    append_fault::throws_after_commit,
                    append_fault::outcome_unknown,
                    append_fault::none};
  options.check_interval = 20ms;
  start();
  for (int i = 0; i < 50; ++i) {
    publish(i % 2 ? first_stream : second_stream, 20);
    advance(200ms);
    BOOST_TEST(inspect().incomplete.empty());
  }
  advance(20s);
  BOOST_TEST(stored_offset(first_stream) == 550);
  BOOST_TEST(inspect().incomplete.empty());
}

BOOST_FIXTURE_TEST_CASE(
    a_store_that_counts_a_record_too_many_turns_health_red_and_names_the_partition,
    control_fixture) {
  miscount = {second_stream, 1};
  start();
  advance(500ms);
  BOOST_TEST(inspect().incomplete.empty()); // Not compared yet.
  advance(5s);
  const auto now = inspect();
  BOOST_REQUIRE(now.incomplete.size() == 1U);
  BOOST_TEST((now.incomplete[0].stream == second_stream));
  BOOST_TEST(now.incomplete[0].read == 50U);
  BOOST_TEST(now.incomplete[0].settled == 51U);
  BOOST_TEST(health_troubles(now).size() == 1U);
}

BOOST_FIXTURE_TEST_CASE(counts_are_compared_at_the_drain_as_well, control_fixture) {
  options.check_interval = 1h;
  miscount = {first_stream, 3};
  start();
  advance(500ms);
  const auto last = drain(500ms);
  BOOST_REQUIRE(last.incomplete.size() == 1U);
  BOOST_TEST((last.incomplete[0].stream == first_stream));
  BOOST_TEST(last.incomplete[0].settled == last.incomplete[0].read + 3);
}

BOOST_FIXTURE_TEST_CASE(a_question_from_the_socket_is_answered_with_a_line_of_json,
                        control_fixture) {
  start();
  advance(500ms);
  auto asker = system.spawn<control_impl>(supervisor, node_identity{"/x", "g", "one", 9}, 5s);
  std::string answer;
  const auto ask_line = [&](control_command command) {
    auto question = std::make_shared<control_question>();
    question->command = std::move(command);
    question->answer = [&answer](std::string line) { answer = std::move(line); };
    caf::anon_send(asker, std::move(question));
    scheduler.run();
    return nlohmann::json::parse(answer);
  };
  const auto report = ask_line({.verb = control_verb::status});
  BOOST_TEST(report.at("ok") == true);
  BOOST_TEST(report.at("source") == "node");
  BOOST_TEST(report.at("node").at("process") == 9);
  BOOST_TEST(report.at("partitions").size() == 2U);
  BOOST_TEST(ask_line({.verb = control_verb::pool, .pool = "validation", .size = 2}).at("ok") ==
             true);
  BOOST_TEST(ask_line({.verb = control_verb::pool, .pool = "x", .size = 2}).at("ok") == false);
  caf::anon_send_exit(supervisor, caf::exit_reason::kill);
  supervisor = nullptr;
  advance(100ms);
  BOOST_TEST(ask_line({.verb = control_verb::status}).at("ok") == false);
  caf::anon_send_exit(asker, caf::exit_reason::user_shutdown);
}

BOOST_AUTO_TEST_SUITE_END()
