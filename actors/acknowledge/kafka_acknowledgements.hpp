#pragma once

/// Adapter: the topic of acknowledgements, read in a consumer group of its own.

#include "actors/acknowledge/acknowledgement_source.hpp"
#include "config/settings.hpp"

#include <memory>

namespace aepro {

/// Returns a member of the group GROUP.acknowledgements. A group that is new, or whose position the
/// topic has no more, begins with the oldest record. Errors: invalid_settings.
caf::expected<std::unique_ptr<acknowledgement_source>>
open_kafka_acknowledgements(const settings& values);

} // namespace aepro
