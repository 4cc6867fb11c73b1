#include "actors/ingest/lane_brake.hpp"

#include <boost/test/unit_test.hpp>

using namespace aepro;
using namespace std::chrono_literals;

BOOST_AUTO_TEST_SUITE(lane_brake_logic)

namespace {

struct node {
  /// An adverse event is stored after `latency`, among `others` records of other lanes; then time
  /// goes on.
  void adverse_event(std::chrono::milliseconds latency, std::size_t others = 8'000,
                     std::size_t urgent = 1) {
    now += 100ms;
    brake.observe(now, latency, urgent, others);
    brake.release(now);
  }

  void adverse_events(int count, std::chrono::milliseconds latency) {
    for (int i = 0; i < count; ++i)
      adverse_event(latency);
  }

  lane_brake brake{{.delay_max = 10ms, .batches_max = 64}};
  lane_brake::time_point now{1h};
};

} // namespace

BOOST_FIXTURE_TEST_CASE(nobody_is_braked_while_adverse_events_take_what_they_take_alone, node) {
  adverse_events(50, 5ms);
  adverse_events(50, 20ms); // Twice the least, and what others may add.
  BOOST_TEST(brake.batches() == 64U);
}

BOOST_FIXTURE_TEST_CASE(others_come_down_to_one_batch_while_adverse_events_are_slow, node) {
  adverse_event(5ms);
  adverse_event(21ms);
  BOOST_TEST(brake.batches() == 32U);
  adverse_events(10, 21ms);
  BOOST_TEST(brake.batches() == 1U);
}

BOOST_FIXTURE_TEST_CASE(a_cut_is_given_time_to_show, node) {
  adverse_event(5ms);
  adverse_event(90ms);
  brake.observe(now + 49ms, 90ms, 1, 8'000);
  BOOST_TEST(brake.batches() == 32U);
  brake.observe(now + 50ms, 90ms, 1, 8'000);
  BOOST_TEST(brake.batches() == 16U);
}

BOOST_FIXTURE_TEST_CASE(others_get_back_a_batch_a_second_while_adverse_events_are_quick, node) {
  adverse_event(5ms);
  adverse_events(10, 90ms);
  BOOST_REQUIRE(brake.batches() == 1U);
  adverse_events(50, 5ms);
  BOOST_TEST(brake.batches() == 6U);
  adverse_events(1'000, 5ms);
  BOOST_TEST(brake.batches() == 64U);
}

BOOST_FIXTURE_TEST_CASE(without_adverse_events_others_have_everything, node) {
  adverse_event(5ms);
  adverse_events(10, 90ms);
  brake.release(now + 1'999ms);
  BOOST_TEST(brake.batches() < 64U);
  brake.release(now + 2s);
  BOOST_TEST(brake.batches() == 64U);
}

BOOST_FIXTURE_TEST_CASE(adverse_events_that_are_many_brake_nobody, node) {
  adverse_event(5ms);
  for (int i = 0; i < 10; ++i)
    adverse_event(90ms, 1'000, 101);
  BOOST_TEST(brake.batches() == 64U);
  adverse_event(90ms, 1'000, 100);
  BOOST_TEST(brake.batches() == 32U);
}

BOOST_FIXTURE_TEST_CASE(a_store_that_has_become_slow_for_all_is_the_usual_after_a_minute, node) {
  adverse_event(5ms);
  adverse_events(600, 40ms);
  adverse_events(700, 60ms);
  BOOST_TEST(brake.batches() == 64U);
}

BOOST_FIXTURE_TEST_CASE(a_limit_of_zero_brakes_nobody, node) {
  brake = lane_brake{{.delay_max = 0ms, .batches_max = 64}};
  adverse_event(5ms);
  adverse_events(10, 900ms);
  BOOST_TEST(brake.batches() == 64U);
}

BOOST_AUTO_TEST_SUITE_END()
