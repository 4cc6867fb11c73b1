#pragma once

/// Factory: a channel's settings become the channel.

#include "actors/notifier/channel.hpp"
#include "config/notifier_settings.hpp"
#include "config/settings.hpp"

#include <caf/expected.hpp>

#include <memory>

namespace aepro {

/// Returns the channel; nothing is connected yet. `node` is where Kafka's brokers and properties are. Errors:
/// invalid_settings, naming the channel.
caf::expected<std::unique_ptr<channel>> make_channel(const channel_settings& values, const settings& node);

} // namespace aepro
