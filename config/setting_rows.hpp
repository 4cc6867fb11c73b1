#pragma once

/// What rows of settings are written with. Only for the files that have some.

#include "config/settings_table.hpp"

namespace aepro {

namespace setting_rows {

using enum setting_type;

inline constexpr std::int64_t kibibyte = 1024;
inline constexpr std::int64_t mebibyte = 1024 * kibibyte;
inline constexpr std::int64_t gibibyte = 1024 * mebibyte;
inline constexpr std::int64_t second = 1000;
inline constexpr std::int64_t minute = 60 * second;
inline constexpr std::int64_t hour = 60 * minute;

/// Follows pointers to members from the settings to one value.
template <auto First, auto... Rest>
setting_target at(settings& all) {
  return &((all.*First).*....*Rest);
}

} // namespace setting_rows

/// Returns the rows of what tells people: notifier, clocks, links.
std::span<const setting_row> people_settings();

} // namespace aepro
