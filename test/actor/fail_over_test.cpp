#include "../support/pipeline_fixture.hpp"

#include <boost/test/unit_test.hpp>

using namespace aepro;
using namespace aepro::test;
using namespace std::chrono_literals;

namespace {

/// A store that has settled everything, and a moment at which it had only half of it.
struct fail_over_fixture : pipeline_fixture {
  fail_over_fixture() {
    options.ingest.store_check_interval = 10s;
    start();
    advance(500ms);
    half = database->snapshot();
    for (std::int64_t i = 0; i < more; ++i)
      broker.publish(second_stream, records_per_stream + i, event_value(1'000 + i));
    broker.wake();
    advance(500ms);
    BOOST_REQUIRE(stored_offset(second_stream) == records_per_stream + more);
  }

  static constexpr std::int64_t more = 20;
  std::shared_ptr<const memory_snapshot> half;
};

} // namespace

BOOST_AUTO_TEST_SUITE(fail_over)

BOOST_FIXTURE_TEST_CASE(what_a_fail_over_forgot_of_a_quiet_stream_is_read_again,
                        fail_over_fixture) {
  database->return_to(*half);
  advance(15s);
  BOOST_TEST(stored_offset(second_stream) == records_per_stream + more);
  BOOST_TEST(broker.starts[second_stream].size() == 2U);
  BOOST_TEST(broker.starts[first_stream].size() == 1U); // It lacked nothing.
}

BOOST_FIXTURE_TEST_CASE(a_store_that_forgets_nothing_is_left_alone, fail_over_fixture) {
  advance(60s);
  BOOST_TEST(broker.starts[first_stream].size() == 1U);
  BOOST_TEST(broker.starts[second_stream].size() == 1U);
}

BOOST_FIXTURE_TEST_CASE(a_stream_that_a_fail_over_forgot_altogether_is_read_from_its_start,
                        fail_over_fixture) {
  database->return_to(*make_memory_database()->snapshot());
  advance(30s);
  BOOST_TEST(stored_offset(first_stream) == 2 * records_per_stream - 1);
  BOOST_TEST(stored_offset(second_stream) == records_per_stream + more);
}

BOOST_FIXTURE_TEST_CASE(what_is_written_after_a_fail_over_finds_out_at_once, fail_over_fixture) {
  database->return_to(*half);
  broker.publish(second_stream, records_per_stream + more, event_value(2'000));
  broker.wake();
  advance(2s);
  BOOST_TEST(stored_offset(second_stream) == records_per_stream + more + 1);
}

BOOST_AUTO_TEST_SUITE_END()
