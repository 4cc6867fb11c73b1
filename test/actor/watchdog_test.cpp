#include "../support/actor_state.hpp"
#include "../support/pipeline_fixture.hpp"
#include "../support/scripted_outbox.hpp"

#include "actors/supervisor/completeness.hpp"

#include <algorithm>
#include <functional>
#include <set>

using namespace aepro;
using namespace aepro::test;
using namespace std::chrono_literals;

BOOST_AUTO_TEST_SUITE(watchdog)

namespace {

/// A node of which any actor can hang: it handles nothing more, while the others go on and time
/// passes.
struct hang_fixture : pipeline_fixture {
  hang_fixture() {
    options.ingest.intake.deadline = 1s;
    options.ingest.stuck_after = 3;
    options.ingest.fenced_wait = 1s;
    options.validation.stuck_after = 3s;
    options.storage.stuck_after = 3s;
    options.check_interval = 1s;
  }

  void start_and_settle() {
    start();
    advance(500ms);
    check_all_stored();
  }

  supervisor_state& tree() { return state_of<supervisor_impl>(supervisor); }
  storage_state& storage() { return state_of<storage_impl>(tree().storage); }

  template <class Handle>
  void hang(const Handle& actor) {
    hung.insert(caf::actor_cast<caf::actor_addr>(actor).id());
  }

  validation_state& pool() { return state_of<validation_impl>(tree().validation); }

  /// Every worker of the pool, one batch for each.
  void hang_all_workers() {
    for (const auto& worker : pool().workers)
      hang(worker.handle);
  }

  void run() {
    auto& jobs = scheduler.jobs;
    const auto may_run = [this](caf::resumable* job) {
      const auto* actor = dynamic_cast<const caf::local_actor*>(job);
      return actor == nullptr || !hung.contains(actor->id());
    };
    for (auto next = jobs.begin();
         (next = std::find_if(jobs.begin(), jobs.end(), may_run)) != jobs.end();) {
      std::rotate(jobs.begin(), next, next + 1);
      scheduler.try_run_once();
    }
  }

  void pass(std::chrono::milliseconds duration) {
    for (auto passed = 0ms; passed < duration; passed += 5ms) {
      scheduler.advance_time(5ms);
      run();
    }
  }

  void publish(const stream_name& stream, std::int64_t count) {
    auto& log = broker.records[stream];
    for (; count > 0; --count, ++published)
      broker.publish(stream, log.back().first + 1, event_value(1'000 + published));
    broker.wake();
    run();
  }

  node_status inspect() {
    node_status answer;
    auto request = self->request(supervisor, caf::infinite, inspect_atom_v);
    pass(3s); // A stage that hangs is not waited for longer.
    request.receive([&answer](const node_status& said) { answer = said; },
                    [](const caf::error& reason) { BOOST_ERROR(caf::to_string(reason)); });
    return answer;
  }

  static bool has_trouble(const node_status& status, std::string_view text) {
    const auto troubles = health_troubles(status);
    for (const auto& one : troubles)
      BOOST_TEST_MESSAGE(one);
    return std::any_of(troubles.begin(), troubles.end(),
                       [&](const std::string& one) { return one.find(text) != std::string::npos; });
  }

  static stream_status of(const node_status& status, const stream_name& stream) {
    for (const auto& one : status.intake.streams)
      if (one.stream == stream)
        return one;
    return {};
  }

  static pool_status pool_of(const node_status& status, std::string_view pool) {
    for (const auto& one : status.pools)
      if (one.name == pool)
        return one;
    return {};
  }

  static std::size_t stuck_workers(const node_status& status, std::string_view pool) {
    return pool_of(status, pool).workers_stuck;
  }

  std::int64_t end_of(const stream_name& stream) { return broker.records[stream].back().first + 1; }
  bool is_stored(const stream_name& stream) { return stored_offset(stream) == end_of(stream); }

  void check_stored_once() {
    BOOST_TEST(is_stored(first_stream));
    BOOST_TEST(is_stored(second_stream));
    const auto all = static_cast<std::uint64_t>(2 * records_per_stream + published);
    BOOST_TEST(stored_counts().total() == all);
    BOOST_TEST(stored_counts().accepted == all);
  }

  /// The actor goes on: what waited in its mailbox comes, however late.
  void recover() {
    hung.clear();
    pass(20s);
    check_stored_once();
    BOOST_TEST(health_troubles(inspect()).empty());
  }

  std::set<caf::actor_id> hung;
  std::int64_t published = 0;
};

} // namespace

BOOST_FIXTURE_TEST_CASE(a_worker_that_hangs_costs_tries_and_another_takes_its_place, hang_fixture) {
  start_and_settle();
  hang(pool().workers[0].handle);
  publish(first_stream, 30);
  publish(second_stream, 30);
  pass(10s);
  check_stored_once();
  const auto now = inspect();
  BOOST_TEST(pool_of(now, "validation").size == 2U);
  BOOST_TEST(pool_of(now, "validation").workers_idle == 2U);
  BOOST_TEST(pool_of(now, "validation").workers_left_behind == 1U);
  BOOST_TEST(health_troubles(now).empty());
  publish(first_stream, 30);
  pass(1s);
  check_stored_once();
  BOOST_TEST(inspect().intake.retries == now.intake.retries);
  recover();
}

BOOST_FIXTURE_TEST_CASE(a_publisher_that_hangs_turns_health_red_after_a_minute, hang_fixture) {
  scripted_outbox outbox;
  options.publisher = publisher_on(outbox);
  start_and_settle();
  hang(tree().publisher);
  BOOST_TEST(health_troubles(inspect()).empty()); // It may wait for the broker.
  pass(30s);
  BOOST_TEST(health_troubles(inspect()).empty());
  pass(30s);
  BOOST_TEST(has_trouble(inspect(), "publisher does not answer"));
  hung.clear();
  pass(5s);
  BOOST_TEST(health_troubles(inspect()).empty());
}

/// They may wait for the store, which is asked itself.
BOOST_FIXTURE_TEST_CASE(a_stage_beside_the_intake_that_hangs_turns_health_red_after_a_minute,
                        hang_fixture) {
  const auto none = [] { return caf::make_error(errc::store_unavailable, "none"); };
  options.notifier.open_store = none;
  options.clocks.open_store = none;
  options.reviews.open_store = none;
  options.acknowledge.open_store = none;
  options.notifier.detach = options.clocks.detach = options.reviews.detach =
      options.acknowledge.detach = false;
  start_and_settle();
  const std::pair<const char*, std::function<void()>> all[] = {
      {"notifier does not answer", [this] { hang(tree().notifier); }},
      {"clocks does not answer", [this] { hang(tree().clocks); }},
      {"review does not answer", [this] { hang(tree().reviews); }},
      {"acknowledge does not answer", [this] { hang(tree().acknowledge); }},
  };
  for (const auto& [trouble, hang_it] : all) {
    hang_it();
    BOOST_TEST(!has_trouble(inspect(), trouble));
    pass(30s);
    BOOST_TEST(!has_trouble(inspect(), trouble));
    pass(30s);
    BOOST_TEST(has_trouble(inspect(), trouble), trouble);
    hung.clear();
    pass(5s);
    BOOST_TEST(!has_trouble(inspect(), trouble));
  }
  publish(first_stream, 10);
  pass(1s);
  check_stored_once();
}

BOOST_FIXTURE_TEST_CASE(an_ingest_that_hangs_turns_health_red_at_once, hang_fixture) {
  start_and_settle();
  hang(tree().ingest);
  publish(first_stream, 20);
  BOOST_TEST(has_trouble(inspect(), "ingest does not answer"));
  recover();
}

BOOST_FIXTURE_TEST_CASE(a_pool_of_which_every_worker_hangs_goes_on_with_others, hang_fixture) {
  start_and_settle();
  hang_all_workers();
  publish(first_stream, 30);
  publish(second_stream, 30);
  pass(12s);
  check_stored_once();
  BOOST_TEST(pool_of(inspect(), "validation").workers_left_behind == 2U);
  BOOST_TEST(
      state_of<supervisor_impl>(supervisor).history[supervisor_state::validation_stage].restarts ==
      0U);
  recover();
}

BOOST_FIXTURE_TEST_CASE(a_worker_that_wakes_up_after_it_was_replaced_ends_without_effect,
                        hang_fixture) {
  start_and_settle();
  const auto woken = pool().workers[0].handle;
  hang(woken);
  publish(first_stream, 30);
  pass(10s);
  check_stored_once();
  const auto calls = faults.append_calls;
  const auto retries = status().retries;
  hung.clear();
  pass(3s);
  BOOST_TEST(has_ended(woken));
  BOOST_TEST(faults.append_calls == calls);
  const auto now = inspect();
  BOOST_TEST(now.intake.retries == retries);
  BOOST_TEST(pool_of(now, "validation").workers_left_behind == 0U);
  BOOST_TEST(pool_of(now, "validation").size == 2U);
  check_stored_once();
}

BOOST_FIXTURE_TEST_CASE(no_more_workers_are_left_behind_than_the_pool_has_and_then_health_turns_red,
                        hang_fixture) {
  options.validation.restarts.window = 1s; // Not what holds it back.
  start_and_settle();
  for (int round = 0; round < 2; ++round) {
    hang_all_workers();
    publish(first_stream, 10);
    publish(second_stream, 10);
    pass(6s);
  }
  const auto now = inspect();
  BOOST_TEST(pool_of(now, "validation").workers_left_behind == 2U);
  BOOST_TEST(stuck_workers(now, "validation") == 2U);
  BOOST_TEST(has_trouble(now, "pool validation: 2 of 2 workers hang"));
  recover();
}

BOOST_FIXTURE_TEST_CASE(a_pool_that_was_made_larger_replaces_as_many_as_it_has_now, hang_fixture) {
  options.validation.restarts.window = 1s;
  start_and_settle();
  caf::anon_send(state_of<supervisor_impl>(supervisor).validation, resize_atom_v, std::size_t{3});
  run();
  for (int round = 0; round < 3; ++round) {
    hang_all_workers();
    publish(first_stream, 10);
    publish(second_stream, 10);
    pass(6s);
  }
  BOOST_TEST(pool_of(inspect(), "validation").workers_left_behind == 3U);
  recover();
}

BOOST_FIXTURE_TEST_CASE(workers_are_replaced_no_more_often_than_the_window_allows, hang_fixture) {
  start_and_settle();
  for (int round = 0; round < 2; ++round) {
    hung.clear();
    pass(1s); // Those of before wake up, and end.
    hang_all_workers();
    publish(first_stream, 10);
    publish(second_stream, 10);
    pass(6s);
  }
  BOOST_TEST(pool_of(inspect(), "validation").workers_left_behind == 0U);
  BOOST_TEST(stuck_workers(inspect(), "validation") == 2U);
  pass(60s);
  BOOST_TEST(stuck_workers(inspect(), "validation") == 0U);
  check_stored_once();
}

BOOST_FIXTURE_TEST_CASE(a_partition_whose_writer_hangs_is_claimed_anew_and_the_others_feel_nothing,
                        hang_fixture) {
  start_and_settle();
  hang(storage().writers[0]);
  publish(first_stream, 20);
  publish(second_stream, 20); // For the other writer.
  pass(100ms);
  BOOST_TEST(!is_stored(first_stream));
  BOOST_TEST(is_stored(second_stream));
  pass(6s);
  check_stored_once();
  const auto now = inspect();
  BOOST_TEST(of(now, first_stream).rebuilds == 1U);
  BOOST_TEST(!of(now, first_stream).is_stuck);
  BOOST_TEST(of(now, first_stream).late_records == 20U); // Read twice, due once.
  BOOST_TEST(of(now, second_stream).rebuilds == 0U);
  BOOST_TEST(of(now, second_stream).late_records == 0U);
  BOOST_TEST(broker.starts[second_stream].size() == 1U);
  BOOST_TEST(stuck_workers(now, "storage") == 1U);
  BOOST_TEST(has_trouble(now, "pool storage: 1 of 2 workers hang"));
  recover();
}

BOOST_FIXTURE_TEST_CASE(a_claim_that_is_not_answered_turns_health_red_and_the_others_go_on,
                        hang_fixture) {
  start_and_settle();
  hang(storage().reader);
  broker.events.push_back(streams_revoked{{first_stream}, true});
  broker.events.push_back(streams_assigned{{first_stream}});
  publish(first_stream, 20);
  pass(6s);
  const auto now = inspect();
  BOOST_TEST(of(now, first_stream).is_stuck);
  BOOST_TEST(has_trouble(
      now,
      "aepro.adverse-events/0: it was claimed anew 0 times, and still storage does not answer"));
  recover();
}

BOOST_FIXTURE_TEST_CASE(a_registry_that_hangs_turns_health_red, hang_fixture) {
  start_and_settle();
  hang(tree().registry);
  publish(first_stream, 20);
  pass(6s);
  const auto now = inspect();
  BOOST_TEST(has_trouble(now, "aepro.adverse-events/0: its oldest record is not durable"));
  BOOST_TEST(stuck_workers(now, "validation") == 0U); // They wait for it, and not for ever.
  recover();
}

BOOST_FIXTURE_TEST_CASE(a_validation_that_hangs_turns_health_red_when_the_new_claim_did_not_help,
                        hang_fixture) {
  start_and_settle();
  hang(tree().validation);
  publish(first_stream, 20);
  pass(5s);
  auto now = inspect(); // Takes three seconds more.
  BOOST_TEST(of(now, first_stream).rebuilds >= 1U);
  pass(5s);
  now = inspect();
  BOOST_TEST(of(now, first_stream).is_stuck);
  BOOST_TEST(has_trouble(now, "validation does not answer"));
  BOOST_TEST(!is_stored(first_stream));
  recover();
}

BOOST_FIXTURE_TEST_CASE(a_storage_that_hangs_turns_health_red, hang_fixture) {
  start_and_settle();
  hang(tree().storage);
  publish(first_stream, 20);
  pass(12s);
  const auto now = inspect();
  BOOST_TEST(of(now, first_stream).rebuilds == 1U);
  BOOST_TEST(of(now, first_stream).is_stuck); // Its claim is not answered.
  BOOST_TEST(has_trouble(now, "storage does not answer"));
  recover();
}

/// Control: what fails and says so is tried again, however long it takes, and is not taken for
/// something that hangs.
BOOST_FIXTURE_TEST_CASE(a_store_that_fails_for_long_is_not_taken_for_one_that_hangs, hang_fixture) {
  start_and_settle();
  faults.appends.assign(100'000, append_fault::fails_before_commit);
  publish(first_stream, 20);
  pass(30s);
  BOOST_TEST(of(inspect(), first_stream).rebuilds == 0U);
  faults.appends.clear();
  recover();
}

BOOST_AUTO_TEST_SUITE_END()
