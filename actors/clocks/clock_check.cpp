#include "actors/clocks/clock_check.hpp"

#include "actors/notifier/local_time.hpp"

#include <fmt/format.h>

namespace aepro {

std::vector<setting_problem> check_clock_settings(const settings& values) {
  const auto& zone = values.clocks.time_zone;
  if (is_time_zone(zone))
    return {};
  return {{"", "clocks.time_zone",
           fmt::format("'{}' is no zone of this machine's database, as Europe/Berlin is", zone)}};
}

} // namespace aepro
