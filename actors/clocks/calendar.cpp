#include "actors/clocks/calendar.hpp"

#include <date/tz.h>
#include <fmt/format.h>

#include <stdexcept>

namespace aepro {

namespace {

using std::chrono::milliseconds;

/// A clock of another machine may name a zone that this one does not know: it must be shown all the
/// same.
const date::time_zone* find_zone(const std::string& name) {
  try {
    return date::locate_zone(name);
  } catch (const std::runtime_error&) {
    return date::locate_zone("Etc/UTC");
  }
}

unix_milliseconds to_instant(date::local_time<milliseconds> local, const std::string& zone,
                             date::choose which) {
  const auto there = find_zone(zone)->to_sys(local, which);
  return std::chrono::duration_cast<milliseconds>(there.time_since_epoch()).count();
}

date::local_time<milliseconds> to_local(unix_milliseconds instant, const std::string& zone) {
  return find_zone(zone)->to_local(date::sys_time<milliseconds>{milliseconds{instant}});
}

date::local_time<milliseconds> midnight(std::int32_t day) {
  return date::local_days{date::days{day}};
}

} // namespace

std::int32_t day_of(unix_milliseconds instant, const std::string& zone) {
  const auto day = date::floor<date::days>(to_local(instant, zone));
  return static_cast<std::int32_t>(day.time_since_epoch().count());
}

unix_milliseconds start_of_day(std::int32_t day, const std::string& zone) {
  const auto local = date::floor<std::chrono::seconds>(midnight(day));
  const auto found = find_zone(zone)->get_info(local);
  // Clocks that are set back from a minute after midnight show the day before once more (St.
  // John's); from one to midnight they do not (Havana).
  const auto second_begins = found.second.begin.time_since_epoch() + found.second.offset;
  const bool day_before_returns =
      found.result == date::local_info::ambiguous && second_begins < local.time_since_epoch();
  return to_instant(midnight(day), zone,
                    day_before_returns ? date::choose::latest : date::choose::earliest);
}

unix_milliseconds end_of_day(std::int32_t day, const std::string& zone) {
  return start_of_day(day + 1, zone) - 1;
}

unix_milliseconds instant_at(std::int32_t day, std::int64_t milliseconds_of_day,
                             const std::string& zone) {
  return to_instant(midnight(day) + milliseconds{milliseconds_of_day}, zone,
                    date::choose::earliest);
}

std::string day_text(std::int32_t day) {
  return date::format("%F", date::sys_days{date::days{day}});
}

std::string local_text(unix_milliseconds instant, const std::string& zone) {
  return fmt::format(
      "{} {}", date::format("%F %H:%M", date::floor<std::chrono::minutes>(to_local(instant, zone))),
      zone);
}

} // namespace aepro
