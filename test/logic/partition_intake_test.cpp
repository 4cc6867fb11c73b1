#include "actors/ingest/partition_intake.hpp"

#include <boost/test/unit_test.hpp>

#include <random>

using namespace aepro;
using namespace std::chrono_literals;

BOOST_AUTO_TEST_SUITE(partition_intake_rules)

namespace {

const std::chrono::steady_clock::time_point start{1h};

partition_intake make_intake(intake_options options = {}, std::int64_t next_offset = 0) {
  return partition_intake{stream_claim{{"t", 0}, 7, next_offset, {}}, options};
}

records_fetched fetched(std::vector<std::int64_t> offsets, std::size_t bytes = 10) {
  records_fetched event;
  event.stream = {"t", 0};
  event.bytes = bytes;
  for (const auto offset : offsets)
    event.records.push_back({offset, 0, {}, "v", {}});
  return event;
}

latency_histogram latencies;

settlement settled_at(const record_batch& batch) {
  settlement answer;
  answer.begin_offset = batch.begin_offset;
  answer.next_offset = batch.end_offset;
  answer.counts.accepted = batch.records.size();
  answer.totals.accepted =
      static_cast<std::uint64_t>(batch.end_offset); // Offsets without gaps, from 0.
  return answer;
}

bool settle(partition_intake& intake, const record_batch& batch,
            std::chrono::steady_clock::time_point now) {
  return intake.settled(settled_at(batch), now, 17, latencies);
}

} // namespace

BOOST_AUTO_TEST_CASE(a_batch_begins_where_the_store_stands_and_ends_after_its_last_record) {
  auto intake = make_intake({}, 5);
  intake.add(fetched({5, 6, 9}), start);
  const auto batch = intake.next(start);
  BOOST_REQUIRE(batch);
  BOOST_TEST(batch->begin_offset == 5);
  BOOST_TEST(batch->end_offset == 10);
  BOOST_TEST(batch->epoch == 7U);
  BOOST_TEST((batch->deadline == start + 5s));
}

BOOST_AUTO_TEST_CASE(what_is_held_is_counted_batch_by_batch_and_agrees_with_the_books) {
  auto intake = make_intake({.batch_records_max = 2});
  BOOST_TEST(intake.held().batches == 0U);
  intake.add(fetched({0, 1}, 10), start);
  intake.add(fetched({2}, 5), start); // The one that is being filled.
  BOOST_TEST(intake.held().batches == 2U);
  BOOST_TEST(intake.held().bytes == 15U);
  BOOST_TEST(intake.held().newest_bytes == 5U);
  BOOST_TEST(intake.bytes_in_flight() == 15U);
  const auto first = intake.next(start);
  settle(intake, *first, start);
  BOOST_TEST(intake.held().batches == 1U);
  BOOST_TEST(intake.held().bytes == intake.bytes_in_flight());
}

BOOST_AUTO_TEST_CASE(the_oldest_batch_is_known_until_it_is_settled_and_whether_it_has_been_sent) {
  auto intake = make_intake();
  BOOST_TEST(!intake.oldest());
  intake.add(fetched({0, 1}), start);
  BOOST_REQUIRE(intake.oldest());
  BOOST_TEST(!intake.oldest()->sent);
  const auto first = intake.next(start);
  intake.add(fetched({2}), start + 1s);
  const auto second = intake.next(start + 2s);
  BOOST_REQUIRE(second);
  BOOST_TEST(intake.oldest()->begin_offset == 0);
  BOOST_TEST(intake.oldest()->sent);
  settle(intake, *second, start + 3s); // Out of order: the oldest is still the first.
  BOOST_TEST((intake.oldest()->polled_at == start));
  settle(intake, *first, start + 3s);
  BOOST_TEST(!intake.oldest());
}

BOOST_AUTO_TEST_CASE(how_many_records_were_read_is_known_at_the_ends_of_batches) {
  auto intake = make_intake({}, 5);
  BOOST_TEST(intake.read_before(5).value() == 0U);
  intake.add(fetched({5, 8, 9}), start);
  BOOST_TEST(!intake.read_before(10)); // Not a batch yet.
  const auto first = intake.next(start);
  settle(intake, *first, start);
  intake.add(fetched({10, 20}), start);
  BOOST_REQUIRE(intake.next(start));
  BOOST_TEST(intake.read_before(5).value() == 0U);
  BOOST_TEST(intake.read_before(10).value() == 3U);
  BOOST_TEST(intake.read_before(21).value() == 5U);
  BOOST_TEST(!intake.read_before(9));
  BOOST_TEST(!intake.read_before(22));
}

BOOST_AUTO_TEST_CASE(batches_of_long_ago_are_forgotten) {
  auto intake = make_intake();
  for (std::int64_t offset = 0; offset < 300; ++offset) {
    intake.add(fetched({offset}), start);
    settle(intake, *intake.next(start), start);
  }
  BOOST_TEST(!intake.read_before(1));
  BOOST_TEST(intake.read_before(290).value() == 290U);
}

BOOST_AUTO_TEST_CASE(gaps_in_offsets_do_not_break_the_chain_of_batches) {
  auto intake = make_intake();
  intake.add(fetched({0, 1}), start);
  const auto first = intake.next(start);
  intake.add(fetched({40, 41}), start);
  const auto second = intake.next(start + 1s);
  BOOST_REQUIRE(second);
  BOOST_TEST(second->begin_offset == first->end_offset);
  BOOST_TEST(second->end_offset == 42);
}

BOOST_AUTO_TEST_CASE(records_before_the_position_are_dropped) {
  auto intake = make_intake({}, 10);
  BOOST_TEST(intake.add(fetched({8, 9}), start) == 0U);
  BOOST_TEST(intake.add(fetched({9, 10, 11}), start) == 2U);
  const auto batch = intake.next(start);
  BOOST_REQUIRE(batch);
  BOOST_TEST(batch->records.size() == 2U);
  BOOST_TEST(batch->records.front().offset == 10);
}

BOOST_AUTO_TEST_CASE(while_one_is_in_flight_the_next_batch_fills_until_its_age) {
  auto intake = make_intake({.batch_age_max = 20ms});
  intake.add(fetched({0}), start);
  BOOST_TEST(intake.next(start));
  intake.add(fetched({1}), start);
  BOOST_TEST(!intake.next(start + 19ms));
  intake.add(fetched({2}), start + 19ms);
  const auto second = intake.next(start + 20ms);
  BOOST_REQUIRE(second);
  BOOST_TEST(second->records.size() == 2U);
}

BOOST_AUTO_TEST_CASE(a_full_batch_is_sent_at_once) {
  auto intake = make_intake({.batch_records_max = 2});
  intake.add(fetched({0, 1}), start);
  BOOST_TEST(intake.next(start));
  intake.add(fetched({2, 3}), start);
  BOOST_TEST(intake.next(start));
}

BOOST_AUTO_TEST_CASE(credits_bound_batches_and_bytes) {
  auto intake = make_intake({.batch_records_max = 2, .batches_in_flight_max = 2});
  BOOST_TEST(intake.room() == 2U);
  intake.add(fetched({0, 1}), start);
  intake.add(fetched({2, 3}), start);
  BOOST_TEST(intake.room() == 0U);
  const auto first = intake.next(start);
  BOOST_REQUIRE(first);
  settle(intake, *first, start);
  BOOST_TEST(intake.room() == 2U);

  auto heavy = make_intake({.bytes_in_flight_max = 100});
  heavy.add(fetched({0}, 100), start);
  BOOST_TEST(heavy.room() == 0U);
}

BOOST_AUTO_TEST_CASE(records_count_once_whichever_answer_brought_them) {
  auto intake = make_intake({.batch_records_max = 2});
  intake.add(fetched({0, 1}), start);
  intake.add(fetched({2, 3}), start);
  const auto first = intake.next(start), second = intake.next(start);
  auto later = settled_at(*second);
  later.counts = {}; // A retry that found it done.
  intake.settled(later, start, 17, latencies);
  BOOST_TEST(intake.counts().accepted == 4U);
  settle(intake, *first, start);
  BOOST_TEST(intake.counts().accepted == 4U);
}

BOOST_AUTO_TEST_CASE(
    after_a_failure_nothing_is_sent_until_all_have_answered_and_the_backoff_is_over) {
  auto intake = make_intake({.batch_records_max = 1, .retry = {50ms, 5s}});
  intake.add(fetched({0}), start);
  intake.add(fetched({1}), start);
  const auto first = intake.next(start);
  const auto second = intake.next(start);
  intake.add(fetched({2}), start);
  intake.failed(first->begin_offset, start, 0);
  BOOST_TEST(!intake.next(start + 1s));
  intake.failed(second->begin_offset, start, 0);
  BOOST_TEST(!intake.next(start + 49ms));
  std::vector<std::int64_t> order;
  while (const auto batch = intake.next(start + 50ms))
    order.push_back(batch->begin_offset);
  const std::vector<std::int64_t> expected{0, 1, 2};
  BOOST_TEST(order == expected, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_retry_beyond_the_budget_waits_as_long_as_any_does) {
  auto intake =
      make_intake({.batch_records_max = 1, .batches_in_flight_max = 2, .retry = {50ms, 5s}});
  retry_budget budget{1};
  intake.add(fetched({0}), start);
  intake.add(fetched({1}), start);
  const auto first = intake.next(start);
  const auto second = intake.next(start);
  intake.failed(first->begin_offset, start, 0, &budget);
  intake.failed(second->begin_offset, start, 0, &budget); // The same retry: it costs nothing more.
  const auto again = intake.next(start + 50ms);
  BOOST_REQUIRE(again);
  BOOST_REQUIRE(intake.next(start + 50ms));
  intake.failed(1, start + 50ms, 0, &budget);
  intake.failed(again->begin_offset, start + 50ms, 0, &budget);
  BOOST_TEST(!intake.next(start + 5s + 49ms));
  BOOST_TEST((intake.next(start + 5s + 50ms) != nullptr));
}

BOOST_AUTO_TEST_CASE(a_retry_has_a_new_deadline_and_the_first_try_keeps_its_own) {
  auto intake = make_intake();
  intake.add(fetched({0}), start);
  const auto first = intake.next(start);
  intake.failed(0, start + 6s, 0);
  const auto again = intake.next(start + 7s);
  BOOST_REQUIRE(again);
  BOOST_TEST((again != first));
  BOOST_TEST((again->deadline == start + 12s));
  BOOST_TEST((first->deadline == start + 5s));
  BOOST_TEST((again->due == start + 5s));
  BOOST_TEST(settle(intake, *again, start + 8s)); // Late: after the first deadline.
  BOOST_TEST(intake.status().late_batches == 1U);
}

BOOST_AUTO_TEST_CASE(records_that_were_stored_late_are_counted_once) {
  auto intake = make_intake();
  intake.add(fetched({0, 1}), start);
  const auto batch = intake.next(start);
  latency_histogram latency;
  const settlement answer{
      .stream = batch->stream, .begin_offset = batch->begin_offset, .next_offset = 2, .late = 2};
  BOOST_TEST(!intake.settled(answer, start, 0, latency)); // The batch itself was in time.
  intake.settled(answer, start, 0, latency);
  BOOST_TEST(intake.status().late_records == 2U);
}

BOOST_AUTO_TEST_CASE(a_settlement_that_nobody_waits_for_changes_nothing) {
  auto intake = make_intake();
  intake.add(fetched({0}), start);
  const auto batch = intake.next(start);
  settle(intake, *batch, start);
  settle(intake, *batch, start);
  BOOST_TEST(intake.status().counts.accepted == 1U);
  BOOST_TEST(intake.durable_offset() == 1);
}

BOOST_AUTO_TEST_CASE(the_durable_offset_moves_only_over_a_settled_prefix) {
  auto intake = make_intake({.batch_records_max = 1});
  intake.add(fetched({0}), start);
  intake.add(fetched({1}), start);
  const auto first = intake.next(start);
  const auto second = intake.next(start);
  settle(intake, *second, start);
  BOOST_TEST(intake.durable_offset() == 0);
  settle(intake, *first, start);
  BOOST_TEST(intake.durable_offset() == 2);
  BOOST_TEST(intake.empty());
}

BOOST_AUTO_TEST_CASE(each_record_adds_its_latency_once) {
  auto intake = make_intake();
  intake.add(fetched({0, 1, 2}), start);
  const auto batch = intake.next(start);
  latency_histogram latency;
  intake.settled(settled_at(*batch), start, 17, latency);
  intake.settled(settled_at(*batch), start, 17, latency);
  BOOST_TEST(latency.total() == 3U);
  BOOST_TEST(latency.percentile(0.5) == 17);
}

BOOST_AUTO_TEST_CASE(a_batch_of_many_bytes_is_sent_at_once) {
  auto intake = make_intake({.batch_bytes_max = 100});
  intake.add(fetched({0}), start);
  BOOST_TEST(intake.next(start));
  intake.add(fetched({1}, 99), start);
  BOOST_TEST(!intake.next(start));
  intake.add(fetched({2}, 1), start);
  const auto second = intake.next(start);
  BOOST_REQUIRE(second);
  BOOST_TEST(second->records.size() == 2U);
}

BOOST_AUTO_TEST_CASE(a_batch_that_is_due_waits_while_no_more_may_be_in_flight) {
  auto intake = make_intake({.batches_in_flight_max = 1});
  intake.add(fetched({0}), start);
  const auto first = intake.next(start);
  BOOST_REQUIRE(first);
  intake.add(fetched({1}), start);
  BOOST_TEST(!intake.next(start + 1h));
  settle(intake, *first, start + 1h);
  BOOST_TEST(intake.next(start + 1h));
}

BOOST_AUTO_TEST_CASE(a_failure_that_nobody_waits_for_stalls_nothing) {
  auto intake = make_intake();
  intake.add(fetched({0}), start);
  const auto first = intake.next(start);
  settle(intake, *first, start);
  intake.failed(first->begin_offset, start, 0);
  BOOST_TEST((intake.status().state == stream_state::running));
  intake.add(fetched({1}), start);
  BOOST_TEST(intake.next(start));
}

BOOST_AUTO_TEST_CASE(records_behind_an_unsettled_batch_are_not_in_flight_once_settled) {
  auto intake = make_intake({.batch_records_max = 2});
  intake.add(fetched({0, 1}), start);
  intake.add(fetched({2, 3}), start);
  BOOST_REQUIRE(intake.next(start));
  const auto second = intake.next(start);
  settle(intake, *second, start);
  BOOST_TEST(intake.records_in_flight() == 2U);
}

BOOST_AUTO_TEST_CASE(an_intake_is_not_empty_while_it_fills_or_waits_for_an_answer) {
  auto intake = make_intake();
  BOOST_TEST(intake.empty());
  intake.add(fetched({0}), start);
  BOOST_TEST(!intake.empty());
  const auto first = intake.next(start);
  BOOST_TEST(!intake.empty());
  settle(intake, *first, start);
  BOOST_TEST(intake.empty());
}

BOOST_AUTO_TEST_CASE(silence_begins_with_the_first_batch_that_is_sent_and_ends_with_its_answer) {
  auto intake = make_intake({.batch_records_max = 1});
  BOOST_TEST(!intake.silent_since().has_value());
  intake.add(fetched({0, 1}), start);
  intake.add(fetched({2}), start);
  BOOST_TEST(!intake.silent_since().has_value()); // Nothing has been sent.
  const auto first = intake.next(start + 1s);
  const auto second = intake.next(start + 2s);
  BOOST_REQUIRE(second);
  BOOST_TEST((intake.silent_since() == start + 1s));
  intake.settled(settled_at(*first), start + 3s, 0, latencies);
  BOOST_TEST((intake.silent_since() == start + 3s)); // The second has no answer yet.
  intake.settled(settled_at(*second), start + 4s, 0, latencies);
  BOOST_TEST(!intake.silent_since().has_value());
}

BOOST_AUTO_TEST_CASE(a_batch_whose_time_was_up_does_not_end_the_silence_and_an_answer_does) {
  auto intake = make_intake({.batch_records_max = 1});
  intake.add(fetched({0}), start);
  auto batch = intake.next(start);
  for (int second = 5; second < 50; second += 5) {
    intake.failed(batch->begin_offset, start + std::chrono::seconds{second}, 0);
    batch = intake.next(start + std::chrono::seconds{second + 1});
    BOOST_REQUIRE(batch);
    BOOST_TEST((intake.silent_since() == start));
  }
  intake.failed(batch->begin_offset, start + 60s, 0);
  intake.answered(start + 60s);
  BOOST_TEST(!intake.silent_since().has_value());
}

BOOST_AUTO_TEST_SUITE_END()
