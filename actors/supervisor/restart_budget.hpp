#pragma once

/// At most so many restarts in a sliding window. Source: erlang/otp supervisor, intensity and period.

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

  /// Records a restart at `now`. Returns false when that is one too many.
  bool spend(time_point now) {
    while (!spent_.empty() && now - spent_.front() >= options_.window)
      spent_.pop_front();
    spent_.push_back(now);
    return spent_.size() <= options_.restarts_max;
  }

private:
  restart_options options_;
  std::deque<time_point> spent_;
};

} // namespace aepro
