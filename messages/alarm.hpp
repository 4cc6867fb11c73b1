#pragma once

/// What a node finds wrong with itself, for people to be told.

#include <string>
#include <vector>

namespace aepro {

struct system_alarm {
  std::string rule; ///< For example partition-stuck: a row of alert_rules may say who is told.
  std::string text; ///< What happened and what to do; of no patient.
  /// Tells one occurrence from another; empty: those within ten minutes are one.
  std::string occasion = {};
};

using system_alarms = std::vector<system_alarm>;

} // namespace aepro
