#pragma once

/// Protobuf's own parser on a copy of our schema in which texts are bytes: it checks no UTF-8, so
/// that it can be compared with our decoder on any input.

#include "messages/event_view.hpp"

#include <google/protobuf/message.h>

#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace aepro::test {

/// Returns what Protobuf's parser makes of an Event, or null where it refuses.
std::unique_ptr<google::protobuf::Message> parse_with_protobuf(std::string_view bytes);

/// Returns the first difference between our decoding and Protobuf's, in words; nothing if there is
/// none. `decoded` says whether our decoder took the bytes for an Event.
std::optional<std::string> difference(bool decoded, const event_view& ours,
                                      const google::protobuf::Message* theirs);

} // namespace aepro::test
