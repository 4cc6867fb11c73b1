#pragma once

/// The Kafka broker that ctest starts once for all tests whose file includes this header.

#include "config/settings.hpp"

#include <boost/test/unit_test.hpp>

#include <fstream>
#include <string>

namespace aepro::test {

/// Returns the broker's HOST:PORT.
inline std::string kafka_address() {
  std::string address;
  std::ifstream(AEPRO_TEST_KAFKA "/address") >> address;
  BOOST_REQUIRE_MESSAGE(
      !address.empty(),
      "no broker: run through ctest, or scripts/test-kafka start " AEPRO_TEST_KAFKA);
  return address;
}

/// Returns settings for that broker, with topics of their own: each name begins with `prefix`.
inline settings kafka_settings(const std::string& prefix) {
  settings values;
  values.brokers = kafka_address();
  values.kafka["security.protocol"] = "plaintext";
  values.group = prefix;
  for (auto* topic :
       {&values.topics.adverse_events, &values.topics.questionnaire_responses,
        &values.topics.subjects, &values.topics.dead_letters, &values.topics.ledger_anchors})
    *topic = prefix + "." + *topic;
  return values;
}

} // namespace aepro::test
