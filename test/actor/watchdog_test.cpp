#include "../support/actor_state.hpp"
#include "../support/pipeline_fixture.hpp"

#include "actors/supervisor/completeness.hpp"

#include <algorithm>

using namespace aepro;
using namespace aepro::test;
using namespace std::chrono_literals;

BOOST_AUTO_TEST_SUITE(watchdog)

namespace {

/// A node of which any actor can hang: it handles nothing more, while the others go on and time passes.
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
  void hang(const Handle& actor) { hung = caf::actor_cast<caf::actor_addr>(actor).id(); }

  void run() {
    auto& jobs = scheduler.jobs;
    const auto may_run = [this](caf::resumable* job) {
      const auto* actor = dynamic_cast<const caf::local_actor*>(job);
      return actor == nullptr || actor->id() != hung;
    };
    for (auto next = jobs.begin(); (next = std::find_if(jobs.begin(), jobs.end(), may_run)) != jobs.end();) {
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

  static std::size_t stuck_workers(const node_status& status, std::string_view pool) {
    for (const auto& one : status.pools)
      if (one.name == pool)
        return one.workers_stuck;
    return 0;
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
    hung = 0;
    pass(20s);
    check_stored_once();
    BOOST_TEST(health_troubles(inspect()).empty());
  }

  caf::actor_id hung = 0;
  std::int64_t published = 0;
};

} // namespace

BOOST_FIXTURE_TEST_CASE(a_worker_that_hangs_costs_tries_and_gets_no_more_batches, hang_fixture) {
  start_and_settle();
  hang(state_of<validation_impl>(tree().validation).workers[0].handle);
  publish(first_stream, 30);
  publish(second_stream, 30);
  pass(10s);
  check_stored_once();
  const auto now = inspect();
  BOOST_TEST(stuck_workers(now, "validation") == 1U);
  BOOST_TEST(has_trouble(now, "pool validation: 1 of 2 workers hang"));
  publish(first_stream, 30);
  pass(1s);
  check_stored_once();
  BOOST_TEST(inspect().intake.retries == now.intake.retries);
  recover();
}

BOOST_FIXTURE_TEST_CASE(a_partition_whose_writer_hangs_is_claimed_anew_and_the_others_feel_nothing, hang_fixture) {
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
  BOOST_TEST(of(now, second_stream).rebuilds == 0U);
  BOOST_TEST(broker.starts[second_stream].size() == 1U);
  BOOST_TEST(stuck_workers(now, "storage") == 1U);
  BOOST_TEST(has_trouble(now, "pool storage: 1 of 2 workers hang"));
  recover();
}

BOOST_FIXTURE_TEST_CASE(a_claim_that_is_not_answered_turns_health_red_and_the_others_go_on, hang_fixture) {
  start_and_settle();
  hang(storage().reader);
  broker.events.push_back(streams_revoked{{first_stream}, true});
  broker.events.push_back(streams_assigned{{first_stream}});
  publish(first_stream, 20);
  pass(6s);
  const auto now = inspect();
  BOOST_TEST(of(now, first_stream).is_stuck);
  BOOST_TEST(has_trouble(now, "aepro.adverse-events/0: it was claimed anew 0 times, and still storage does not answer"));
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

BOOST_FIXTURE_TEST_CASE(a_validation_that_hangs_turns_health_red_when_the_new_claim_did_not_help, hang_fixture) {
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

/// Control: what fails and says so is tried again, however long it takes, and is not taken for something that hangs.
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
