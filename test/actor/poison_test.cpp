#include "../support/pipeline_fixture.hpp"
#include "../support/poison.hpp"

#include <boost/test/unit_test.hpp>

using namespace aepro;
using namespace aepro::test;
using namespace std::chrono_literals;

BOOST_AUTO_TEST_SUITE(poison)

namespace {

/// The pipeline with 3 records more in each stream, one of which is poison.
struct poison_fixture : pipeline_fixture {
  static constexpr std::int64_t per_stream = records_per_stream + 3;

  poison_fixture() {
    publish(first_stream, 2 * records_per_stream);
    publish(second_stream, records_per_stream);
  }

  void publish(const stream_name& stream, std::int64_t offset) {
    const auto where = std::to_string(stream.partition);
    broker.publish(stream, offset, value_of("sound-1-" + where));
    broker.publish(stream, offset + 1, value_of("poison-" + where));
    broker.publish(stream, offset + 2, value_of("sound-2-" + where));
  }

  static std::string value_of(const std::string& id) {
    v1::Event event;
    event.set_event_id(id);
    event.set_study("STUDY");
    event.set_subject("SUBJECT");
    event.mutable_adverse_event()->set_aeterm("HEADACHE");
    return event.SerializeAsString();
  }

  void check_poison_alone_is_rejected() {
    BOOST_TEST(stored_offset(first_stream) == 2 * records_per_stream + 3);
    BOOST_TEST(stored_offset(second_stream) == per_stream);
    BOOST_TEST(stored_counts().rejected == 2U);
    BOOST_TEST(stored_counts().accepted == 2U * per_stream - 2);
    BOOST_TEST(stored_counts().total() == 2U * per_stream);
    BOOST_TEST(broker.opened == 1U); // No stage has died of it.
    BOOST_TEST(status().counts.total() == 2U * per_stream);
    BOOST_TEST(status().read_records == 2U * per_stream);
  }
};

} // namespace

BOOST_FIXTURE_TEST_CASE(a_record_that_cannot_be_decoded_without_a_throw_is_rejected_alone,
                        poison_fixture) {
  options.validation.steps = poison_in_prepare();
  start();
  advance(2s);
  check_poison_alone_is_rejected();
  BOOST_TEST(status().retries == 0U);
}

BOOST_FIXTURE_TEST_CASE(a_record_that_cannot_be_decided_without_a_throw_is_rejected_alone,
                        poison_fixture) {
  options.validation.steps = poison_in_finish();
  start();
  advance(2s);
  check_poison_alone_is_rejected();
  BOOST_TEST(status().retries == 0U);
}

BOOST_FIXTURE_TEST_CASE(a_record_whose_values_the_store_refuses_is_rejected_alone, poison_fixture) {
  faults.refused = "poison";
  start();
  advance(2s);
  check_poison_alone_is_rejected();
}

BOOST_FIXTURE_TEST_CASE(a_record_whose_rows_cannot_be_written_without_a_throw_is_rejected_alone,
                        poison_fixture) {
  faults.refused = "poison";
  faults.refuses_by_exception = true;
  start();
  advance(2s);
  check_poison_alone_is_rejected();
}

BOOST_FIXTURE_TEST_CASE(poison_is_found_again_after_a_restart_amid_it, poison_fixture) {
  options.validation.steps = poison_in_finish("poison-0");
  faults.refused = "poison-1";
  faults.appends = {append_fault::none, append_fault::throws, append_fault::none,
                    append_fault::throws_after_commit};
  start();
  advance(40s);
  BOOST_TEST(broker.opened == 3U);
  BOOST_TEST(stored_offset(first_stream) == 2 * records_per_stream + 3);
  BOOST_TEST(stored_offset(second_stream) == per_stream);
  BOOST_TEST(stored_counts().rejected == 2U);
  BOOST_TEST(stored_counts().total() == 2U * per_stream);
}

BOOST_FIXTURE_TEST_CASE(a_store_that_refuses_everything_ends_the_node_and_rejects_nothing,
                        poison_fixture) {
  faults.refuses_all = true;
  start();
  advance(2s);
  caf::error reason;
  self->receive([&reason](const caf::down_msg& down) { reason = down.reason; },
                caf::after(0s) >> [] {});
  supervisor = nullptr;
  BOOST_TEST((reason == errc::store_broken));
  BOOST_TEST(stored_counts().total() == 0U);
}

BOOST_AUTO_TEST_SUITE_END()
