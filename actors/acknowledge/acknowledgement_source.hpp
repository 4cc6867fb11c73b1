#pragma once

/// Port: where systems' acknowledgements come from. Adapter: kafka_acknowledgements.

#include <caf/expected.hpp>

#include <cstdint>
#include <string>
#include <vector>

namespace aepro {

struct acknowledgement_record {
  std::string topic;
  std::int32_t partition = 0;
  std::int64_t offset = 0;
  std::int64_t timestamp = -1; ///< Kafka's, milliseconds since 1970; -1: none.
  std::string value;
};

/// Used by one thread at a time. Closed by its destructor, which may take as long as leaving a
/// group does.
class acknowledgement_source {
public:
  virtual ~acknowledgement_source() = default;

  /// Returns what has come, `records_max` at most, without waiting for more; each record once,
  /// until the group gives its partition to somebody else. Errors: broker_unavailable,
  /// topic_missing, authorization_denied; poll again later.
  virtual caf::expected<std::vector<acknowledgement_record>> poll(std::size_t records_max) = 0;

  /// All that poll() has returned is dealt with: the group goes on behind it. What was not
  /// committed comes again after a restart, which is why dealing with a record twice must change
  /// nothing.
  virtual void commit() = 0;
};

} // namespace aepro
