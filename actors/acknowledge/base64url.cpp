#include "actors/acknowledge/base64url.hpp"

#include <cstdint>

namespace aepro {

namespace {

constexpr std::string_view alphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

} // namespace

std::string to_base64url(std::string_view bytes) {
  std::string letters;
  letters.reserve((bytes.size() * 4 + 2) / 3);
  std::uint32_t bits = 0;
  unsigned held = 0;
  for (const char byte : bytes) {
    bits = (bits << 8U) | static_cast<std::uint8_t>(byte);
    for (held += 8; held >= 6; held -= 6)
      letters += alphabet[(bits >> (held - 6)) & 63U];
  }
  if (held > 0)
    letters += alphabet[(bits << (6 - held)) & 63U];
  return letters;
}

std::optional<std::string> from_base64url(std::string_view letters) {
  std::string bytes;
  bytes.reserve(letters.size() * 3 / 4);
  std::uint32_t bits = 0;
  unsigned held = 0;
  for (const char letter : letters) {
    const auto value = alphabet.find(letter);
    if (value == std::string_view::npos)
      return std::nullopt;
    bits = (bits << 6U) | static_cast<std::uint32_t>(value);
    held += 6;
    if (held >= 8) {
      held -= 8;
      bytes += static_cast<char>((bits >> held) & 255U);
    }
  }
  if (to_base64url(bytes) != letters) // Bits that stand for nothing, or a letter too many.
    return std::nullopt;
  return bytes;
}

} // namespace aepro
