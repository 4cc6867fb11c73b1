#pragma once

/// Adapter: a librdkafka consumer in a group, cooperative and with static membership.

#include "actors/ingest/record_source.hpp"

#include <map>
#include <memory>
#include <string>
#include <vector>

namespace aepro {

struct kafka_source_options {
  std::vector<std::string> topics;
  std::size_t poll_records_max = 2'000;
  /// librdkafka properties: bootstrap.servers, group.id, security, ... as the settings resolved them.
  std::map<std::string, std::string> properties;
};

/// Returns a source that is not open yet.
std::unique_ptr<record_source> make_kafka_source(kafka_source_options options);

} // namespace aepro
