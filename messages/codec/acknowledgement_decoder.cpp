#include "messages/codec/acknowledgement_decoder.hpp"

#include "messages/codec/payload_format.hpp"

#include "aepro/v1/acknowledgement.pb.h"

#include <google/protobuf/util/json_util.h>

#include <algorithm>

namespace aepro::codec {

namespace {

constexpr std::size_t value_bytes_max = 16 * 1024;
constexpr std::size_t by_bytes_max = 200;
constexpr std::size_t reason_bytes_max = 2000;
constexpr std::size_t key_digits = 32;

bool parse_json(std::string_view value, v1::Acknowledgement& read) {
  google::protobuf::util::JsonParseOptions options;
  options.ignore_unknown_fields = true;
  return google::protobuf::util::JsonStringToMessage({value.data(), value.size()}, &read, options)
      .ok();
}

bool parse_protobuf(std::string_view value, v1::Acknowledgement& read) {
  const auto bare = unframed(value);
  return bare && read.ParseFromArray(bare->data(), static_cast<int>(bare->size()));
}

bool is_blank(const std::string& text) {
  return text.find_first_not_of(" \t\r\n") == std::string::npos;
}

/// Returns whether it is a key, which is lower case then.
bool make_key(std::string& key) {
  for (auto& digit : key)
    if (digit >= 'A' && digit <= 'F')
      digit = static_cast<char>(digit - 'A' + 'a');
  return key.size() == key_digits && key.find_first_not_of("0123456789abcdef") == std::string::npos;
}

} // namespace

std::variant<acknowledgement, std::string> read_acknowledgement(std::string_view value) {
  if (value.empty())
    return "has no value";
  if (value.size() > value_bytes_max)
    return "has more than 16 KiB";
  v1::Acknowledgement read;
  const auto first = value.find_first_not_of(" \t\r\n");
  const bool is_json = first != std::string_view::npos && value[first] == '{';
  if (is_json ? !parse_json(value, read) : !parse_protobuf(value, read))
    return is_json ? "is no JSON of an Acknowledgement" : "is no Protobuf of an Acknowledgement";
  acknowledgement made{read.id(), read.key(), read.by(), read.reason()};
  if (made.id <= 0 && made.key.empty())
    return "names no alert: id or key is needed";
  if (!made.key.empty() && !make_key(made.key))
    return "has a key that is not 32 hexadecimal digits";
  if (is_blank(made.by) || made.by.size() > by_bytes_max)
    return "says nobody in `by`, or more than 200 bytes";
  if (is_blank(made.reason) || made.reason.size() > reason_bytes_max)
    return "gives no reason, or one of more than 2000 bytes";
  return made;
}

} // namespace aepro::codec
