#pragma once

/// One Kafka record on its way out: views that the sender owns until send() returns.

#include "messages/record.hpp"

#include <optional>
#include <span>
#include <string_view>

namespace aepro {

struct outgoing_record {
  std::string_view topic;
  std::optional<std::string_view> key;   ///< Nothing: null key, any partition.
  std::optional<std::string_view> value; ///< Nothing: tombstone.
  std::span<const header_view> headers;
  unix_milliseconds timestamp = 0; ///< 0: the time of sending.
};

} // namespace aepro
