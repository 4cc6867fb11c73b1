#pragma once

/// How long a stage waits for its next look at what fails.

#include <algorithm>
#include <chrono>
#include <cstdint>

namespace aepro {

/// Doubles with each failure in a row.
class growing_wait {
public:
  /// Notes a failure. Returns `interval` doubled once for each in a row, `doublings_max` times at
  /// most.
  std::chrono::milliseconds after_failure(std::chrono::milliseconds interval,
                                          std::uint32_t doublings_max = 5) {
    constexpr std::uint32_t counted_max = 30;
    failures_ = std::min(failures_ + 1, counted_max);
    return interval * (std::int64_t{1} << std::min(failures_, doublings_max));
  }

  void reset() { failures_ = 0; }

private:
  std::uint32_t failures_ = 0;
};

} // namespace aepro
