#include "test/support/contracts/filled_store.hpp"

#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <fmt/format.h>

using namespace aepro;
using namespace aepro::test;

BOOST_AUTO_TEST_SUITE(side_audit)

namespace {

std::int64_t milliseconds_from_now(std::chrono::milliseconds distance) {
  const auto then = std::chrono::system_clock::now() + distance;
  return std::chrono::duration_cast<std::chrono::milliseconds>(then.time_since_epoch()).count();
}

/// Offsets of adverse_events: 0 without a deadline, 1 to 5 late by 1 to 5 hours, 6 in time, 7 by 60
/// days.
void fill_late(event_store& store) {
  value_of(store.claim(adverse_events));
  batch_text text{.stream = adverse_events, .values = {adverse_event_value({.event_id = "A-0"})}};
  const auto add = [&](std::chrono::milliseconds distance) {
    text.values.push_back(adverse_event_value({.event_id = fmt::format("A-{}", text.values.size()),
                                               .deadline_ms = milliseconds_from_now(distance)}));
  };
  for (int hours = 1; hours <= 5; ++hours)
    add(-std::chrono::hours(hours));
  add(std::chrono::hours(1));
  add(-std::chrono::hours(24 * 60));
  append(store, text);
}

} // namespace

BOOST_DATA_TEST_CASE(lateness_follows_from_deadlines_and_one_late_row, databases, kind) {
  store_under_test store(kind);
  fill_late(*store.connect());
  BOOST_TEST(run_sql(store.url(), "SELECT count(*) FROM event WHERE lateness_ms > 0") == "6");
  BOOST_TEST(audit(store).ok());
  const auto problems_of = [&](const std::string& change, std::int64_t offset) {
    run_sql(store.url(), fmt::format("UPDATE event SET lateness_ms = {} WHERE {}", change,
                                     of_record(adverse_events, offset)));
    return audit(store);
  };
  // The row that tells the instant is the first to be changed.
  auto report = problems_of("NULL", 5);
  BOOST_TEST(names(report, "row_differs", 5));
  BOOST_TEST(report.problems_total == 1U);
  report = problems_of("lateness_ms + 1", 3);
  BOOST_TEST(names(report, "row_differs", 3));
  BOOST_TEST(report.problems_total == 2U);
  report = problems_of("5", 0);
  BOOST_TEST(names(report, "row_differs", 0));
  report = problems_of("7", 6);
  BOOST_TEST(names(report, "row_differs", 6));
  report = problems_of("7", 7);
  BOOST_TEST(names(report, "row_differs", 7));
  BOOST_TEST(report.problems_total == 5U);
}

BOOST_DATA_TEST_CASE(a_segment_all_of_whose_events_lost_their_lateness_is_found, databases, kind) {
  store_under_test store(kind);
  fill_late(*store.connect());
  run_sql(store.url(), "UPDATE event SET lateness_ms = NULL");
  const auto report = audit(store);
  for (std::int64_t offset = 1; offset <= 5; ++offset)
    BOOST_TEST(names(report, "row_differs", offset));
  BOOST_TEST(names(report, "row_differs", 7));
  BOOST_TEST(report.problems_total == 6U);
}

BOOST_DATA_TEST_CASE(cursors_up_to_the_stream_s_end_are_sound, databases, kind) {
  store_under_test store(kind);
  fill(*store.connect());
  run_sql(store.url(), "INSERT INTO publication (stream_id, purpose, next_offset) SELECT "
                       "stream_id, 1, 10 FROM stream WHERE topic = 'aepro.adverse-events'");
  run_sql(store.url(), "INSERT INTO publication (stream_id, purpose, next_offset) SELECT "
                       "stream_id, 2, 0 FROM stream WHERE topic = 'aepro.adverse-events'");
  run_sql(store.url(), "INSERT INTO publication (stream_id, purpose, next_offset) SELECT "
                       "stream_id, 3, 10 FROM stream WHERE topic = 'aepro.adverse-events'");
  run_sql(store.url(), "INSERT INTO publication (stream_id, purpose, next_offset) SELECT "
                       "stream_id, 4, 10 FROM stream WHERE topic = 'aepro.adverse-events'");
  BOOST_TEST(audit(store).ok());
}

BOOST_DATA_TEST_CASE(a_store_without_streams_says_that_nothing_was_checked, databases, kind) {
  store_under_test store(kind);
  auto report = audit(store);
  BOOST_TEST(report.ok());
  BOOST_REQUIRE(report.notes.size() == 1U);
  BOOST_TEST(report.notes.front() == "no streams: nothing was checked");
  fill(*store.connect());
  BOOST_TEST(audit(store).notes.empty());
}

BOOST_DATA_TEST_CASE(a_partition_with_records_that_the_store_does_not_know_is_named, databases,
                     kind) {
  store_under_test store(kind);
  fill(*store.connect());
  audit_options options;
  options.extents = {{{"aepro.adverse-events", 7}, 3, 5}, {{"aepro.adverse-events", 8}, 0, 0}};
  const auto report = audit(store, options);
  BOOST_TEST(report.problems_total == 1U);
  BOOST_TEST(names(report, "watermark", 3));
  BOOST_TEST(report.problems.front().partition == 7);
}

BOOST_AUTO_TEST_SUITE_END()
