#pragma once

/// What can be wrong with the bytes of a text.

#include <bit>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace aepro {

/// Flags, or'ed together.
enum text_trouble : std::uint8_t {
  no_trouble = 0,
  /// Also over-long forms, surrogates and code points above U+10FFFF (RFC 3629).
  invalid_utf8 = 1,
  nul_character = 2,
  control_character = 4, ///< U+0001 to U+001F but tab, line feed and carriage return; and U+007F.
};

/// Returns all troubles of a text, looked at byte by byte.
std::uint8_t examine_text(std::string_view text);

/// Returns whether none of eight bytes is a control character or outside ASCII.
inline bool is_printable_ascii(std::uint64_t word) {
  constexpr std::uint64_t ones = 0x0101010101010101u;
  const auto below_space = (word - ones * 0x20) & ~word;
  const auto above_tilde = (word + ones) | word;
  return ((below_space | above_tilde) & ones * 0x80) == 0;
}

/// Returns whether a text is plain printable ASCII. Looks at eight bytes at a time, at some of them
/// twice: texts are short, and nearly all of them are plain. Bytes up to `readable_end` may be
/// read, which saves short texts a loop.
inline bool is_plain(std::string_view text, const char* readable_end) {
  const auto* at = text.data();
  const auto size = text.size();
  const auto load = [at]<class Word>(std::size_t position, Word word) {
    std::memcpy(&word, at + position, sizeof word);
    return word;
  };
  if (size >= 8) {
    for (std::size_t i = 0; i + 8 < size; i += 8)
      if (!is_printable_ascii(load(i, std::uint64_t{})))
        return false;
    return is_printable_ascii(load(size - 8, std::uint64_t{}));
  }
  if (std::endian::native == std::endian::little && readable_end - at >= 8) {
    constexpr std::uint64_t spaces = 0x2020202020202020u;
    const auto behind = ~std::uint64_t{0} << (8 * size);
    return is_printable_ascii((load(0, std::uint64_t{}) & ~behind) | (spaces & behind));
  }
  if (size >= 4)
    return is_printable_ascii(std::uint64_t{load(0, std::uint32_t{})} << 32 |
                              load(size - 4, std::uint32_t{}));
  for (std::size_t i = 0; i < size; ++i)
    if (at[i] < 0x20 || at[i] > 0x7e)
      return false;
  return true;
}

/// Returns all troubles of a text.
inline std::uint8_t find_text_trouble(std::string_view text, const char* readable_end) {
  return is_plain(text, readable_end) ? std::uint8_t{no_trouble} : examine_text(text);
}
inline std::uint8_t find_text_trouble(std::string_view text) {
  return find_text_trouble(text, text.data() + text.size());
}

/// Returns whether a text is more than blanks; SAS pads with them.
constexpr bool is_filled(std::string_view text) {
  return !text.empty() && (text.back() != ' ' || text.find_first_not_of(' ') != text.npos);
}

} // namespace aepro
