#include "actors/audit/insertion_time.hpp"

#include <boost/test/unit_test.hpp>

#include <limits>

using namespace aepro;

BOOST_AUTO_TEST_SUITE(insertion_time)

namespace {

constexpr std::int64_t stored_at = 1'750'000'000'000;
constexpr std::int64_t tolerance = insertion_tolerance.count();
constexpr std::int64_t column_max = std::numeric_limits<std::int32_t>::max();

lateness_witness due(std::int64_t milliseconds_before) {
  return {{}, stored_at - milliseconds_before};
}

} // namespace

BOOST_AUTO_TEST_CASE(a_late_row_tells_the_instant) {
  BOOST_TEST(instant_told_by(due(5'000), 4'990, stored_at).value() == stored_at - 10);
  BOOST_TEST(!instant_told_by(due(5'000), 5'000 + tolerance + 1, stored_at));
  BOOST_TEST(!instant_told_by(due(2 * tolerance), tolerance - 1, stored_at));
  BOOST_TEST(!instant_told_by(due(5'000), 0, stored_at));
  BOOST_TEST(!instant_told_by(due(5'000), -5'000, stored_at));
}

BOOST_AUTO_TEST_CASE(a_row_in_time_tells_that_all_later_deadlines_were_kept) {
  BOOST_TEST(instant_told_by(due(-7'000), std::nullopt, stored_at).value() == stored_at + 7'000);
  BOOST_TEST(instant_told_by(due(tolerance), std::nullopt, stored_at).has_value());
  BOOST_TEST(!instant_told_by(due(tolerance + 1), std::nullopt, stored_at));
}

BOOST_AUTO_TEST_CASE(a_row_later_than_the_column_holds_tells_no_less) {
  const auto told = instant_told_by(due(column_max + 30), column_max, stored_at);
  BOOST_TEST(told.value() == stored_at);
  const auto earlier = instant_told_by(due(column_max - 30), column_max, stored_at);
  BOOST_TEST(earlier.value() == stored_at + 30);
}

BOOST_AUTO_TEST_CASE(the_first_deadlines_are_asked_and_those_that_cannot_tell_are_not) {
  const auto chosen = choose_witnesses(
      {due(1), due(5), due(column_max), due(3), due(column_max + tolerance + 1), due(4), due(-9)},
      stored_at);
  BOOST_REQUIRE(chosen.size() == 3U);
  BOOST_TEST(chosen[0].deadline == stored_at - 5);
  BOOST_TEST(chosen[1].deadline == stored_at - 4);
  BOOST_TEST(chosen[2].deadline == stored_at - 3);
  const auto late = choose_witnesses({due(column_max + 9), due(column_max - 9)}, stored_at);
  BOOST_REQUIRE(late.size() == 2U);
  BOOST_TEST(late[0].deadline == stored_at - column_max + 9);
}

BOOST_AUTO_TEST_CASE(deadlines_at_the_ends_of_time_do_no_harm) {
  constexpr auto least = std::numeric_limits<std::int64_t>::min();
  constexpr auto most = std::numeric_limits<std::int64_t>::max();
  BOOST_TEST(choose_witnesses({{{}, least}}, stored_at).empty());
  BOOST_TEST(choose_witnesses({{{}, most}}, stored_at).size() == 1U);
  BOOST_TEST(instant_told_by({{}, most}, std::nullopt, stored_at).value() == most);
  BOOST_TEST(!instant_told_by({{}, most}, 1, stored_at));
  BOOST_TEST(!instant_told_by({{}, least}, 1, stored_at));
}

BOOST_AUTO_TEST_SUITE_END()
