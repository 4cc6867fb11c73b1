#pragma once

/// ISO 8601 dates as SDTM writes them: whole, cut short, or with parts missing in the middle.

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace aepro {

/// A date or date-time of any precision. Nothing is ever imputed.
struct partial_date {
  /// Year, month, day, hour, minute, second, millisecond; `missing` where not given.
  static constexpr std::int16_t missing = -1;
  static constexpr std::size_t part_count = 7;
  static constexpr std::size_t date_parts = 3;

  std::array<std::int16_t, part_count> part{missing, missing, missing, missing,
                                            missing, missing, missing};
  std::uint8_t precision = 0;         ///< How many parts are given without a gap, from the year on.
  bool legal = false;                 ///< False: not ISO 8601, or a day that no calendar has.
  bool interval = false;              ///< Two dates with a slash: legal, but never compared.
  bool has_offset = false;            ///< Zone given (Z or an offset).
  std::int16_t offset_minutes = 0;    ///< Local time minus UTC.
  std::int32_t day = 0;               ///< Days since 1970-01-01, of a full date.

  bool has_full_date() const { return legal && !interval && precision >= date_parts; }
};

/// Parses the forms that SDTMIG 3.4 section 4.4 allows: YYYY[-MM[-DD[Thh[:mm[:ss[.fff]]]]]] with an
/// optional zone, "-" for a part that is not known before one that is ("2003---15", "--12-15",
/// "-----T07:15", "2003-12-15T-:15"), and intervals ("2003-01-01/2003-02-15"). Never fails: `legal`
/// tells.
partial_date parse_partial_date(std::string_view text);

enum class date_order : std::uint8_t { before, same, after, unknown };

/// Compares at the precision that both share: "2014-01" and "2014-01-20" are the same. Local times
/// as written, but UTC where both are precise to the minute and name their zones. unknown: one is
/// illegal, an interval, or has no year. Source: DOMAIN, "Dates".
date_order compare(const partial_date& left, const partial_date& right);

/// Returns days since 1970-01-01, or nothing unless year, month and day are given.
std::optional<std::int32_t> day_number(const partial_date& date);

/// Returns the study day of `date`: days since `reference`, plus 1 from the reference day on, so
/// that there is no day 0. Date parts only. Nothing where either date is partial. Source: SDTMIG
/// 3.4 section 4.4.4.
std::optional<std::int32_t> study_day(const partial_date& date, const partial_date& reference);

} // namespace aepro
