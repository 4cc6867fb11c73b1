#pragma once

/// Exponential backoff with full jitter. Source: "Exponential Backoff and Jitter" (AWS, 2015).

#include <chrono>
#include <cstdint>

namespace aepro {

struct retry_options {
  std::chrono::milliseconds backoff_min{50};
  std::chrono::milliseconds backoff_max{5'000};
};

class retry_schedule {
public:
  explicit retry_schedule(retry_options options) : options_(options) {}

  /// Returns how long to wait before the next try: at least backoff_min, at most
  /// min(backoff_max, backoff_min * 2^failures), drawn by `random` (any 64 bits).
  std::chrono::milliseconds next(std::uint64_t random);

  /// The work succeeded: the next failure starts anew.
  void reset() { failures_ = 0; }

  std::uint32_t failures() const { return failures_; }

private:
  retry_options options_;
  std::uint32_t failures_ = 0;
};

} // namespace aepro
