#include "test/support/queued_batches.hpp"

#include <boost/test/unit_test.hpp>

#include <map>
#include <random>

using namespace aepro;
using namespace aepro::test;

BOOST_AUTO_TEST_SUITE(group_queue_lanes)

namespace {

const stream_name report_stream{"aepro.adverse-events", 0};
constexpr auto urgent = lane::adverse_events, forms = lane::questionnaire_responses;

/// Batches of adverse events and of two partitions of forms, as they come, numbered by their
/// tickets.
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

BOOST_FIXTURE_TEST_CASE(forms_that_are_due_go_in_a_small_group_while_adverse_events_wait,
                        lanes_fixture) {
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

BOOST_FIXTURE_TEST_CASE(
    while_adverse_events_come_forms_that_may_fill_the_writers_go_in_small_groups, lanes_fixture) {
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
BOOST_AUTO_TEST_CASE(
    under_any_load_adverse_events_are_in_the_next_free_writer_and_forms_get_their_share) {
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
        const auto records =
            static_cast<std::int64_t>(lanes_fixture::records_of(group, first_stream) +
                                      lanes_fixture::records_of(group, second_stream));
        all += records + static_cast<std::int64_t>(lanes_fixture::records_of(group, report_stream));
        of_forms += records;
        const auto writer = places.first_idle();
        places.take(writer, group.which);
        held[writer] = std::move(group);
      }
      // Whatever happens, forms have not got all the writers, and no report waits while one is
      // idle.
      const auto holds_forms = [](const storage_group& group) {
        return !group.batches.empty() && group.which == forms;
      };
      BOOST_REQUIRE(static_cast<std::size_t>(std::count_if(held.begin(), held.end(), holds_forms)) <
                    writers);
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
