#pragma once

/// Durations, sizes and names as people write them.

#include <chrono>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace aepro {

/// Returns a whole number, or nothing.
std::optional<std::int64_t> parse_integer(std::string_view text);

/// Returns the duration of "250ms", "5 s", "10min", "1h" or "2d"; "0" needs no unit. Else nothing.
std::optional<std::chrono::milliseconds> parse_duration(std::string_view text);

/// Returns the bytes of "4096", "64KiB", "16 MiB" or "1GiB". Else nothing.
std::optional<std::int64_t> parse_bytes(std::string_view text);

/// Returns true for true, yes and on, false for false, no and off. Else nothing.
std::optional<bool> parse_flag(std::string_view text);

/// Returns the shortest exact form that parse_duration reads.
std::string format_duration(std::chrono::milliseconds duration);

/// Returns the shortest exact form that parse_bytes reads.
std::string format_bytes(std::int64_t bytes);

/// Returns the candidate nearest to `name` (edit distance with transpositions), if one is near
/// enough to be meant: at most a third of its letters away.
std::optional<std::string_view> nearest_name(std::string_view name,
                                             std::span<const std::string_view> candidates);

/// Returns the parts between `separator`, without spaces around them; empty parts are left out.
std::vector<std::string> split_list(std::string_view text, char separator);

/// Returns `text` without spaces, tabs and line ends around it.
std::string_view trim(std::string_view text);

} // namespace aepro
