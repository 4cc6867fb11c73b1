#include "actors/notifier/unicode_text.hpp"

#include "messages/codec/text_trouble.hpp"

#include <algorithm>

namespace aepro {

namespace {

constexpr std::string_view replacement = "\xef\xbf\xbd";
constexpr std::string_view ellipsis = "...";

} // namespace

std::size_t character_bytes(std::string_view text) {
  for (std::size_t size = 1; size <= std::min<std::size_t>(4, text.size()); ++size)
    if ((examine_text(text.substr(0, size)) & invalid_utf8) == 0)
      return size;
  return 0;
}

std::string valid_utf8(std::string_view text) {
  if ((examine_text(text) & invalid_utf8) == 0)
    return std::string(text);
  std::string out;
  while (!text.empty()) {
    const auto size = character_bytes(text);
    out += size == 0 ? replacement : text.substr(0, size);
    text.remove_prefix(std::max<std::size_t>(size, 1));
  }
  return out;
}

std::string shortened(std::string_view text, std::size_t bytes_max) {
  if (text.size() <= bytes_max)
    return std::string(text);
  if (bytes_max < ellipsis.size())
    return {};
  auto end = bytes_max - ellipsis.size();
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xc0U) == 0x80U) // Inside a character.
    --end;
  return std::string(text.substr(0, end)).append(ellipsis);
}

std::string one_line(std::string_view text, std::size_t bytes_max) {
  auto out = valid_utf8(text);
  for (auto& letter : out)
    if (static_cast<unsigned char>(letter) < 0x20 || letter == 0x7f)
      letter = ' ';
  const auto first = out.find_first_not_of(' ');
  if (first == std::string::npos)
    return {};
  return shortened(out.substr(first, out.find_last_not_of(' ') - first + 1), bytes_max);
}

bool breaks_lines(std::string_view text) {
  return text.find_first_of(std::string_view("\r\n\0", 3)) != std::string_view::npos;
}

} // namespace aepro
