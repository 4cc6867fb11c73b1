#pragma once

/// At most so many restarts in a sliding window. Source: erlang/otp supervisor, intensity and
/// period.

#include <chrono>
#include <deque>

namespace aepro {

struct restart_options {
  std::size_t restarts_max = 10;
  std::chrono::milliseconds window{60'000};
};

class restart_budget {
public:
  using time_point = std::chrono::steady_clock::time_point;

  explicit restart_budget(restart_options options) : options_(options) {}

  /// From now on at most so many.
  void allow(std::size_t restarts_max) { options_.restarts_max = restarts_max; }

  /// Returns whether one more would not be too many.
  bool has_left(time_point now) {
    forget(now);
    return spent_.size() < options_.restarts_max;
  }

  /// Records a restart at `now`. Returns false when that is one too many.
  bool spend(time_point now) {
    forget(now);
    spent_.push_back(now);
    return spent_.size() <= options_.restarts_max;
  }

private:
  void forget(time_point now) {
    while (!spent_.empty() && now - spent_.front() >= options_.window)
      spent_.pop_front();
  }

  restart_options options_;
  std::deque<time_point> spent_;
};

} // namespace aepro
