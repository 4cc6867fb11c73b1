#pragma once

/// Adapter: a librdkafka consumer in a group, cooperative and with static membership.

#include "actors/ingest/record_source.hpp"
#include "config/settings.hpp"

#include <memory>

namespace aepro {

/// Returns a source of the settings' three topics, in their group, that is not open yet. Offsets
/// are the caller's: nothing is committed or reset behind its back, whatever stands under `kafka:`.
std::unique_ptr<record_source> make_kafka_source(const settings& values);

} // namespace aepro
