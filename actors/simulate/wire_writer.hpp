#pragma once

/// Writes Protobuf's wire format into a buffer that is used again, for speed. A test reads it with
/// Protobuf.

#include <cstdint>
#include <string>
#include <string_view>

namespace aepro {

class wire_writer {
public:
  explicit wire_writer(std::string& out) : out_(out) {}

  /// Writes a string, bytes or message field; an empty text is left out, as proto3 does.
  void text(std::uint32_t field, std::string_view value) {
    if (value.empty())
      return;
    message(field, value);
  }

  /// Writes a message field, also when it is empty.
  void message(std::uint32_t field, std::string_view value) {
    varint(field << 3 | 2);
    varint(value.size());
    out_ += value;
  }

  /// Writes an integer or enum field; 0 is left out.
  void number(std::uint32_t field, std::uint64_t value) {
    if (value == 0)
      return;
    varint(field << 3);
    varint(value);
  }

  /// Writes an Instant.
  void instant(std::uint32_t field, std::int64_t unix_ms, std::int32_t offset_minutes) {
    std::string body;
    wire_writer inner(body); // Short enough for std::string to keep it without memory of its own.
    inner.number(1, static_cast<std::uint64_t>(unix_ms));
    inner.number(2, static_cast<std::uint32_t>((offset_minutes << 1) ^ (offset_minutes >> 31)));
    message(field, body);
  }

private:
  void varint(std::uint64_t value) {
    for (; value >= 0x80; value >>= 7)
      out_ += static_cast<char>(value | 0x80);
    out_ += static_cast<char>(value);
  }

  std::string& out_;
};

} // namespace aepro
