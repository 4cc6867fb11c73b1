#pragma once

/// Which clocks the versions of a report start, and which a nullification stops. The order of
/// arrival does not matter.

#include "config/clock_settings.hpp"
#include "messages/regulatory_clock.hpp"

#include <span>
#include <string>
#include <vector>

namespace aepro {

/// Returns the versions as their sender made them: by number, then by instant, then by record. One
/// without a number stands behind those that were published before it.
std::vector<case_version> ordered_versions(std::vector<case_version> versions);

/// A clock that a case's versions ask for.
struct wanted_clock {
  const clock_kind* kind = nullptr;
  std::size_t by = 0; ///< Index of the version that qualified.
  const case_version* nullified =
      nullptr; ///< The version that took the report back afterwards; null: none did.
  unix_milliseconds awareness_at = 0, qualified_at = 0;
};

/// Returns, for each kind, a clock for the first version that meets its condition, and one more for
/// the first that does after each nullification. `versions` as ordered_versions() returns them;
/// both spans outlive the answer.
std::vector<wanted_clock> wanted_clocks(std::span<const case_version> versions,
                                        std::span<const clock_kind> kinds, const std::string& zone);

/// When a clock's time began and when it is over.
struct clock_dates {
  std::int32_t day_zero = 0;
  unix_milliseconds due_at = 0; ///< The last millisecond.
};

/// Returns the dates of a clock of that kind that counts from `start`: days by calendar date, whose
/// last one counts to its end; else to the millisecond. Source: DOMAIN, "Clocks": the day of
/// awareness is day 0, weekends count.
clock_dates dates_of(const clock_kind& kind, unix_milliseconds start, const std::string& zone);

} // namespace aepro
