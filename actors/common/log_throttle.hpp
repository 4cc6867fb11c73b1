#pragma once

/// Lets one line a minute through per cause, and counts those it held back.

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>

namespace aepro {

class log_throttle {
public:
  using time_point = std::chrono::steady_clock::time_point;

  explicit log_throttle(std::chrono::seconds interval = std::chrono::seconds{60},
                        std::size_t causes_max = 1'000)
      : interval_(interval), causes_max_(causes_max) {}

  /// Returns how many lines of this cause were held back since the last one, if one may be written
  /// now.
  std::optional<std::uint64_t> admit(const std::string& cause, time_point now) {
    if (causes_.size() >= causes_max_ && !causes_.contains(cause))
      causes_.erase(causes_.begin());
    const auto [entry, is_new] = causes_.try_emplace(cause, now, 0);
    auto& [last, held] = entry->second;
    if (!is_new && now - last < interval_) {
      ++held;
      return std::nullopt;
    }
    last = now;
    return std::exchange(held, 0);
  }

private:
  std::chrono::seconds interval_;
  std::size_t causes_max_;
  std::map<std::string, std::pair<time_point, std::uint64_t>> causes_;
};

} // namespace aepro
