#include "actors/notifier/alarm_book.hpp"

#include <boost/test/unit_test.hpp>

using namespace aepro;
using namespace std::chrono_literals;

BOOST_AUTO_TEST_SUITE(alarm_book_logic)

namespace {

struct node {
  /// Returns how often people are told while a look every five seconds finds these rules in
  /// trouble.
  std::size_t told_in(std::chrono::seconds duration, const std::vector<std::string>& rules) {
    std::size_t told = 0;
    for (const auto end = now + duration; now < end; now += 5s) {
      system_alarms present;
      for (const auto& rule : rules)
        present.push_back({rule, "text"});
      told += book.due(present, now).size();
    }
    return told;
  }

  alarm_book book{30s};
  alarm_book::time_point now{1h};
};

} // namespace

BOOST_FIXTURE_TEST_CASE(a_trouble_is_told_once_when_it_has_lasted, node) {
  BOOST_TEST(told_in(30s, {"partition-stuck"}) == 0U);
  BOOST_TEST(told_in(5s, {"partition-stuck"}) == 1U);
  BOOST_TEST(told_in(3600s, {"partition-stuck"}) == 0U);
}

BOOST_FIXTURE_TEST_CASE(a_trouble_that_passes_is_told_to_nobody, node) {
  for (int i = 0; i < 10; ++i) {
    BOOST_TEST(told_in(25s, {"partition-stuck"}) == 0U);
    BOOST_TEST(told_in(35s, {}) == 0U);
  }
}

BOOST_FIXTURE_TEST_CASE(each_trouble_is_told_by_itself, node) {
  told_in(20s, {"partition-stuck"});
  BOOST_TEST(told_in(15s, {"partition-stuck", "stage-down"}) == 1U);
  BOOST_TEST(told_in(20s, {"partition-stuck", "stage-down"}) == 1U);
}

BOOST_FIXTURE_TEST_CASE(a_trouble_that_comes_and_goes_is_one_alarm, node) {
  told_in(60s, {"partition-stuck"});
  for (int i = 0; i < 10; ++i) {
    told_in(300s, {});
    BOOST_TEST(told_in(60s, {"partition-stuck"}) == 0U);
  }
}

BOOST_FIXTURE_TEST_CASE(a_trouble_that_was_gone_for_long_is_told_again, node) {
  told_in(60s, {"partition-stuck"});
  told_in(605s, {});
  BOOST_TEST(told_in(60s, {"partition-stuck"}) == 1U);
}

BOOST_AUTO_TEST_SUITE_END()
