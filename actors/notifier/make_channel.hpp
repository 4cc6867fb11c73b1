#pragma once

/// Factory: a channel's settings become the channel.

#include "actors/common/call_limit.hpp"
#include "actors/notifier/channel.hpp"
#include "config/notifier_settings.hpp"
#include "config/settings.hpp"

#include <caf/expected.hpp>

#include <memory>

namespace aepro {

/// Returns the channel; nothing is connected yet. `node` is where Kafka's brokers and properties
/// are; `limit` ends every delivery. Errors: invalid_settings, naming the channel.
caf::expected<std::unique_ptr<channel>> make_channel(const channel_settings& values,
                                                     const settings& node,
                                                     call_limit_ptr limit = no_call_limit());

} // namespace aepro
