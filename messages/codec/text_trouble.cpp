#include "messages/codec/text_trouble.hpp"

namespace aepro {

namespace {

bool is_continuation(std::string_view text, std::size_t at) {
  return at < text.size() && (static_cast<std::uint8_t>(text[at]) & 0xc0) == 0x80;
}

/// Returns the length of the well-formed sequence of two to four bytes at `at`, 0 if there is none.
std::size_t sequence_length(std::string_view text, std::size_t at) {
  const auto lead = static_cast<std::uint8_t>(text[at]);
  if (lead < 0xc2 || lead > 0xf4)
    return 0;
  const std::size_t length = lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
  for (std::size_t i = 1; i < length; ++i)
    if (!is_continuation(text, at + i))
      return 0;
  const auto second = static_cast<std::uint8_t>(text[at + 1]);
  const bool over_long = (lead == 0xe0 && second < 0xa0) || (lead == 0xf0 && second < 0x90);
  const bool surrogate = lead == 0xed && second > 0x9f;
  const bool too_high = lead == 0xf4 && second > 0x8f;
  return over_long || surrogate || too_high ? 0 : length;
}

std::uint8_t trouble_of_ascii(char letter) {
  if (letter == 0)
    return nul_character;
  const bool harmless = letter >= 0x20 || letter == '\t' || letter == '\n' || letter == '\r';
  return harmless && letter != 0x7f ? no_trouble : control_character;
}

} // namespace

std::uint8_t examine_text(std::string_view text) {
  std::uint8_t found = no_trouble;
  std::size_t at = 0;
  while (at < text.size()) {
    if (static_cast<std::uint8_t>(text[at]) < 0x80) {
      found |= trouble_of_ascii(text[at]);
      ++at;
      continue;
    }
    const auto length = sequence_length(text, at);
    if (length == 0)
      found |= invalid_utf8;
    at += length == 0 ? 1 : length;
  }
  return found;
}

} // namespace aepro
