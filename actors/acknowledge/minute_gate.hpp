#pragma once

/// So many a minute for each name. Pure.

#include <chrono>
#include <cstddef>
#include <string>
#include <unordered_map>

namespace aepro {

class minute_gate {
public:
  using time_point = std::chrono::steady_clock::time_point;

  /// `names_max`: of a minute; those beyond are not admitted before the next.
  minute_gate(std::size_t per_minute_max, std::size_t names_max)
      : per_minute_max_(per_minute_max), names_max_(names_max) {}

  /// Returns whether one more of that name may pass within this minute, and counts it.
  bool admit(const std::string& name, time_point now) {
    if (now - since_ >= std::chrono::minutes{1}) {
      counts_.clear();
      since_ = now;
    }
    if (counts_.size() >= names_max_ && !counts_.contains(name))
      return false;
    return ++counts_[name] <= per_minute_max_;
  }

private:
  std::size_t per_minute_max_, names_max_;
  time_point since_{};
  std::unordered_map<std::string, std::size_t> counts_;
};

} // namespace aepro
