#include "actors/ingest/intake_tally.hpp"

#include <boost/test/unit_test.hpp>

using namespace aepro;

BOOST_AUTO_TEST_SUITE(intake_tally_rules)

namespace {

const stream_name stream{"t", 0};

stream_claim claim_in(std::uint64_t epoch, std::uint64_t stored) {
  return {.stream = stream,
          .epoch = epoch,
          .next_offset = static_cast<std::int64_t>(stored),
          .totals = {.accepted = stored}};
}

settlement totalling(std::uint64_t stored) {
  settlement answer{.stream = stream};
  answer.totals.accepted = stored;
  return answer;
}

/// A tally that was left in epoch 7 with 10 records read and none settled.
struct left_fixture {
  left_fixture() {
    partition_intake intake{claim_in(7, 100), {}};
    records_fetched fetched{.stream = stream};
    for (std::int64_t offset = 100; offset < 110; ++offset)
      fetched.records.push_back({offset, 0, {}, "v", {}});
    tally.read_records = intake.add(std::move(fetched), {});
    BOOST_TEST(tally.read_records == 10U);
    tally.leave(intake);
  }

  /// What was counted, each record as read and as settled.
  void check(std::uint64_t expected) {
    BOOST_TEST(tally.counts.total() == expected);
    BOOST_TEST(tally.read_records == expected);
  }

  intake_tally tally;
};

} // namespace

BOOST_FIXTURE_TEST_CASE(what_is_in_flight_of_a_stream_that_is_left_does_not_count, left_fixture) {
  check(0);
}

BOOST_FIXTURE_TEST_CASE(
    what_settles_after_a_stream_was_left_counts_whatever_the_order_of_the_answers, left_fixture) {
  tally.settled_late(stream, 7, totalling(106));
  tally.settled_late(stream, 7, totalling(103));
  check(6);
  tally.settled_late(stream, 7, totalling(110));
  check(10);
}

BOOST_FIXTURE_TEST_CASE(what_was_stored_and_never_answered_counts_when_the_stream_is_claimed_again,
                        left_fixture) {
  tally.settled_late(stream, 7, totalling(103));
  tally.claimed(claim_in(8, 108));
  check(8);
  tally.settled_late(stream, 7, totalling(108)); // Part of the claim.
  check(8);
}

BOOST_FIXTURE_TEST_CASE(what_another_node_stored_between_does_not_count, left_fixture) {
  tally.claimed(claim_in(9, 500));
  check(0);
}

BOOST_FIXTURE_TEST_CASE(an_answer_to_an_earlier_claim_than_the_last_does_not_count, left_fixture) {
  tally.settled_late(stream, 6, totalling(110));
  tally.settled_late({"t", 1}, 7, totalling(110));
  check(0);
}

BOOST_AUTO_TEST_CASE(each_lane_has_its_latencies_and_all_together_have_them_too) {
  intake_tally tally;
  const intake_tally::time_point start{};
  tally.observe(start);
  tally.latency_of(lane::adverse_events).add(5, 2);
  tally.observe(start + latency_window::step);
  tally.latency_of(lane::questionnaire_responses).add(70, 3);
  const auto soon = tally.status(start + latency_window::step);
  BOOST_TEST(soon.lanes[lane::adverse_events].all.total() == 2U);
  BOOST_TEST(soon.lanes[lane::adverse_events].recent.total() == 2U);
  BOOST_TEST(soon.lanes[lane::questionnaire_responses].all.total() == 3U);
  BOOST_TEST(soon.lanes[lane::subjects].all.total() == 0U);
  BOOST_TEST(soon.latency.total() == 5U);
  BOOST_TEST(soon.latency.percentile(1) >= 70);
  BOOST_TEST(soon.recent.total() == 5U);
  const auto later = tally.status(start + latency_window::step + latency_window::width);
  BOOST_TEST(later.lanes[lane::adverse_events].recent.total() == 0U);
  BOOST_TEST(later.lanes[lane::adverse_events].all.total() == 2U);
}

BOOST_AUTO_TEST_SUITE_END()
