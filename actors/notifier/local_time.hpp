#pragma once

/// Instants as people's clocks show them, by the IANA time zone database.

#include "messages/record.hpp"

#include <string>

namespace aepro {

/// Returns whether the machine's database has a zone of that name, for example Asia/Shanghai.
bool is_time_zone(const std::string& name);

/// Returns minutes after midnight in `zone`; the zone must exist.
int minute_of_day(unix_milliseconds instant, const std::string& zone);

/// Returns the first instant after `instant` at which clocks in `zone` show that minute of the day.
/// A minute that a change to summer time skips is the instant of the change; one that comes twice
/// is the first of the two.
unix_milliseconds next_minute_of_day(unix_milliseconds instant, const std::string& zone,
                                     int minute);

} // namespace aepro
