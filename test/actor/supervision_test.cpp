#include "../support/actor_state.hpp"
#include "../support/pipeline_fixture.hpp"
#include "../support/scripted_outbox.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <functional>

using namespace aepro;
using namespace aepro::test;
using namespace std::chrono_literals;

BOOST_AUTO_TEST_SUITE(supervision)

namespace {

/// The whole node, publisher included, with a list of what became of its stages.
struct supervision_fixture : pipeline_fixture {
  supervision_fixture() {
    options.publisher = publisher_on(outbox);
    options.stop_grace = 1s;
    options.watch = [this](std::string_view stage, stage_event event) {
      constexpr std::array names{"started", "stopped", "abandoned"};
      happened.push_back(std::string(stage) + " " + names[static_cast<std::size_t>(event)]);
    };
  }

  supervisor_state& tree() { return state_of<supervisor_impl>(supervisor); }

  template <class Handle>
  static void kill(const Handle& actor) {
    caf::anon_send<caf::message_priority::high>(caf::actor_cast<caf::actor>(actor),
                                                caf::exit_msg{{}, caf::exit_reason::kill});
  }

  /// From now on the actor does not stop when it is told to, as one that hangs in a call.
  template <class Impl, class Handle>
  static void hang(const Handle& actor) {
    state_of<Impl>(actor).self->set_exit_handler([](const caf::exit_msg&) {});
  }

  /// More records, while others are under way.
  void publish_more(int count) {
    for (int i = 0; i < count; ++i, ++published)
      broker.publish(second_stream, records_per_stream + published, event_value(1'000 + published));
    if (broker.wake)
      broker.wake();
  }

  void check_all_published_is_stored() {
    const auto all = static_cast<std::uint64_t>(2 * records_per_stream + published);
    BOOST_TEST(stored_offset(first_stream) == 2 * records_per_stream - 1);
    BOOST_TEST(stored_offset(second_stream) == records_per_stream + published);
    BOOST_TEST(stored_counts().accepted == all);
    BOOST_TEST(stored_counts().total() == all);
    const auto now = status();
    BOOST_TEST(now.counts.total() == all);
    BOOST_TEST(now.read_records == all);
  }

  std::optional<drain_status> drain(std::chrono::milliseconds patience) {
    std::optional<drain_status> answer;
    auto request = self->request(supervisor, caf::infinite, drain_atom_v);
    advance(patience);
    request.receive([&answer](const drain_status& last) { answer = last; },
                    [](const caf::error&) {});
    supervisor = nullptr;
    return answer;
  }

  caf::error end_of_the_node() {
    caf::error reason;
    self->receive([&reason](const caf::down_msg& down) { reason = down.reason; },
                  caf::after(0s) >> [] {});
    return reason;
  }

  scripted_outbox outbox;
  std::vector<std::string> happened;
  std::int64_t published = 0;
};

/// An actor of the tree, and whether its death takes the intake with it.
struct victim {
  const char* name;
  std::function<void(supervision_fixture&)> kill;
  bool restarts_intake;
};

const victim victims[] = {
    {"storage", [](auto& node) { node.kill(node.tree().storage); }, true},
    {"first writer",
     [](auto& node) { node.kill(state_of<storage_impl>(node.tree().storage).writers[0]); }, true},
    {"second writer",
     [](auto& node) { node.kill(state_of<storage_impl>(node.tree().storage).writers[1]); }, true},
    {"reader", [](auto& node) { node.kill(state_of<storage_impl>(node.tree().storage).reader); },
     true},
    {"registry", [](auto& node) { node.kill(node.tree().registry); }, true},
    {"validation", [](auto& node) { node.kill(node.tree().validation); }, true},
    {"first worker",
     [](auto& node) {
       node.kill(state_of<validation_impl>(node.tree().validation).workers[0].handle);
     },
     false},
    {"second worker",
     [](auto& node) {
       node.kill(state_of<validation_impl>(node.tree().validation).workers[1].handle);
     },
     false},
    {"ingest", [](auto& node) { node.kill(node.tree().ingest); }, true},
    {"publisher", [](auto& node) { node.kill(node.tree().publisher); }, false},
};

/// Messages that are delivered between the start of the load and the kill.
constexpr int moments[] = {0, 1, 3, 7, 12, 20, 31, 45, 70, 110};

/// Kills one actor at one moment of a load, and again in the middle of what follows.
void kill_under_load(const victim& chosen, int moment) {
  supervision_fixture node;
  node.outbox.add(first_stream, 3);
  node.start();
  for (int round = 0; round < 2; ++round) {
    node.publish_more(100);
    for (int step = 0; step < moment && node.scheduler.try_run_once(); ++step) {
    }
    chosen.kill(node);
    node.publish_more(20);
    node.advance(3s);
  }
  node.advance(10s);
  BOOST_TEST_CONTEXT("killed: " << chosen.name << ", after messages: " << moment) {
    BOOST_TEST(node.broker.opened == (chosen.restarts_intake ? 3U : 1U));
    node.check_all_published_is_stored();
  }
}

} // namespace

BOOST_AUTO_TEST_CASE(each_actor_killed_under_load_loses_nothing_and_doubles_nothing) {
  for (const auto& chosen : victims)
    for (const auto moment : moments)
      kill_under_load(chosen, moment);
}

BOOST_FIXTURE_TEST_CASE(stages_start_in_the_order_of_their_needs_and_stop_in_reverse,
                        supervision_fixture) {
  start();
  advance(500ms);
  const auto last = drain(500ms);
  BOOST_TEST(last.has_value());
  // Ingest and publisher end by themselves when they have drained.
  const std::vector<std::string> expected{
      "storage started",   "registry started", "validation started", "ingest started",
      "publisher started", "ingest stopped",   "publisher stopped",  "validation stopped",
      "registry stopped",  "storage stopped"};
  BOOST_TEST(happened == expected, boost::test_tools::per_element());
}

BOOST_FIXTURE_TEST_CASE(a_stage_restarts_with_those_after_it_and_no_other, supervision_fixture) {
  start();
  happened.clear();
  kill(tree().validation);
  advance(1s);
  const std::vector<std::string> expected{"validation stopped", "publisher stopped",
                                          "ingest stopped",     "validation started",
                                          "ingest started",     "publisher started"};
  BOOST_TEST(happened == expected, boost::test_tools::per_element());
  advance(5s);
  check_all_stored();
}

BOOST_FIXTURE_TEST_CASE(a_stage_that_does_not_stop_is_left_behind_and_the_others_start_again,
                        supervision_fixture) {
  start();
  hang<registry_impl>(tree().registry);
  const auto left = tree().registry;
  happened.clear();
  kill(tree().storage);
  advance(900ms);
  BOOST_TEST(happened.back() == "validation stopped"); // Within the grace nothing starts.
  advance(5s);
  BOOST_TEST(happened[4] == "registry abandoned");
  BOOST_TEST(happened[5] == "storage started");
  BOOST_TEST(*options.abandoned == 1U);
  publish_more(30);
  advance(5s);
  check_all_published_is_stored();
  kill(left);
}

BOOST_FIXTURE_TEST_CASE(a_node_that_drains_does_not_wait_for_ever_for_a_stage,
                        supervision_fixture) {
  start();
  advance(500ms);
  hang<validation_impl>(tree().validation);
  const auto left = tree().validation;
  const auto last = drain(2s);
  BOOST_REQUIRE(last.has_value());
  BOOST_TEST(last->intake->counts.total() == 2U * records_per_stream);
  BOOST_TEST(*options.abandoned == 1U);
  BOOST_TEST(happened.back() == "storage stopped");
  kill(left);
}

BOOST_FIXTURE_TEST_CASE(an_ingest_that_hangs_in_its_drain_is_left_behind, supervision_fixture) {
  options.drain_max = 1s;
  faults.appends.assign(1'000,
                        append_fault::fails_before_commit); // So that something stays in flight.
  start();
  advance(500ms);
  auto request = self->request(supervisor, caf::infinite, drain_atom_v);
  scheduler.run();
  const auto left = tree().ingest;
  state_of<ingest_impl>(left).drain_deadline += 1h;
  hang<ingest_impl>(left);
  advance(8s); // The drain, 5 s for its answer to come, and the grace.
  std::optional<drain_status> last;
  request.receive([&last](const drain_status& answer) { last = answer; }, [](const caf::error&) {});
  supervisor = nullptr;
  BOOST_REQUIRE(last.has_value());
  BOOST_TEST(!last->intake.has_value());
  BOOST_TEST(std::ranges::count(happened, "ingest abandoned") == 1);
  BOOST_TEST(happened.back() == "storage stopped");
  kill(left);
}

/// What hangs must be given up in time for the stages to stop in the drain's own time.
BOOST_FIXTURE_TEST_CASE(all_calls_end_when_two_thirds_of_the_drain_have_passed,
                        supervision_fixture) {
  options.drain_max = 3s;
  start();
  advance(500ms);
  BOOST_TEST((options.calls->latest() == call_limit::time_point::max()));
  const auto now = scheduler.clock().now();
  BOOST_REQUIRE(drain(2s).has_value());
  BOOST_TEST((options.calls->latest() == now + 5ms + 2s)); // Told at the first step of time.
}

BOOST_FIXTURE_TEST_CASE(what_no_retry_can_help_against_ends_all_calls_as_well,
                        supervision_fixture) {
  start();
  advance(500ms);
  const auto now = scheduler.clock().now();
  caf::anon_send<caf::message_priority::high>(
      caf::actor_cast<caf::actor>(tree().publisher),
      caf::exit_msg{{}, caf::make_error(errc::store_broken, "no right")});
  advance(100ms);
  BOOST_TEST((end_of_the_node() == errc::store_broken));
  supervisor = nullptr;
  BOOST_TEST((options.calls->latest() < now + options.drain_max));
}

/// In a drain nothing starts anew: what no restart would help against is the node's end all the
/// same.
BOOST_FIXTURE_TEST_CASE(whoever_drains_a_node_learns_what_no_retry_could_help_against,
                        supervision_fixture) {
  faults.appends.assign(1'000, append_fault::fails_before_commit); // So that the drain lasts.
  start();
  advance(500ms);
  auto request = self->request(supervisor, caf::infinite, drain_atom_v);
  advance(100ms);
  caf::anon_send<caf::message_priority::high>(
      caf::actor_cast<caf::actor>(tree().publisher),
      caf::exit_msg{{}, caf::make_error(errc::store_broken, "no right")});
  advance(15s);
  std::optional<drain_status> last;
  request.receive([&last](const drain_status& answer) { last = answer; }, [](const caf::error&) {});
  supervisor = nullptr;
  BOOST_REQUIRE(last.has_value());
  BOOST_TEST(last->failure.find("no right") != std::string::npos, last->failure);
}

BOOST_FIXTURE_TEST_CASE(what_ingest_takes_of_the_drain_the_publisher_has_not, supervision_fixture) {
  options.drain_max = 3s;
  options.publisher.interval = 1h; // Only the drain publishes.
  outbox.add(first_stream, 3);
  faults.appends.assign(1'000, append_fault::fails_before_commit);
  start();
  advance(500ms);
  const auto last = drain(4s);
  BOOST_REQUIRE(last.has_value());
  BOOST_TEST(last->intake->counts.total() == 0U);
  BOOST_TEST(!last->published.complete);
  BOOST_TEST(outbox.records.empty());
}

BOOST_FIXTURE_TEST_CASE(too_many_restarts_of_a_stage_drain_the_others_and_end_the_node,
                        supervision_fixture) {
  options.restarts = {2, 60s};
  start();
  advance(500ms);
  for (int i = 0; i < 2; ++i) {
    kill(tree().publisher);
    advance(100ms);
  }
  publish_more(100);
  scheduler.try_run_once();
  BOOST_TEST(stored_offset(second_stream) < records_per_stream + published);
  kill(tree().publisher);
  advance(5s);
  const auto reason = end_of_the_node();
  supervisor = nullptr;
  const auto text = to_string(reason);
  BOOST_TEST(
      text.find("too many restarts: more than 2 within 60000 ms; the last: stage publisher") !=
          std::string::npos,
      text);
  BOOST_TEST(happened.back() == "storage stopped");
  BOOST_TEST(broker.closed == 1U); // It has left the group, after a last commit of what is stored:
  BOOST_TEST(broker.committed[second_stream] == stored_offset(second_stream));
  BOOST_TEST(broker.committed[second_stream] > records_per_stream);
}

BOOST_FIXTURE_TEST_CASE(whoever_drains_a_node_that_ends_for_an_error_learns_of_it,
                        supervision_fixture) {
  options.restarts = {0, 60s};
  options.drain_max = 2s;
  faults.appends.assign(1'000, append_fault::fails_before_commit);
  start();
  advance(500ms);
  kill(tree().publisher);
  advance(100ms);
  const auto last = drain(5s);
  BOOST_REQUIRE(last.has_value());
  BOOST_TEST(last->failure.find("too many restarts") != std::string::npos, last->failure);
}

BOOST_FIXTURE_TEST_CASE(a_pool_whose_workers_keep_dying_counts_as_a_stage_that_dies,
                        supervision_fixture) {
  options.validation.restarts = {2, 60s};
  start();
  advance(500ms);
  happened.clear();
  for (int i = 0; i < 3; ++i) {
    BOOST_TEST(state_of<validation_impl>(tree().validation).status().restarts ==
               static_cast<std::uint64_t>(i));
    kill(state_of<validation_impl>(tree().validation).workers[0].handle);
    advance(100ms);
  }
  BOOST_REQUIRE(!happened.empty());
  BOOST_TEST(happened.front() == "validation stopped");
  publish_more(30);
  advance(5s);
  check_all_published_is_stored();
}

BOOST_AUTO_TEST_SUITE_END()
