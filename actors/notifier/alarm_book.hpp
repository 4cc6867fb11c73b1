#pragma once

/// Which alarms of the system people are to be told now.

#include "messages/alarm.hpp"

#include <chrono>
#include <map>
#include <span>
#include <string>

namespace aepro {

/// Pure. A trouble is an alarm when it has lasted for a while, and another one when it comes back
/// after it was gone for long. Bounded by the rules there are.
class alarm_book {
public:
  using time_point = std::chrono::steady_clock::time_point;
  static constexpr std::chrono::minutes gone_after{10}; ///< What comes and goes is one alarm.
  static constexpr std::chrono::seconds gap_max{
      30}; ///< Between two looks that find a trouble; a longer one ends it.

  explicit alarm_book(std::chrono::milliseconds lasts_for) : lasts_for_(lasts_for) {}

  /// Takes note of the troubles there are at `now`. Returns those that people have not been told.
  system_alarms due(std::span<const system_alarm> present, time_point now);

private:
  struct trouble {
    time_point since, seen;
    bool told = false;
  };

  std::chrono::milliseconds lasts_for_;
  std::map<std::string, trouble> troubles_; ///< By rule.
};

} // namespace aepro
