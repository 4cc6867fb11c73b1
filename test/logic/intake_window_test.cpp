#include "actors/ingest/intake_window.hpp"

#include <boost/test/unit_test.hpp>

using namespace aepro;
using namespace std::chrono_literals;

BOOST_AUTO_TEST_SUITE(intake_window_logic)

namespace {

/// A store that works on `parallel` batches at a time, `service` each: more in flight wait.
struct store {
  std::chrono::microseconds latency_of(std::size_t in_flight) const {
    return service * std::max<std::size_t>(in_flight, parallel) / parallel;
  }

  /// Keeps the window full for `duration`, or `in_flight` batches where less than that.
  void load(intake_window& window, std::chrono::milliseconds duration,
            std::size_t in_flight_max = 1'000) {
    for (const auto end = now + duration; now < end;) {
      const auto in_flight = std::min(window.batches(), in_flight_max);
      now += 10ms;
      window.observe(now, latency_of(in_flight), in_flight);
    }
  }

  std::size_t parallel = 64;
  std::chrono::microseconds service = 20ms;
  intake_window::time_point now{1h};
};

} // namespace

BOOST_AUTO_TEST_CASE(a_store_that_keeps_up_gets_all_batches_there_may_be) {
  intake_window window{{true, 8, 64}};
  store{}.load(window, 60s);
  BOOST_TEST(window.batches() == 64U);
}

BOOST_AUTO_TEST_CASE(a_store_that_becomes_slow_gets_fewer_batches_within_seconds) {
  intake_window window{{true, 8, 64}};
  store stored;
  stored.load(window, 10s);
  stored.parallel = 8; // The same batches now wait for each other eight times as long.
  stored.load(window, 5s);
  BOOST_TEST(window.batches() < 32U);
  BOOST_TEST(window.batches() >= 8U);
  BOOST_TEST((stored.latency_of(window.batches()) < stored.latency_of(64) / 2));
}

BOOST_AUTO_TEST_CASE(answers_in_no_time_at_all_leave_the_window_as_it_is) {
  intake_window window{{true, 8, 64}};
  store stored;
  stored.load(window, 10s);
  stored.service = 0us;
  stored.load(window, 10s);
  BOOST_TEST(window.batches() == 64U);
  stored.service = 20ms;
  stored.parallel = 4;
  stored.load(window, 10s);
  BOOST_TEST(window.batches() < 40U); // What is usual is still known.
}

BOOST_AUTO_TEST_CASE(a_store_that_is_fast_again_gets_all_batches_again) {
  intake_window window{{true, 8, 64}};
  store stored;
  stored.load(window, 10s);
  stored.parallel = 4;
  stored.load(window, 10s);
  BOOST_REQUIRE(window.batches() < 40U);
  stored.parallel = 64;
  stored.load(window, 20s);
  BOOST_TEST(window.batches() == 64U);
}

BOOST_AUTO_TEST_CASE(the_window_never_leaves_its_bounds) {
  intake_window window{{true, 3, 5}};
  store stored;
  for (int round = 0; round < 20; ++round) {
    stored.service = round % 2 == 0 ? 1ms : 10s;
    for (int step = 0; step < 20; ++step) {
      stored.load(window, 100ms);
      BOOST_TEST(window.batches() >= 3U);
      BOOST_TEST(window.batches() <= 5U);
    }
  }
}

BOOST_AUTO_TEST_CASE(the_lower_bound_is_reached_and_kept) {
  intake_window window{{true, 30, 64}};
  store stored;
  stored.load(window, 10s);
  stored.parallel = 1;
  stored.load(window, 3s);
  BOOST_TEST(window.batches() == 30U);
}

BOOST_AUTO_TEST_CASE(a_lower_bound_above_the_upper_one_is_the_upper_one) {
  intake_window window{{true, 16, 4}};
  store stored;
  stored.load(window, 10s);
  stored.parallel = 1;
  stored.service = 1s;
  stored.load(window, 10s);
  BOOST_TEST(window.batches() == 4U);
}

BOOST_AUTO_TEST_CASE(latencies_while_little_is_in_flight_change_nothing) {
  intake_window window{{true, 8, 64}};
  store stored;
  stored.load(window, 10s);
  stored.load(window, 200ms, 31); // One less than half; so no sample of before is left.
  stored.service = 500ms;
  stored.load(window, 30s, 31);
  BOOST_TEST(window.batches() == 64U);
  stored.load(window, 1s, 32);
  BOOST_TEST(window.batches() < 64U);
}

BOOST_AUTO_TEST_CASE(a_single_slow_batch_changes_nothing) {
  intake_window window{{true, 8, 64}};
  store stored;
  stored.load(window, 10s);
  window.observe(stored.now += 1ms, 10s, 64);
  BOOST_TEST(window.batches() == 64U);
}

BOOST_AUTO_TEST_CASE(a_window_that_is_not_adaptive_stays_where_it_is) {
  intake_window window{{false, 8, 64}};
  store stored;
  stored.load(window, 5s);
  stored.parallel = 1;
  stored.load(window, 20s);
  BOOST_TEST(window.batches() == 64U);
}

BOOST_AUTO_TEST_SUITE_END()
