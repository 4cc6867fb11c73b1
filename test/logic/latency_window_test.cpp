#include "actors/ingest/latency_window.hpp"

#include <boost/test/unit_test.hpp>

using namespace aepro;
using namespace std::chrono_literals;

BOOST_AUTO_TEST_SUITE(latency_window_rules)

namespace {

struct fixture {
  latency_window::time_point now{1h};
  latency_histogram all;
  latency_window window;

  void pass(std::chrono::seconds duration) {
    for (auto passed = 0s; passed < duration; passed += 1s) {
      now += 1s;
      window.observe(now, all);
    }
  }
};

} // namespace

BOOST_FIXTURE_TEST_CASE(what_was_added_within_the_minute_counts, fixture) {
  pass(5s);
  all.add(10, 7);
  pass(55s);
  all.add(20, 3);
  const auto recent = window.recent(now, all);
  BOOST_TEST(recent.total() == 10U);
  BOOST_TEST(recent.percentile(0.5) == 10);
  BOOST_TEST(recent.percentile(1) == 20);
}

BOOST_FIXTURE_TEST_CASE(what_is_older_than_a_minute_and_a_step_is_forgotten, fixture) {
  pass(5s);
  all.add(5'000, 100);
  pass(66s);
  all.add(10, 2);
  const auto recent = window.recent(now, all);
  BOOST_TEST(recent.total() == 2U);
  BOOST_TEST(recent.percentile(1) == 10);
  BOOST_TEST(all.total() == 102U);
}

BOOST_FIXTURE_TEST_CASE(before_anything_was_observed_everything_is_recent, fixture) {
  all.add(3, 4);
  BOOST_TEST(window.recent(now, all).total() == 4U);
}

BOOST_FIXTURE_TEST_CASE(a_window_that_was_not_observed_for_long_holds_what_came_after_its_last_mark,
                        fixture) {
  all.add(1, 1);
  pass(10s);
  all.add(2, 5);
  now += 300s;
  BOOST_TEST(window.recent(now, all).total() == 5U);
}

BOOST_AUTO_TEST_SUITE_END()
