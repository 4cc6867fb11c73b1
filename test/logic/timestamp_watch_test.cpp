#include "actors/ingest/timestamp_watch.hpp"

#include <boost/test/unit_test.hpp>

using namespace aepro;
using namespace std::chrono_literals;

BOOST_AUTO_TEST_SUITE(timestamp_watch_rules)

namespace {

constexpr unix_milliseconds noon = 1'750'000'000'000;

/// Records every five seconds, the n-th stamped `ahead(n)` before the node's clock.
template <class Ahead>
std::optional<std::chrono::milliseconds> watched(Ahead ahead, int records = 3) {
  timestamp_watch watch(5min);
  std::optional<std::chrono::milliseconds> said;
  for (int i = 0; i < records; ++i) {
    const auto wall = noon + i * 5'000;
    said = watch.observe(wall + std::chrono::milliseconds(ahead(i)).count(), wall,
                         timestamp_watch::time_point{i * 5s});
  }
  return said;
}

} // namespace

BOOST_AUTO_TEST_CASE(stamps_near_the_nodes_clock_say_that_it_is_right) {
  BOOST_TEST((watched([](int i) { return i % 2 == 0 ? -4min : 30s; }) == 0ms));
  BOOST_TEST((watched([](int) { return 5min; }) == 0ms));
  BOOST_TEST((watched([](int) { return -5min; }) == 0ms));
}

BOOST_AUTO_TEST_CASE(
    a_clock_that_is_an_hour_off_is_known_after_ten_seconds_by_the_record_that_was_read_first) {
  BOOST_TEST((watched([](int i) { return -1h - std::chrono::milliseconds(i * 100); }) == -1h));
  BOOST_TEST((watched([](int i) { return 1h - std::chrono::milliseconds(i * 100); }) == 1h));
}

BOOST_AUTO_TEST_CASE(two_records_or_less_than_ten_seconds_say_nothing) {
  BOOST_TEST(!watched([](int) { return -1h; }, 2).has_value()); // Five seconds.
  timestamp_watch watch(5min);
  for (int i = 0; i < 9; ++i)
    BOOST_TEST(
        !watch.observe(noon, noon + 3'600'000, timestamp_watch::time_point{i * 1s}).has_value());
  BOOST_TEST((watch.observe(noon, noon + 3'600'000, timestamp_watch::time_point{10s}) == -1h));
  timestamp_watch slow(5min);
  for (int i = 0; i < 2; ++i)
    BOOST_TEST(
        !slow.observe(noon, noon + 3'600'000, timestamp_watch::time_point{i * 20s}).has_value());
  BOOST_TEST((slow.observe(noon, noon + 3'600'000, timestamp_watch::time_point{180s}) == -1h));
}

BOOST_AUTO_TEST_CASE(one_record_of_now_among_old_ones_clears_the_clock) {
  BOOST_TEST((watched([](int i) { return i == 1 ? 0h : -1h; }) == 0ms));
}

BOOST_AUTO_TEST_CASE(records_of_the_past_that_are_resent_say_nothing_of_a_clock) {
  BOOST_TEST((watched([](int i) { return -24h * (i + 1); }) == 0ms));
  BOOST_TEST((watched([](int i) { return -1h + i * 3min; }) == 0ms));
}

BOOST_AUTO_TEST_CASE(a_record_without_a_stamp_does_not_count) {
  timestamp_watch watch(5min);
  for (int i = 0; i < 40; ++i)
    BOOST_TEST(!watch.observe(-1, noon, timestamp_watch::time_point{i * 5s}).has_value());
}

BOOST_AUTO_TEST_CASE(each_time_is_judged_by_itself) {
  timestamp_watch watch(5min);
  std::optional<std::chrono::milliseconds> first, second;
  for (int i = 0; i < 3; ++i)
    first = watch.observe(noon, noon + 3'600'000, timestamp_watch::time_point{i * 5s});
  for (int i = 3; i < 6; ++i)
    second = watch.observe(noon, noon, timestamp_watch::time_point{i * 5s});
  BOOST_TEST((first == -1h));
  BOOST_TEST((second == 0ms));
}

BOOST_AUTO_TEST_SUITE_END()
