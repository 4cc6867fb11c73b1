#pragma once

/// Reads how a system acknowledges an alert, from the value of a Kafka record.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

namespace aepro::codec {

struct acknowledgement {
  std::int64_t id = 0; ///< 0: not said.
  std::string key;     ///< Lower case; empty: not said.
  std::string by, reason;
};

/// Returns the acknowledgement in Protobuf (bare or in Confluent's framing) or, where the value
/// begins with a brace, in JSON; or what is wrong with it, in words that quote nothing of it. No
/// Protobuf message of ours begins with a brace.
std::variant<acknowledgement, std::string> read_acknowledgement(std::string_view value);

} // namespace aepro::codec
