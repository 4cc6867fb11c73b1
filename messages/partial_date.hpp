#pragma once

/// An ISO 8601 date as SDTM writes it; actors/validation/partial_date.hpp reads and compares them.

#include <array>
#include <cstddef>
#include <cstdint>

namespace aepro {

/// A date or date-time of any precision. Nothing is ever imputed.
struct partial_date {
  /// Year, month, day, hour, minute, second, millisecond; `missing` where not given.
  static constexpr std::int16_t missing = -1;
  static constexpr std::size_t part_count = 7;
  static constexpr std::size_t date_parts = 3;

  std::array<std::int16_t, part_count> part{missing, missing, missing, missing,
                                            missing, missing, missing};
  std::uint8_t precision = 0;      ///< How many parts are given without a gap, from the year on.
  bool legal = false;              ///< False: not ISO 8601, or a day that no calendar has.
  bool interval = false;           ///< Two dates with a slash: legal, but never compared.
  bool has_offset = false;         ///< Zone given (Z or an offset).
  std::int16_t offset_minutes = 0; ///< Local time minus UTC.
  std::int32_t day = 0;            ///< Days since 1970-01-01, of a full date.

  bool has_full_date() const { return legal && !interval && precision >= date_parts; }
};

} // namespace aepro
