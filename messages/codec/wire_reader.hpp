#pragma once

/// Reads Protobuf's wire format from a buffer that it neither owns, copies nor overruns.

#include <cstdint>
#include <string_view>

namespace aepro::codec {

/// Wire types of the Protobuf encoding; 6 and 7 do not exist.
enum class wire_type : std::uint8_t {
  varint = 0,
  fixed64 = 1,
  bytes = 2,
  group_start = 3,
  group_end = 4,
  fixed32 = 5
};

/// Sub-messages and groups may nest this deep below the outermost message, as in Protobuf's own
/// parser.
inline constexpr int nesting_max = 100;

/// A cursor over one message. Every `read_` and `skip` returns whether the bytes were well-formed;
/// after a false the cursor is spent. Accepts exactly what Protobuf's C++ parser accepts (a
/// differential test and a fuzz target hold it to that), apart from UTF-8, which is not looked at.
/// Source: protobuf.dev, "Encoding"; limits as in google/protobuf/parse_context.h.
class wire_reader {
public:
  explicit wire_reader(std::string_view message)
      : at_(message.data()), end_(message.data() + message.size()) {}

  bool at_end() const { return at_ == end_; }

  /// Returns the current position, for slices of the message.
  const char* position() const { return at_; }

  /// Reads at most ten bytes; bits above the 64th are dropped.
  bool read_varint(std::uint64_t& value) {
    if (at_ != end_ && static_cast<std::uint8_t>(*at_) < 0x80) {
      value = static_cast<std::uint8_t>(*at_++);
      return true;
    }
    return read_long_varint(value, 10);
  }

  /// Reads a field's tag: at most five bytes, never of field 0.
  bool read_tag(std::uint32_t& tag) {
    if (end_ - at_ >= 2) { // Field numbers up to 2047 need no loop.
      const std::uint32_t first = static_cast<std::uint8_t>(at_[0]);
      const std::uint32_t second = static_cast<std::uint8_t>(at_[1]);
      if (first < 0x80) {
        ++at_;
        tag = first;
        return tag >= 8;
      }
      if (second < 0x80) {
        at_ += 2;
        tag = (first & 0x7f) | second << 7;
        return tag >= 8;
      }
    }
    std::uint64_t value;
    if (!read_long_varint(value, 5))
      return false;
    tag = static_cast<std::uint32_t>(value);
    return tag >= 8;
  }

  /// Reads a length and so many bytes; the view points into the buffer.
  bool read_bytes(std::string_view& bytes) {
    std::uint64_t length;
    if (at_ != end_ && static_cast<std::uint8_t>(*at_) < 0x80)
      length = static_cast<std::uint8_t>(*at_++);
    else if (!read_long_varint(length, 5))
      return false;
    if (length > static_cast<std::uint64_t>(end_ - at_))
      return false;
    bytes = {at_, static_cast<std::size_t>(length)};
    at_ += length;
    return true;
  }

  /// Skips the value of the field that `tag` names, groups with all that is in them.
  bool skip(std::uint32_t tag, int nesting_left) {
    switch (static_cast<wire_type>(tag & 7)) {
      case wire_type::varint: {
        std::uint64_t ignored;
        return read_varint(ignored);
      }
      case wire_type::fixed64: return advance(8);
      case wire_type::bytes: {
        std::string_view ignored;
        return read_bytes(ignored);
      }
      case wire_type::group_start: return skip_group(tag >> 3, nesting_left);
      case wire_type::group_end: return false;
      case wire_type::fixed32: return advance(4);
    }
    return false;
  }

private:
  bool read_long_varint(std::uint64_t& value, int bytes_max) {
    value = 0;
    for (int i = 0; i < bytes_max && at_ != end_; ++i) {
      const auto byte = static_cast<std::uint8_t>(*at_++);
      value |= static_cast<std::uint64_t>(byte & 0x7f) << (7 * i);
      if (byte < 0x80)
        return true;
    }
    return false;
  }

  bool skip_group(std::uint32_t number, int nesting_left) {
    if (nesting_left <= 0)
      return false;
    std::uint32_t tag;
    while (read_tag(tag)) {
      if ((tag & 7) == static_cast<std::uint32_t>(wire_type::group_end))
        return tag >> 3 == number;
      if (!skip(tag, nesting_left - 1))
        return false;
    }
    return false;
  }

  bool advance(std::ptrdiff_t count) {
    if (end_ - at_ < count)
      return false;
    at_ += count;
    return true;
  }

  const char* at_;
  const char* end_;
};

} // namespace aepro::codec
