#pragma once

/// Adapter: an outbound_sink that is an idempotent Kafka producer.

#include "actors/common/call_limit.hpp"
#include "actors/outbound/outbound_sink.hpp"
#include "config/settings.hpp"

#include <memory>

namespace aepro {

/// Opens it; connects in the background. Records up to 16 MiB are tried, whatever the topic takes,
/// unless the settings have kafka.message.max.bytes. A topic that is not there is known after two
/// seconds. `limit` ends every wait. Errors: invalid_settings.
caf::expected<std::unique_ptr<outbound_sink>>
open_kafka_sink(const settings& values, call_limit_ptr limit = no_call_limit());

} // namespace aepro
