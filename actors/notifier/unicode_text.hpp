#pragma once

/// Texts of unknown origin as UTF-8 that any receiver takes. Pure.

#include <cstddef>
#include <string>
#include <string_view>

namespace aepro {

/// Returns how many bytes the character at the beginning of a text has, 0 where it is no valid
/// UTF-8.
std::size_t character_bytes(std::string_view text);

/// Returns the text with U+FFFD for each byte that is no part of a valid character.
std::string valid_utf8(std::string_view text);

/// Returns the text, or as many whole characters of it as fit into `bytes_max` with "..." behind
/// them.
std::string shortened(std::string_view text, std::size_t bytes_max);

/// Returns the text as one line of valid UTF-8 without control characters, shortened.
std::string one_line(std::string_view text, std::size_t bytes_max);

/// Returns whether a character would end a header's line, or the header: CR, LF or NUL.
bool breaks_lines(std::string_view text);

} // namespace aepro
