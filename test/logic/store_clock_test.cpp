#include "actors/storage/store_clock.hpp"

#include <boost/test/unit_test.hpp>

using namespace aepro;
using namespace std::chrono_literals;

BOOST_AUTO_TEST_SUITE(store_clock_rules)

namespace {

constexpr unix_milliseconds noon = 1'750'000'000'000;
constexpr unix_milliseconds minute = 60'000;

} // namespace

BOOST_AUTO_TEST_CASE(clocks_that_differ_little_are_corrected_without_a_warning) {
  store_clock clock(5min);
  BOOST_TEST(clock.correction().count() == 0);
  BOOST_TEST(!clock.compare(noon, noon + 5 * minute, noon).has_value());
  BOOST_TEST(clock.correction().count() == 5 * minute);
  BOOST_TEST(!clock.compare(noon, noon - 5 * minute, noon).has_value());
  BOOST_TEST(clock.correction().count() == -5 * minute);
}

BOOST_AUTO_TEST_CASE(where_the_other_clock_is_only_guessed_at_little_differences_are_left_alone) {
  store_clock clock(5min);
  BOOST_TEST(!clock.compare(noon, noon + 5 * minute, noon, "stamps'", false).has_value());
  BOOST_TEST(clock.correction().count() == 0);
  BOOST_TEST(clock.compare(noon, noon + 6 * minute, noon, "stamps'", false).has_value());
  BOOST_TEST(clock.correction().count() == 6 * minute);
}

BOOST_AUTO_TEST_CASE(a_clock_that_is_an_hour_off_is_named_and_corrected_either_way) {
  store_clock clock(5min);
  const auto slow = clock.compare(noon, noon + 60 * minute, noon + 10);
  BOOST_REQUIRE(slow.has_value());
  BOOST_TEST(
      slow->find("the node's clock says 2025-06-15T15:06:40Z, the store's 2025-06-15T16:06:40Z") ==
          0U,
      *slow);
  BOOST_TEST(clock.correction().count() ==
             60 * minute - 5); // Of the middle of the question's time.
  BOOST_TEST(clock.compare(noon, noon - 60 * minute, noon).has_value());
  BOOST_TEST(clock.correction().count() == -60 * minute);
}

BOOST_AUTO_TEST_CASE(a_clock_that_was_set_right_is_taken_as_it_is) {
  store_clock clock(5min);
  BOOST_TEST(clock.compare(noon, noon + 60 * minute, noon).has_value());
  BOOST_TEST(!clock.compare(noon, noon + 1, noon).has_value());
  BOOST_TEST(clock.correction().count() == 1);
}

BOOST_AUTO_TEST_CASE(clocks_are_compared_once_a_minute_by_all_connections_together) {
  store_clock clock;
  const store_clock::time_point start{};
  BOOST_TEST(clock.is_due(start, noon));
  BOOST_TEST(!clock.is_due(start, noon));
  BOOST_TEST(!clock.is_due(start + 59s, noon + 59'000));
  BOOST_TEST(clock.is_due(start + 60s, noon + minute));
  BOOST_TEST(!clock.is_due(start + 119s, noon + 119'000));
}

BOOST_AUTO_TEST_CASE(a_wall_clock_that_jumps_is_compared_at_once_and_not_again) {
  for (const auto jump : {6 * minute, -6 * minute}) {
    store_clock clock(5min);
    const store_clock::time_point start{};
    BOOST_TEST(clock.is_due(start, noon));
    BOOST_TEST(!clock.is_due(start + 1s, noon + 1'000 + jump / 2));
    BOOST_TEST(clock.is_due(start + 2s, noon + 2'000 + jump));
    BOOST_TEST(!clock.is_due(start + 3s, noon + 3'000 + jump));
  }
}

BOOST_AUTO_TEST_SUITE_END()
