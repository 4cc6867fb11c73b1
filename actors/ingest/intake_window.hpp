#pragma once

/// How many batches of all streams may be in flight: as many as the stages answer without making
/// them wait for each other. Source: the Gradient2 limit of Netflix' concurrency-limits (2018),
/// which goes back to TCP Vegas: the window times long-term latency / present latency, plus room
/// for a queue.

#include <algorithm>
#include <chrono>
#include <cstddef>

namespace aepro {

struct window_options {
  bool is_adaptive = true;
  std::size_t batches_min = 8;
  std::size_t batches_max = 64; ///< Where the window begins, and stays where it is not adaptive.
};

/// Pure. One per node; a sample costs some additions, and the window is computed anew every width
/// at most.
class intake_window {
public:
  using time_point = std::chrono::steady_clock::time_point;
  static constexpr std::chrono::milliseconds width{100};
  static constexpr std::size_t samples_min = 5; ///< Fewer say nothing: the width grows.

  explicit intake_window(window_options options)
      : options_(options),
        least_(static_cast<double>(std::min(options.batches_min, options.batches_max))),
        batches_(static_cast<double>(options.batches_max)) {}

  /// A batch was durable `latency` after it was sent, when `in_flight` batches were in flight,
  /// itself included.
  void observe(time_point now, std::chrono::nanoseconds latency, std::size_t in_flight);

  /// Returns how many batches may be in flight, from batches_min, or batches_max where that is
  /// less, to batches_max.
  std::size_t batches() const { return static_cast<std::size_t>(batches_); }

private:
  void adapt(double latency);

  window_options options_;
  double least_;
  double batches_;
  double usual_ = 0; ///< Long-term latency in seconds; 0: none yet.
  double sum_ =
      0; ///< Of the present width: latencies in seconds, how many, and the most that was in flight.
  std::size_t samples_ = 0, in_flight_ = 0;
  time_point began_{};
};

} // namespace aepro
