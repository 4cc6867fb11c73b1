#pragma once

/// Adapter: asks the broker which offsets the partitions of a store's streams have.

#include "actors/ingest/record_source.hpp"
#include "config/settings.hpp"

#include <caf/expected.hpp>

#include <chrono>
#include <span>
#include <vector>

namespace aepro {

/// Returns the watermarks of each stream. Errors: broker_unavailable after `patience` (for each
/// stream), topic_missing, authorization_denied; each names topic and partition.
caf::expected<std::vector<stream_watermarks>> ask_watermarks(const settings& values,
                                                             std::span<const stream_name> streams,
                                                             std::chrono::milliseconds patience);

} // namespace aepro
