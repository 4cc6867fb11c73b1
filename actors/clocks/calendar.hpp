#pragma once

/// Calendar dates in a time zone of the IANA database. Days are numbered from 1970-01-01 = 0. A
/// zone that this machine's database does not have counts as UTC; settings that name one are
/// refused.

#include "messages/record.hpp"

#include <cstdint>
#include <string>

namespace aepro {

/// Instants that the calendar takes: years 1 to 9999.
inline constexpr unix_milliseconds first_instant = -62'135'596'800'000;
inline constexpr unix_milliseconds last_instant = 253'402'300'799'999;

/// Returns the date that clocks in `zone` show.
std::int32_t day_of(unix_milliseconds instant, const std::string& zone);

/// Returns the first and the last millisecond of a date. Where a change of the clocks skips
/// midnight, the day begins with the change; where midnight comes twice, the day before ends where
/// no clock shows it any more. A date that a zone has skipped altogether (Apia, 2011-12-30) begins
/// and ends where it would have been.
unix_milliseconds start_of_day(std::int32_t day, const std::string& zone);
unix_milliseconds end_of_day(std::int32_t day, const std::string& zone);

/// Returns the instant of a local date and time of day: the earlier one where there are two.
unix_milliseconds instant_at(std::int32_t day, std::int64_t milliseconds, const std::string& zone);

/// Returns "2026-12-06".
std::string day_text(std::int32_t day);

/// Returns "2026-12-06 23:59 Europe/Berlin".
std::string local_text(unix_milliseconds instant, const std::string& zone);

} // namespace aepro
