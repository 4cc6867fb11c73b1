#pragma once

/// ISO 8601 dates as SDTM writes them: whole, cut short, or with parts missing in the middle.

#include "messages/partial_date.hpp"

#include <cstdint>
#include <optional>
#include <string_view>

namespace aepro {

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
