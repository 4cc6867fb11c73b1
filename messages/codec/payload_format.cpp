#include "messages/codec/payload_format.hpp"

#include "messages/codec/wire_reader.hpp"

#include <algorithm>

namespace aepro::codec {

namespace {

char lower(char letter) {
  return letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter - 'A' + 'a') : letter;
}

bool equal_ignoring_case(std::string_view left, std::string_view right) {
  return left.size() == right.size() &&
         (left == right || std::ranges::equal(left, right, {}, lower, lower));
}

std::string_view media_type(std::string_view content_type) {
  content_type = content_type.substr(0, content_type.find(';'));
  while (!content_type.empty() && (content_type.front() == ' ' || content_type.front() == '\t'))
    content_type.remove_prefix(1);
  while (!content_type.empty() && (content_type.back() == ' ' || content_type.back() == '\t'))
    content_type.remove_suffix(1);
  return content_type;
}

} // namespace

std::optional<payload_format> format_of(std::span<const header_view> headers) {
  std::string_view type;
  for (const auto& header : headers)
    if (equal_ignoring_case(header.name, "content-type"))
      type = header.is_null ? std::string_view{} : media_type(header.value);
  if (type.empty())
    return payload_format::protobuf;
  for (const std::string_view name :
       {"application/x-protobuf", "application/protobuf", "application/vnd.google.protobuf"})
    if (equal_ignoring_case(type, name))
      return payload_format::protobuf;
  if (equal_ignoring_case(type, "application/json"))
    return payload_format::json;
  return std::nullopt;
}

std::optional<std::string_view> unframed(std::string_view value) {
  if (value.front() != '\0')
    return value;
  constexpr std::size_t schema_id_bytes = 4;
  if (value.size() < 1 + schema_id_bytes)
    return std::nullopt;
  wire_reader reader(value.substr(1 + schema_id_bytes));
  std::uint64_t count;
  if (!reader.read_varint(count))
    return std::nullopt;
  // A single 0 is short for the list [0]; a list of one is written as zigzag(1) = 2.
  std::uint64_t index = 0;
  if (count != 0 && (count != 2 || !reader.read_varint(index) || index != 0))
    return std::nullopt;
  return value.substr(static_cast<std::size_t>(reader.position() - value.data()));
}

} // namespace aepro::codec
