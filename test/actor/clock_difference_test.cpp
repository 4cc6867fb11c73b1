#include "../support/pipeline_fixture.hpp"

using namespace aepro;
using namespace aepro::test;
using namespace std::chrono_literals;

BOOST_AUTO_TEST_SUITE(clock_difference)

namespace {

/// A node whose store has no clock of its own, and records that come one by one.
struct drifting_fixture : pipeline_fixture {
  drifting_fixture() {
    options.ingest.clock = clock;
    options.ingest.stamps_tell_time = true;
    options.ingest.wall = [this] { return stamp + wrong_by; };
  }

  /// One record every five seconds.
  void pass_a_minute() {
    for (int i = 0; i < 14; ++i) {
      broker.publish(second_stream, broker.records[second_stream].back().first + 1,
                     event_value(1'000 + published++));
      broker.wake();
      advance(5s);
    }
  }

  static constexpr unix_milliseconds stamp =
      handed_out_timestamp; ///< Of every record of the scripted broker.
  std::shared_ptr<store_clock> clock = std::make_shared<store_clock>(5min);
  std::int64_t wrong_by = 0;
  std::int64_t published = 0;
};

} // namespace

BOOST_FIXTURE_TEST_CASE(a_node_whose_clock_is_right_corrects_nothing, drifting_fixture) {
  start();
  pass_a_minute();
  BOOST_TEST(clock->correction().count() == 0);
}

BOOST_FIXTURE_TEST_CASE(a_node_whose_clock_is_an_hour_off_learns_it_by_the_stamps_of_what_comes,
                        drifting_fixture) {
  for (const auto hour : {3'600'000, -3'600'000}) {
    wrong_by = hour;
    if (!supervisor)
      start();
    pass_a_minute();
    BOOST_TEST(clock->correction().count() == -hour);
    pass_a_minute(); // What is stored from now on has its true latency.
    BOOST_TEST(status().recent.total() > 0U);
    BOOST_TEST(status().recent.percentile(0.99) < 1'000);
  }
  wrong_by = 0;
  pass_a_minute();
  BOOST_TEST(clock->correction().count() == 0); // It was set right.
}

/// What has waited says nothing: it is old whatever the clock says.
BOOST_FIXTURE_TEST_CASE(records_of_which_more_wait_say_nothing_of_the_clock, drifting_fixture) {
  wrong_by = 3'600'000;
  start();
  for (int i = 0; i < 20; ++i) {
    for (int more = 0; more < 40; ++more, ++published) // Four batches.
      broker.publish(second_stream, broker.records[second_stream].back().first + 1,
                     event_value(1'000 + published));
    broker.wake();
    advance(5s);
  }
  BOOST_TEST(stored_offset(second_stream) == records_per_stream + published);
  BOOST_TEST(clock->correction().count() == 0);
}

BOOST_AUTO_TEST_SUITE_END()
