#pragma once

/// How many retries a node may spend: what fails for everybody must not be asked ever more often by
/// everybody. Source: "Handling Overload", Site Reliability Engineering (O'Reilly, 2016).

#include <algorithm>
#include <chrono>
#include <cstddef>

namespace aepro {

/// Pure. Full at first; refills evenly, from empty to full within `refill_time`.
class retry_budget {
public:
  using time_point = std::chrono::steady_clock::time_point;

  static constexpr std::chrono::minutes refill_time{1};

  explicit retry_budget(std::size_t retries) : size_(static_cast<double>(retries)), left_(size_) {}

  /// Takes one retry. Returns false where none is left: the caller waits as long as it ever does.
  bool take(time_point now) {
    refill(now);
    if (left_ < 1)
      return false;
    left_ -= 1;
    return true;
  }

private:
  void refill(time_point now) {
    if (now > filled_at_) {
      const std::chrono::duration<double> passed = now - filled_at_;
      left_ = std::min(size_, left_ + size_ * (passed / refill_time));
    }
    filled_at_ = now;
  }

  double size_;
  double left_;
  time_point filled_at_{};
};

} // namespace aepro
