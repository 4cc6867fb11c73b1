#pragma once

/// What a case's versions change about the clocks that the store has of it.

#include "config/clock_settings.hpp"
#include "messages/regulatory_clock.hpp"

#include <chrono>
#include <span>
#include <string>
#include <vector>

namespace aepro {

struct clock_planning {
  std::string store_id;  ///< Part of each key: two deployments' keys differ.
  std::string time_zone; ///< Of the sponsor.
  std::vector<clock_kind> kinds;
  std::chrono::milliseconds
      age_max; ///< Of a record, for people to be told what was due before it was known.
};

/// Returns the key of a case: versions of one report share it.
std::string case_key(const case_version& version);

/// Returns the clocks to make and to change, so that they are what the versions, in whatever order
/// they came, ask for:
/// - a clock whose version qualified no longer first, as an earlier one came later, counts from the
/// earlier one; what
///   people were told of it stays told;
/// - one that nothing asks for any more is withdrawn;
/// - one that a person has ended stays so;
/// - one whose facts are as before keeps its dates, whatever the settings say now. Of kinds that
/// the settings do not
///   name any more no clock starts or moves; a nullification stops those that run.
clock_changes plan_clocks(const case_history& history, const clock_planning& planning,
                          unix_milliseconds now);

} // namespace aepro
