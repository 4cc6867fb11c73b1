#pragma once

/// The pipeline with records to read, and the check that all of them got stored once.

#include "actor_fixture.hpp"

#include "aepro/v1/event.pb.h"

#include <boost/test/unit_test.hpp>

namespace aepro::test {

inline const stream_name first_stream{"aepro.adverse-events", 0};
inline const stream_name second_stream{"aepro.adverse-events", 1};

/// The pipeline with 50 records of each of two streams, with gaps in the offsets.
struct pipeline_fixture : actor_fixture {
  static constexpr std::int64_t records_per_stream = 50;

  pipeline_fixture() {
    for (std::int64_t i = 0; i < records_per_stream; ++i) {
      broker.publish(first_stream, i * 2, event_value(2 * i));
      broker.publish(second_stream, i, event_value(2 * i + 1));
    }
  }

  static std::string event_value(std::int64_t number) {
    v1::Event event;
    event.set_event_id("event-" + std::to_string(number));
    event.set_study("STUDY");
    event.set_subject("SUBJECT-" + std::to_string(number % 7));
    event.mutable_adverse_event()->set_aeterm("HEADACHE");
    return event.SerializeAsString();
  }

  /// Every record settled once, no more and no less, and the store stands behind the last.
  void check_all_stored() {
    const auto now = status();
    BOOST_TEST(stored_offset(first_stream) == 2 * records_per_stream - 1);
    BOOST_TEST(stored_offset(second_stream) == records_per_stream);
    BOOST_TEST(stored_counts().accepted == 2U * records_per_stream);
    BOOST_TEST(stored_counts().total() == 2U * records_per_stream);
    for (const auto& stream : now.streams)
      BOOST_TEST(stream.in_flight_records == 0U);
  }

  const verdict_counts& stored_counts() const { return faults.stored; }
};

} // namespace aepro::test
