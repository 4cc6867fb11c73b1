#pragma once

/// Adapter: alerts as records of a topic, for other systems.

#include "actors/notifier/channel.hpp"
#include "actors/outbound/outbound_sink.hpp"

#include <functional>
#include <memory>
#include <string>

namespace aepro {

/// Opens a sink; called again after each that failed.
using sink_opener = std::function<caf::expected<std::unique_ptr<outbound_sink>>()>;

/// Returns the channel; opens its sink at the first delivery. All messages of a call are published
/// at once: after an error each has failed, though some may have been taken. A record larger than
/// the topic takes is refused.
std::unique_ptr<channel> make_kafka_channel(std::string topic, sink_opener open_sink);

} // namespace aepro
