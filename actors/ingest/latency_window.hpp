#pragma once

/// Latencies of about the last minute, out of a histogram that only grows: nothing is done per
/// record.

#include "messages/latency_histogram.hpp"

#include <chrono>
#include <deque>

namespace aepro {

/// Pure. Covers a minute, and up to a step more.
class latency_window {
public:
  using time_point = std::chrono::steady_clock::time_point;
  static constexpr std::chrono::seconds width{60}, step{5};

  /// Takes note of `all` at `now`; call it at least once in a step.
  void observe(time_point now, const latency_histogram& all) {
    if (!marks_.empty() && now - marks_.back().at < step)
      return;
    marks_.push_back({now, all});
    while (marks_.size() > 1 && now - marks_[1].at >= width)
      marks_.pop_front();
  }

  /// Returns what has been added to `all` within the window that ends at `now`.
  latency_histogram recent(time_point now, const latency_histogram& all) const {
    latency_histogram before; // Nothing was there before the first mark.
    for (const auto& mark : marks_)
      if (now - mark.at >= width)
        before = mark.all;
    return all - before;
  }

private:
  struct mark {
    time_point at;
    latency_histogram all;
  };
  std::deque<mark> marks_; ///< width / step + 2 at most.
};

} // namespace aepro
