#pragma once

/// Tells from a record's headers and first bytes how its Event is written.

#include "messages/record.hpp"

#include <optional>
#include <span>
#include <string_view>

namespace aepro::codec {

enum class payload_format : std::uint8_t { protobuf, json };

/// Returns the format that the last `content-type` header names (name and media type in any case,
/// parameters ignored), or nothing for an unknown one. No header, a null or an empty one: Protobuf.
/// Protobuf: application/x-protobuf, application/protobuf, application/vnd.google.protobuf.
/// JSON: application/json.
std::optional<payload_format> format_of(std::span<const header_view> headers);

/// Returns the Event within a non-empty Protobuf value: the value itself, or what follows
/// Confluent's framing (byte 0, schema id of 4 bytes, message indexes as zigzag varints). The two
/// cannot be confused: no Protobuf message starts with byte 0. Nothing: broken framing, or indexes
/// that name another message than the schema file's first, which is Event. Source: Confluent Schema
/// Registry, "Wire format".
std::optional<std::string_view> unframed(std::string_view value);

} // namespace aepro::codec
