// What is read again after a new claim is due as when it was read first.
#include "actors/ingest/intake_tally.hpp"

#include <boost/test/unit_test.hpp>

using namespace aepro;
using namespace std::chrono_literals;

BOOST_AUTO_TEST_SUITE(polled_ranges_rules)

namespace {

const std::chrono::steady_clock::time_point start{1h};

partition_intake make_intake(std::int64_t next_offset, polled_ranges earlier = {},
                             std::size_t batch_records_max = 2'000) {
  return partition_intake{stream_claim{{"t", 0}, 7, next_offset, {}},
                          {.batch_records_max = batch_records_max},
                          std::move(earlier)};
}

void read(partition_intake& intake, std::int64_t begin, std::int64_t end,
          std::chrono::steady_clock::time_point now) {
  records_fetched event;
  event.stream = {"t", 0};
  event.bytes = 10;
  for (auto offset = begin; offset < end; ++offset)
    event.records.push_back({offset, 0, {}, "v", {}});
  intake.add(std::move(event), now);
}

void settle_next(partition_intake& intake) {
  latency_histogram latencies;
  const auto batch = intake.next(start);
  settlement answer;
  answer.begin_offset = batch->begin_offset;
  intake.settled(answer, start, 0, latencies);
}

std::string text_of(const polled_ranges& ranges) {
  std::string text;
  for (const auto& range : ranges)
    text += std::to_string(range.begin_offset) + "-" + std::to_string(range.end_offset) + "+" +
            std::to_string(
                std::chrono::duration_cast<std::chrono::seconds>(range.due - start).count()) +
            " ";
  return text;
}

} // namespace

BOOST_AUTO_TEST_CASE(what_is_not_settled_is_known_batch_by_batch) {
  auto intake = make_intake(0, {}, 2);
  BOOST_TEST(text_of(intake.unsettled()) == "");
  read(intake, 0, 2, start);
  read(intake, 2, 4, start + 1s);
  read(intake, 4, 6, start + 1s);
  read(intake, 6, 7, start + 2s); // Still being filled.
  settle_next(intake);
  BOOST_TEST(text_of(intake.unsettled()) == "2-6+6 6-7+7 ");
}

BOOST_AUTO_TEST_CASE(batches_that_are_due_at_once_are_two_ranges_where_one_between_is_settled) {
  auto intake = make_intake(0, {}, 2);
  for (std::int64_t begin = 0; begin < 6; begin += 2)
    read(intake, begin, begin + 2, start);
  intake.next(start);
  settle_next(intake);
  BOOST_TEST(text_of(intake.unsettled()) == "0-2+5 4-6+5 ");
}

BOOST_AUTO_TEST_CASE(a_batch_that_is_read_again_ends_where_what_was_read_before_does) {
  auto intake = make_intake(2, {{2, 5, start + 6s}, {5, 6, start + 7s}});
  BOOST_TEST(intake.room() == 3U);
  read(intake, 2, 4, start + 9s);
  BOOST_TEST(intake.room() == 1U);
  read(intake, 4, 5, start + 9s);
  BOOST_TEST(intake.room() == 1U);
  read(intake, 5, 6, start + 9s);
  BOOST_TEST(intake.room() == intake_options{}.batch_records_max);
  read(intake, 6, 7, start + 9s);
  for (const auto due : {6s, 7s, 14s}) {
    const auto batch = intake.next(start + 10s);
    BOOST_REQUIRE(batch);
    BOOST_TEST((batch->due == start + due));
    BOOST_TEST((batch->deadline == start + 14s)); // A try of its own.
  }
}

BOOST_AUTO_TEST_CASE(what_a_store_forgot_is_due_anew_and_what_was_in_flight_is_not) {
  auto intake = make_intake(0, {{2, 3, start}});
  BOOST_TEST(intake.room() == 2U);
  read(intake, 0, 2, start + 9s);
  BOOST_TEST(intake.room() == 1U);
  read(intake, 2, 3, start + 9s);
  BOOST_TEST(text_of(intake.unsettled()) == "0-2+14 2-3+0 ");
}

BOOST_AUTO_TEST_CASE(what_was_read_before_is_known_through_claims_that_read_nothing_or_a_part) {
  const polled_ranges earlier{{2, 5, start}, {5, 9, start + 1s}};
  BOOST_TEST(text_of(make_intake(2, earlier).unsettled()) == "2-5+0 5-9+1 ");
  auto part_read = make_intake(2, earlier);
  read(part_read, 2, 4, start + 9s);
  BOOST_TEST(text_of(part_read.unsettled()) == "2-5+0 5-9+1 ");
  BOOST_TEST(text_of(make_intake(5, earlier).unsettled()) == "5-9+1 "); // Stored meanwhile.
  BOOST_TEST(text_of(make_intake(9, earlier).unsettled()) == "");
}

BOOST_AUTO_TEST_CASE(the_tally_keeps_it_for_the_next_ingest) {
  intake_tally tally;
  BOOST_TEST(text_of(tally.unsettled({"t", 0})) == "");
  auto intake = make_intake(0);
  read(intake, 0, 2, start);
  tally.leave(intake);
  BOOST_TEST(text_of(tally.unsettled({"t", 0})) == "0-2+5 ");
}

BOOST_AUTO_TEST_SUITE_END()
