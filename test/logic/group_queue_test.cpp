#include "test/support/queued_batches.hpp"

#include <boost/test/unit_test.hpp>

using namespace aepro;
using namespace aepro::test;

BOOST_AUTO_TEST_SUITE(group_queue_rules)

namespace {

group_queue claimed_queue(std::size_t records_max = 1'000) {
  group_queue queue{records_max};
  queue.claimed({first_stream, 1, 0, {}});
  queue.claimed({second_stream, 1, 0, {}});
  return queue;
}

} // namespace

BOOST_AUTO_TEST_CASE(a_batch_waits_for_the_one_before_it) {
  auto queue = claimed_queue();
  BOOST_TEST(queue.push(batch_of(first_stream, 10, 20), 2).empty());
  BOOST_TEST(queue.take(all_of(1)).batches.empty());
  BOOST_TEST(queue.push(batch_of(first_stream, 0, 10), 1).empty());
  const auto group = queue.take(all_of(1));
  const std::vector<ticket> expected{1, 2};
  BOOST_TEST(group.tickets == expected, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_batch_that_a_writer_has_does_not_wait) {
  auto queue = claimed_queue();
  queue.push(batch_of(first_stream, 0, 10), 1);
  BOOST_TEST(queue.waiting_batches() == 1U);
  queue.take(all_of(1));
  queue.push(batch_of(first_stream, 10, 20), 2);
  queue.push(batch_of(first_stream, 20, 30), 3);
  BOOST_TEST(queue.waiting_batches() == 2U);
  BOOST_TEST(queue.size() == 3U);
}

BOOST_AUTO_TEST_CASE(a_stream_has_one_group_in_flight) {
  auto queue = claimed_queue();
  const auto first = batch_of(first_stream, 0, 10);
  queue.push(first, 1);
  BOOST_TEST(queue.take(all_of(1)).batches.size() == 1U);
  queue.push(batch_of(first_stream, 10, 20), 2);
  BOOST_TEST(queue.take(all_of(1)).batches.empty());
  queue.committed(*first, 10);
  BOOST_TEST(queue.take(all_of(1)).batches.size() == 1U);
}

BOOST_AUTO_TEST_CASE(a_group_never_exceeds_its_records_but_always_takes_one_batch) {
  auto queue = claimed_queue(15);
  queue.push(batch_of(first_stream, 0, 10), 1);
  queue.push(batch_of(first_stream, 10, 20), 2);
  BOOST_TEST(queue.take(all_of(1)).batches.size() == 1U);
  auto small = claimed_queue(5);
  small.push(batch_of(first_stream, 0, 10), 1);
  BOOST_TEST(small.take(all_of(1)).batches.size() == 1U);
}

BOOST_AUTO_TEST_CASE(little_work_of_many_streams_goes_in_one_group) {
  auto queue = claimed_queue();
  queue.push(batch_of(first_stream, 0, 10), 1);
  queue.push(batch_of(second_stream, 0, 10), 2);
  BOOST_TEST(queue.take(all_of(2)).batches.size() == 2U);
}

BOOST_AUTO_TEST_CASE(only_what_could_leave_now_counts_as_ready) {
  auto queue = claimed_queue();
  queue.push(batch_of(first_stream, 10, 20), 1); // The one before it is missing.
  BOOST_TEST(queue.records_ready()[lane::questionnaire_responses] == 0U);
  queue.push(batch_of(second_stream, 0, 7), 2);
  BOOST_TEST(queue.records_ready()[lane::questionnaire_responses] == 7U);
  queue.push(batch_of(first_stream, 0, 10), 3);
  BOOST_TEST(queue.records_ready()[lane::questionnaire_responses] == 17U);
  queue.take(all_of(1));
  BOOST_TEST(queue.records_ready()[lane::questionnaire_responses] == 0U);
}

BOOST_AUTO_TEST_CASE(after_a_failure_successors_are_refused_until_the_failed_batch_comes_again) {
  auto queue = claimed_queue(10);
  const auto first = batch_of(first_stream, 0, 10);
  queue.push(first, 1);
  queue.take(all_of(1));
  queue.push(batch_of(first_stream, 10, 20), 2);
  const auto refused = queue.failed(*first);
  BOOST_REQUIRE(refused.size() == 1U);
  BOOST_TEST((refused[0].reason == errc::out_of_order));
  BOOST_TEST((queue.push(batch_of(first_stream, 20, 30), 3).at(0).reason == errc::out_of_order));
  BOOST_TEST(queue.push(first, 4).empty());
  BOOST_TEST(queue.push(batch_of(first_stream, 10, 20), 5).empty());
  BOOST_TEST(queue.take(all_of(1)).tickets.at(0) == 4U);
}

namespace {

std::shared_ptr<decided_batch> in_round(std::uint64_t round, std::int64_t begin, std::int64_t end) {
  auto batch = batch_of(first_stream, begin, end);
  batch->raw->round = round;
  return batch;
}

} // namespace

BOOST_AUTO_TEST_CASE(batches_that_are_sent_again_wait_for_each_other_in_whatever_order_they_come) {
  auto queue = claimed_queue(10);
  queue.push(in_round(0, 0, 10), 1);
  const auto group = queue.take(all_of(1));
  queue.failed(*group.batches.at(0));
  BOOST_TEST(queue.push(in_round(0, 10, 20), 2).size() ==
             1U); // Of the round that failed: it is sent again.
  BOOST_TEST(queue.push(in_round(1, 10, 20), 3).empty());
  BOOST_TEST(queue.push(in_round(1, 20, 30), 4).empty());
  BOOST_TEST(queue.push(in_round(1, 0, 10), 5).empty());
  for (const ticket expected : {5U, 3U, 4U}) {
    const auto next = queue.take(all_of(1));
    BOOST_REQUIRE(next.tickets.size() == 1U);
    BOOST_TEST(next.tickets[0] == expected);
    queue.committed(*next.batches[0], next.batches[0]->raw->end_offset);
  }
}

BOOST_AUTO_TEST_CASE(a_try_that_comes_after_its_next_one_changes_nothing) {
  auto queue = claimed_queue();
  queue.push(in_round(1, 10, 20), 1);
  const auto refused = queue.push(in_round(0, 10, 20), 2);
  BOOST_REQUIRE(refused.size() == 1U);
  BOOST_TEST(refused[0].ticket == 2U);
  BOOST_TEST((refused[0].reason == errc::deadline_exceeded));
}

BOOST_AUTO_TEST_CASE(a_batch_of_an_earlier_epoch_is_fenced) {
  auto queue = claimed_queue();
  queue.push(batch_of(first_stream, 0, 10), 1);
  const auto refused = queue.claimed({first_stream, 2, 0, {}});
  BOOST_TEST((refused.at(0).reason == errc::fenced));
  BOOST_TEST((queue.push(batch_of(first_stream, 0, 10, 1), 2).at(0).reason == errc::fenced));
  BOOST_TEST(queue.push(batch_of(first_stream, 0, 10, 2), 3).empty());
}

BOOST_AUTO_TEST_CASE(a_new_claim_does_not_wait_for_a_group_of_an_earlier_one_which_may_hang) {
  auto queue = claimed_queue();
  const auto old = batch_of(first_stream, 0, 10);
  queue.push(old, 1);
  BOOST_REQUIRE(queue.take(all_of(1)).tickets.size() == 1U);
  queue.claimed({first_stream, 2, 0, {}});
  const auto again = batch_of(first_stream, 0, 10, 2);
  queue.push(again, 2);
  BOOST_TEST(queue.take(all_of(1)).tickets.at(0) == 2U);
  queue.push(batch_of(first_stream, 10, 20, 2), 3);
  BOOST_TEST(queue.failed(*old)
                 .empty()); // It wakes up: nothing of the new claim is freed or refused by that.
  queue.committed(*old, 10);
  BOOST_TEST(queue.take(all_of(1)).batches.empty());
  queue.committed(*again, 10);
  BOOST_TEST(queue.take(all_of(1)).tickets.at(0) == 3U);
}

BOOST_AUTO_TEST_CASE(a_stream_that_was_never_claimed_is_fenced) {
  group_queue queue{10};
  BOOST_TEST((queue.push(batch_of(first_stream, 0, 10), 1).at(0).reason == errc::fenced));
}

BOOST_AUTO_TEST_CASE(a_second_try_replaces_one_that_still_waits) {
  auto queue = claimed_queue();
  queue.push(batch_of(first_stream, 10, 20), 1);
  const auto refused = queue.push(batch_of(first_stream, 10, 20), 2);
  BOOST_TEST(refused.at(0).ticket == 1U);
  BOOST_TEST((refused.at(0).reason == errc::deadline_exceeded));
  BOOST_TEST(queue.size() == 1U);
}

BOOST_AUTO_TEST_CASE(a_retry_of_what_is_durable_reaches_the_store_which_will_tell) {
  auto queue = claimed_queue();
  const auto first = batch_of(first_stream, 0, 10);
  queue.push(first, 1);
  queue.take(all_of(1));
  queue.committed(*first, 10);
  queue.push(batch_of(first_stream, 0, 10), 2);
  BOOST_TEST(queue.take(all_of(1)).tickets.at(0) == 2U);
  queue.committed(*first, 10);
  queue.push(batch_of(first_stream, 10, 20), 3);
  BOOST_TEST(queue.take(all_of(1)).tickets.at(0) == 3U);
}

BOOST_AUTO_TEST_CASE(a_retry_that_comes_while_its_successor_is_in_flight_is_not_left_behind) {
  auto queue = claimed_queue();
  const auto first = batch_of(first_stream, 0, 10), second = batch_of(first_stream, 10, 20);
  queue.push(first, 1);
  queue.take(all_of(1));
  queue.committed(*first, 10);
  queue.push(second, 2);
  BOOST_TEST(queue.take(all_of(1)).tickets.at(0) == 2U);
  BOOST_TEST(queue.push(batch_of(first_stream, 0, 10), 3).empty());
  BOOST_TEST(queue.take(all_of(1)).batches.empty());
  queue.committed(*second, 20);
  BOOST_TEST(queue.take(all_of(1)).tickets.at(0) == 3U);
  queue.committed(*first, 20);
  queue.push(batch_of(first_stream, 20, 30), 4);
  BOOST_TEST(queue.take(all_of(1)).tickets.at(0) == 4U);
  queue.committed(*batch_of(first_stream, 20, 30), 30);
  BOOST_TEST(queue.size() == 0U);
}

BOOST_AUTO_TEST_CASE(much_work_of_many_streams_is_divided_among_idle_writers) {
  auto queue = claimed_queue(10'000);
  queue.push(batch_of(first_stream, 0, 1'000), 1);
  queue.push(batch_of(second_stream, 0, 1'000), 2);
  BOOST_TEST(queue.take(all_of(2)).batches.size() == 1U);
  BOOST_TEST(queue.take(all_of(1)).batches.size() == 1U);
}

BOOST_AUTO_TEST_CASE(a_commit_of_an_earlier_epoch_moves_nothing_forward) {
  auto queue = claimed_queue();
  const auto first = batch_of(first_stream, 0, 10);
  queue.push(first, 1);
  queue.take(all_of(1));
  queue.claimed({first_stream, 2, 0, {}});
  queue.committed(*first, 10);
  queue.push(batch_of(first_stream, 10, 20, 2), 2);
  BOOST_TEST(queue.take(all_of(1)).batches.empty()); // It waits for the new epoch's own 0 to 10.
  queue.push(batch_of(first_stream, 0, 10, 2), 3);
  BOOST_TEST(queue.take(all_of(1)).tickets.at(0) == 3U);
}

BOOST_AUTO_TEST_SUITE_END()
