#pragma once

/// Port: where the node's own records go. Adapters: kafka_sink, and scripted ones in tests.

#include "actors/publish/outgoing_record.hpp"

#include <caf/expected.hpp>

#include <chrono>
#include <span>
#include <vector>

namespace aepro {

/// Used by one thread at a time.
class outbound_sink {
public:
  virtual ~outbound_sink() = default;

  /// Sends all records, in order, and waits at most `patience` until every in-sync replica has
  /// them. Returns the indexes of those that are too large for the topic; all others are
  /// acknowledged. Errors: broker_unavailable, topic_missing, authorization_denied, with the topic:
  /// some may have been acknowledged, some may arrive later; the sink is not to be used again.
  virtual caf::expected<std::vector<std::size_t>> publish(std::span<const outgoing_record> records,
                                                          std::chrono::milliseconds patience) = 0;
};

} // namespace aepro
