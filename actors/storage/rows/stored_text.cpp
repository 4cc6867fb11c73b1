#include "actors/storage/rows/stored_text.hpp"

#include <algorithm>
#include <cstdint>
#include <cstring>

namespace aepro {

namespace {

bool is_continuation(std::uint8_t byte) {
  return (byte & 0xc0U) == 0x80U;
}

/// Returns the length of the well-formed character that `text` begins with, or 0.
std::size_t character_length(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<std::uint8_t>(text[i]); };
  const auto lead = byte(0);
  if (lead < 0x80)
    return lead == 0 ? 0 : 1;
  const std::size_t length = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2;
  if (lead < 0xc2 || lead > 0xf4 || text.size() < length)
    return 0;
  for (std::size_t i = 1; i < length; ++i)
    if (!is_continuation(byte(i)))
      return 0;
  const auto second = byte(1);
  const bool overlong = (lead == 0xe0 && second < 0xa0) || (lead == 0xf0 && second < 0x90);
  const bool surrogate = lead == 0xed && second > 0x9f;
  const bool beyond = lead == 0xf4 && second > 0x8f;
  return overlong || surrogate || beyond ? 0 : length;
}

/// Returns how many leading bytes are ASCII without NUL, in steps of eight bytes.
std::size_t plain_prefix(std::string_view text) {
  constexpr std::uint64_t high_bits = 0x8080808080808080U, ones = 0x0101010101010101U;
  std::size_t i = 0;
  for (; i + 8 <= text.size(); i += 8) {
    std::uint64_t word;
    std::memcpy(&word, text.data() + i, 8);
    if (((word | (word - ones)) & high_bits) != 0)
      break;
  }
  return i;
}

} // namespace

bool is_storable(std::string_view text) {
  text.remove_prefix(plain_prefix(text));
  while (!text.empty()) {
    const auto length = character_length(text);
    if (length == 0)
      return false;
    text.remove_prefix(length);
  }
  return true;
}

std::string_view stored_text(std::string_view text, std::deque<std::string>& scratch) {
  if (is_storable(text))
    return text;
  auto& out = scratch.emplace_back();
  while (!text.empty()) {
    const auto length = character_length(text);
    if (length == 0)
      out.append("\xef\xbf\xbd");
    else
      out.append(text.substr(0, length));
    text.remove_prefix(length == 0 ? 1 : length);
  }
  return out;
}

void put_json_string(std::string& out, std::string_view text) {
  static constexpr char digits[] = "0123456789abcdef";
  const auto must_escape = [](char letter) {
    return letter == '"' || letter == '\\' || static_cast<std::uint8_t>(letter) < 0x20;
  };
  out.push_back('"');
  const auto first = std::find_if(text.begin(), text.end(), must_escape);
  const auto plain = static_cast<std::size_t>(first - text.begin());
  out.append(text.substr(0, plain));
  text.remove_prefix(plain);
  for (const char letter : text) {
    const auto byte = static_cast<std::uint8_t>(letter);
    if (letter == '"' || letter == '\\') {
      out.push_back('\\');
      out.push_back(letter);
    } else if (byte < 0x20) {
      out.append("\\u00");
      out.push_back(digits[byte >> 4U]);
      out.push_back(digits[byte & 15U]);
    } else {
      out.push_back(letter);
    }
  }
  out.push_back('"');
}

} // namespace aepro
