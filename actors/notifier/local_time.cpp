#include "actors/notifier/local_time.hpp"

#include <date/tz.h>

namespace aepro {

namespace {

using std::chrono::milliseconds;
using system_milliseconds = date::sys_time<milliseconds>;

date::local_time<milliseconds> local(unix_milliseconds instant, const std::string& zone) {
  return date::locate_zone(zone)->to_local(system_milliseconds{milliseconds{instant}});
}

} // namespace

bool is_time_zone(const std::string& name) {
  try {
    return date::locate_zone(name) != nullptr;
  } catch (const std::runtime_error&) {
    return false;
  }
}

int minute_of_day(unix_milliseconds instant, const std::string& zone) {
  const auto there = local(instant, zone);
  return static_cast<int>(
      std::chrono::duration_cast<std::chrono::minutes>(there - date::floor<date::days>(there))
          .count());
}

unix_milliseconds next_minute_of_day(unix_milliseconds instant, const std::string& zone,
                                     int minute) {
  const auto* where = date::locate_zone(zone);
  auto day = date::floor<date::days>(local(instant, zone));
  for (;; day += date::days{1})
    for (const auto which :
         {date::choose::earliest, date::choose::latest}) { // An hour may come twice.
      const auto found =
          where->to_sys(day + std::chrono::minutes{minute}, which).time_since_epoch();
      if (const auto at = std::chrono::duration_cast<milliseconds>(found).count(); at > instant)
        return at;
    }
}

} // namespace aepro
