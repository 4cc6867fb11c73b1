#include "../support/pipeline_fixture.hpp"

using namespace aepro;
using namespace aepro::test;
using namespace std::chrono_literals;

BOOST_AUTO_TEST_SUITE(rebalance)

namespace {

struct rebalance_fixture : pipeline_fixture {
  void revoke(const stream_name& stream, bool lost = false) {
    broker.events.push_back(streams_revoked{{stream}, lost});
    advance(10ms);
  }

  bool is_owned(const stream_name& stream) {
    const auto now = status();
    return std::any_of(now.streams.begin(), now.streams.end(),
                       [&](const stream_status& one) { return one.stream == stream; });
  }

  std::uint64_t epoch_of(const stream_name& stream) {
    auto store = database->connect();
    const auto states = (*store)->partitions();
    for (const auto& state : *states)
      if (state.stream == stream)
        return state.epoch;
    return 0;
  }
};

} // namespace

BOOST_FIXTURE_TEST_CASE(a_stream_is_handed_over_when_all_that_was_read_of_it_is_durable,
                        rebalance_fixture) {
  faults.appends.assign(
      4, append_fault::fails_before_commit); // So few that the breaker stays out of it.
  start();
  advance(10ms);
  revoke(first_stream);
  BOOST_TEST(broker.released.empty());
  const auto before = status();
  BOOST_TEST((before.streams.front().state == stream_state::handing_over));
  BOOST_TEST(before.streams.front().in_flight_records == 40U); // Four batches of ten.
  advance(1900ms);
  BOOST_REQUIRE(broker.released == std::vector{first_stream});
  BOOST_TEST(stored_offset(first_stream) == 79); // Every second offset has a record.
  BOOST_TEST(broker.committed[first_stream] == 79);
  broker.events.push_back(streams_assigned{{first_stream}});
  advance(20s);
  BOOST_TEST((broker.starts[first_stream] == std::vector<std::int64_t>{-1, 79}));
  check_all_stored();
  BOOST_TEST(status().read_records == 2U * records_per_stream);
}

BOOST_FIXTURE_TEST_CASE(a_stream_that_holds_nothing_is_handed_over_at_once, rebalance_fixture) {
  start();
  advance(500ms);
  broker.events.push_back(streams_revoked{{first_stream}, false});
  broker.wake();
  scheduler.run(); // No time passes.
  BOOST_TEST((broker.released == std::vector{first_stream}));
  BOOST_TEST(!is_owned(first_stream));
}

BOOST_FIXTURE_TEST_CASE(the_last_batch_that_settles_hands_the_stream_over, rebalance_fixture) {
  start(); // Runs until nothing moves: all is settled but what is published now.
  advance(500ms);
  broker.publish(first_stream, 500, event_value(7'000));
  broker.wake();
  BOOST_REQUIRE(scheduler.try_run_once()); // It is read, and on its way.
  broker.events.push_back(streams_revoked{{first_stream}, false});
  broker.wake();
  scheduler.run(); // No time passes.
  BOOST_TEST((broker.released == std::vector{first_stream}));
  BOOST_TEST(stored_offset(first_stream) == 501);
}

BOOST_FIXTURE_TEST_CASE(what_does_not_become_durable_in_time_is_left_to_the_next_owner,
                        rebalance_fixture) {
  options.ingest.hand_over_max = 500ms;
  faults.appends.assign(1'000, append_fault::fails_before_commit);
  start();
  advance(10ms);
  revoke(first_stream);
  advance(480ms);
  BOOST_TEST(broker.released.empty());
  advance(20ms);
  BOOST_TEST((broker.released == std::vector{first_stream}));
  BOOST_TEST(!broker.committed.contains(first_stream));
  faults.appends.clear();
  broker.events.push_back(streams_assigned{{first_stream}});
  advance(20s);
  check_all_stored();
}

BOOST_FIXTURE_TEST_CASE(a_lost_stream_is_left_at_once_and_nobody_waits_for_it, rebalance_fixture) {
  faults.appends.assign(1'000, append_fault::fails_before_commit);
  start();
  advance(10ms);
  revoke(first_stream, true);
  BOOST_TEST(!is_owned(first_stream));
  BOOST_TEST(is_owned(second_stream));
  BOOST_TEST(broker.released.empty());
}

BOOST_FIXTURE_TEST_CASE(a_stream_that_is_lost_while_it_is_handed_over_is_left_at_once,
                        rebalance_fixture) {
  faults.appends.assign(1'000, append_fault::fails_before_commit);
  start();
  advance(10ms);
  revoke(first_stream);
  BOOST_TEST(is_owned(first_stream));
  revoke(first_stream, true);
  BOOST_TEST(!is_owned(first_stream));
  BOOST_TEST(status().read_records == 40U); // Of the other stream: what was lost is not counted.
  advance(5s);
  BOOST_TEST(broker.released.empty());
}

BOOST_FIXTURE_TEST_CASE(a_stream_that_another_has_claimed_is_handed_over_and_not_claimed_back,
                        rebalance_fixture) {
  faults.appends.assign(4, append_fault::fails_before_commit);
  start();
  advance(10ms);
  auto other = database->connect();
  BOOST_REQUIRE((*other)->claim(first_stream));
  const auto epoch = epoch_of(first_stream);
  revoke(first_stream);
  advance(20s);
  BOOST_TEST((broker.released == std::vector{first_stream}));
  BOOST_TEST(epoch_of(first_stream) == epoch);
}

/// Whatever the moment: a claim that came after the hand-over would fence the next owner.
BOOST_AUTO_TEST_CASE(no_claim_of_ours_comes_after_the_hand_over) {
  bool has_waited = false;
  for (int moment = 0; moment < 12; ++moment) {
    rebalance_fixture node;
    node.start();
    node.advance(500ms);
    node.revoke(first_stream);
    node.broker.released.clear();
    std::uint64_t released_at = 0;
    node.broker.on_release = [&](const stream_name& stream) {
      released_at = node.epoch_of(stream);
    };
    node.broker.events.push_back(streams_assigned{{first_stream}});
    node.broker.wake();
    for (int step = 0; step < moment; ++step)
      node.scheduler.try_run_once();
    node.broker.events.push_back(streams_revoked{{first_stream}, false});
    node.advance(5s);
    BOOST_TEST((node.broker.released == std::vector{first_stream}));
    BOOST_TEST(released_at == node.epoch_of(first_stream));
    has_waited = has_waited || released_at == 2;
  }
  BOOST_TEST(has_waited);
}

BOOST_FIXTURE_TEST_CASE(a_node_that_drains_amid_a_hand_over_settles_all_and_closes,
                        rebalance_fixture) {
  faults.appends.assign(6, append_fault::fails_before_commit);
  start();
  advance(10ms);
  revoke(first_stream);
  const auto last = drain(15s);
  BOOST_REQUIRE(last.intake.has_value());
  BOOST_TEST(last.intake->counts.total() == last.intake->read_records);
  BOOST_TEST(broker.closed == 1U);
}

BOOST_AUTO_TEST_SUITE_END()
