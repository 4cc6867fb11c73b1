#include "actors/storage/group_queue.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <map>
#include <random>

using namespace aepro;

BOOST_AUTO_TEST_SUITE(group_queue_rules)

namespace {

const stream_name first_stream{"t", 0};
const stream_name second_stream{"t", 1};

std::shared_ptr<decided_batch> batch_of(const stream_name& stream, std::int64_t begin, std::int64_t end,
                                        std::uint64_t epoch = 1) {
  auto batch = std::make_shared<decided_batch>();
  batch->raw = std::make_shared<record_batch>();
  batch->raw->stream = stream;
  batch->raw->epoch = epoch;
  batch->raw->begin_offset = begin;
  batch->raw->end_offset = end;
  batch->records.resize(static_cast<std::size_t>(end - begin));
  return batch;
}

/// All of them idle, and none is kept.
writer_room all_of(std::size_t writers) { return {.idle = writers, .of_others = writers}; }

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
  BOOST_TEST(queue.push(in_round(0, 10, 20), 2).size() == 1U); // Of the round that failed: it is sent again.
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
  BOOST_TEST(queue.failed(*old).empty()); // It wakes up: nothing of the new claim is freed or refused by that.
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

namespace {

const stream_name report_stream{"aepro.adverse-events", 0};
constexpr auto urgent = lane::adverse_events, forms = lane::questionnaire_responses;

/// Batches of adverse events and of two partitions of forms, as they come, numbered by their tickets.
struct lanes_fixture {
  explicit lanes_fixture(std::size_t records_max = 20'000) : queue(records_max) {
    for (const auto& stream : {report_stream, first_stream, second_stream})
      queue.claimed({stream, 1, 0, {}});
  }

  void push(const stream_name& stream, std::int64_t records) {
    auto& end = ends[stream];
    queue.push(batch_of(stream, end, end + records), ++tickets);
    end += records;
  }

  void commit(const storage_group& group) {
    for (const auto& batch : group.batches)
      queue.committed(*batch, durable[batch->raw->stream] = batch->raw->end_offset);
  }

  static std::size_t records_of(const storage_group& group, const stream_name& stream) {
    std::size_t records = 0;
    for (const auto& batch : group.batches)
      records += batch->raw->stream == stream ? batch->records.size() : 0;
    return records;
  }

  group_queue queue;
  std::map<stream_name, std::int64_t> ends, durable;
  ticket tickets = 0;
};

} // namespace

BOOST_FIXTURE_TEST_CASE(adverse_events_go_first_and_alone_where_there_is_much_else, lanes_fixture) {
  push(first_stream, 1'000);
  push(report_stream, 5);
  const auto group = queue.take(all_of(1));
  BOOST_TEST((group.which == urgent));
  BOOST_TEST(group.tickets == std::vector<ticket>{2}, boost::test_tools::per_element());
}

BOOST_FIXTURE_TEST_CASE(little_work_of_other_lanes_goes_with_adverse_events, lanes_fixture) {
  push(first_stream, 900);
  push(second_stream, 100);
  push(report_stream, 50);
  const auto group = queue.take(all_of(1));
  const std::vector<ticket> expected{3, 1};
  BOOST_TEST(group.tickets == expected, boost::test_tools::per_element());
}

BOOST_FIXTURE_TEST_CASE(a_writer_that_is_kept_for_adverse_events_gets_nothing_else, lanes_fixture) {
  push(first_stream, 10);
  BOOST_TEST(queue.take({.idle = 1, .of_others = 0}).batches.empty());
  push(report_stream, 5);
  const auto group = queue.take({.idle = 1, .of_others = 0});
  BOOST_TEST(records_of(group, report_stream) == 5U);
  BOOST_TEST(records_of(group, first_stream) == 0U);
}

BOOST_FIXTURE_TEST_CASE(forms_are_divided_among_the_writers_that_they_may_use, lanes_fixture) {
  push(first_stream, 5'000);
  push(second_stream, 5'000);
  BOOST_TEST(queue.take({.idle = 3, .of_others = 2}).batches.size() == 1U);
  BOOST_TEST(queue.take({.idle = 2, .of_others = 1}).batches.size() == 1U);
}

BOOST_FIXTURE_TEST_CASE(forms_that_are_due_go_in_a_small_group_while_adverse_events_wait, lanes_fixture) {
  for (int i = 0; i < 4; ++i)
    push(first_stream, 1'000);
  const auto to_go = [&] {
    push(report_stream, 1'000);
    return queue.take(all_of(1));
  };
  for (int i = 0; i < 3; ++i) {
    const auto group = to_go();
    BOOST_TEST((group.which == urgent));
    commit(group);
  }
  const auto due = to_go();
  BOOST_TEST((due.which == forms));
  BOOST_TEST(records_of(due, first_stream) == 1'000U);
}

BOOST_FIXTURE_TEST_CASE(while_adverse_events_come_forms_that_may_fill_the_writers_go_in_small_groups, lanes_fixture) {
  const writer_room shared{.idle = 1, .of_others = 1, .others_may_fill = true};
  const auto next_of_forms = [&] {
    for (int i = 0; i < 4; ++i)
      push(first_stream, 1'000);
    const auto group = queue.take(shared);
    commit(group);
    return records_of(group, first_stream);
  };
  BOOST_TEST(next_of_forms() == 4'000U); // None has come yet.
  push(report_stream, 1);
  commit(queue.take(shared));
  for (int i = 0; i < 64; ++i)
    BOOST_TEST(next_of_forms() == 1'000U);
  BOOST_TEST(next_of_forms() > 4'000U); // None has come for long.
}

/// Random arrivals of all lanes, writers that are busy for a drawn time each.
BOOST_AUTO_TEST_CASE(under_any_load_adverse_events_are_in_the_next_free_writer_and_forms_get_their_share) {
  for (std::uint32_t seed = 1; seed <= 10; ++seed) {
    std::minstd_rand random{seed};
    lanes_fixture lanes{5'000};
    const std::size_t writers = 2 + random() % 3;
    writer_places places{writers, {}, false};
    std::vector<storage_group> held(writers);
    std::int64_t all = 0, of_forms = 0;
    for (int step = 0; step < 200; ++step) {
      for (const auto& stream : {first_stream, second_stream}) // A flood: forms wait at any time.
        while (lanes.ends[stream] < lanes.durable[stream] + 6'000)
          lanes.push(stream, 1'000);
      if (lanes.ends[report_stream] < lanes.durable[report_stream] + 6'000 && random() % 2 == 0)
        lanes.push(report_stream, 1 + random() % 1'000);
      while (places.room().idle > 0) {
        auto group = lanes.queue.take(places.room());
        if (group.batches.empty())
          break;
        const auto records = static_cast<std::int64_t>(
          lanes_fixture::records_of(group, first_stream) + lanes_fixture::records_of(group, second_stream));
        all += records + static_cast<std::int64_t>(lanes_fixture::records_of(group, report_stream));
        of_forms += records;
        const auto writer = places.first_idle();
        places.take(writer, group.which);
        held[writer] = std::move(group);
      }
      // Whatever happens, forms have not got all the writers, and no report waits while one is idle.
      const auto holds_forms = [](const storage_group& group) { return !group.batches.empty() && group.which == forms; };
      BOOST_REQUIRE(static_cast<std::size_t>(std::count_if(held.begin(), held.end(), holds_forms)) < writers);
      BOOST_REQUIRE((places.idle() == 0 || lanes.queue.records_ready()[urgent] == 0));
      const auto done = random() % writers;
      lanes.commit(held[done]);
      held[done] = {};
      places.free(done);
    }
    BOOST_TEST(100 * of_forms >= 25 * all - 100 * 5'000);
  }
}

BOOST_AUTO_TEST_CASE(of_two_writers_one_is_kept_and_of_a_single_one_nothing) {
  writer_places two{2, {}, false}, single{1, {}, false}, in_turn{2, {}, true};
  BOOST_TEST(two.room().of_others == 1U);
  BOOST_TEST(!two.room().others_may_fill);
  two.take(0, forms);
  BOOST_TEST(two.room().idle == 1U);
  BOOST_TEST(two.room().of_others == 0U);
  BOOST_TEST(two.first_idle() == 1U);
  two.take(1, urgent);
  BOOST_TEST(two.writes(urgent));
  BOOST_TEST(two.first_idle() == two.size());
  two.free(0);
  BOOST_TEST(two.room().of_others == 1U);
  BOOST_TEST(single.room().of_others == 1U);
  BOOST_TEST(single.room().others_may_fill);
  BOOST_TEST(in_turn.room().others_may_fill);
}

BOOST_AUTO_TEST_CASE(forms_that_hang_in_a_writer_do_not_keep_other_forms_from_the_rest) {
  writer_places two{2, {}, false};
  two.take(0, forms);
  BOOST_TEST(two.room().of_others == 0U);
  two.give_up(0);
  BOOST_TEST(two.usable() == 1U);
  BOOST_TEST(two.room().of_others == 1U);
  BOOST_TEST(two.room().others_may_fill);
  two.free(0); // It has come back.
  BOOST_TEST(two.usable() == 2U);
  BOOST_TEST(two.room().of_others == 1U);
  BOOST_TEST(!two.room().others_may_fill);
}

BOOST_AUTO_TEST_CASE(adverse_events_that_hang_in_a_writer_are_not_waited_for) {
  writer_places two{2, {}, false};
  two.take(0, urgent);
  BOOST_TEST(two.writes(urgent));
  two.give_up(0);
  BOOST_TEST(!two.writes(urgent));
}

BOOST_AUTO_TEST_SUITE_END()
