#pragma once

/// Adapter: reads the anchor topic from its beginning to its present end.

#include "config/settings.hpp"

#include <caf/error.hpp>

#include <chrono>
#include <functional>
#include <string_view>

namespace aepro {

/// A record of the anchor topic; the views are valid during the visit.
struct anchor_record {
  std::int32_t partition = 0;
  std::int64_t offset = 0;
  std::string_view value;     ///< Empty for a tombstone.
  std::string_view signature; ///< Empty: not signed.
};

/// Visits every record that settings.topics.ledger_anchors holds at the time of asking. Joins no
/// group, commits nothing. Errors: invalid_settings, topic_missing, authorization_denied,
/// broker_unavailable where nothing comes for `patience`.
caf::error read_anchor_topic(const settings& values, std::chrono::milliseconds patience,
                             const std::function<void(const anchor_record&)>& visit);

} // namespace aepro
