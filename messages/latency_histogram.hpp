#pragma once

/// Counts of durations by size, at most 3 % wide: percentiles of millions of records in 8 KB.

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>

namespace aepro {

/// Durations in milliseconds, 0 to about 18 hours; longer ones count as that. Source of the idea:
/// HdrHistogram.
class latency_histogram {
public:
  void add(std::int64_t milliseconds, std::uint64_t times = 1) {
    counts_[bucket_of(milliseconds)] += times;
    total_ += times;
  }

  std::uint64_t total() const { return total_; }

  latency_histogram& operator+=(const latency_histogram& other) {
    for (std::size_t bucket = 0; bucket < counts_.size(); ++bucket)
      counts_[bucket] += other.counts_[bucket];
    total_ += other.total_;
    return *this;
  }

  /// Returns what was added since this histogram was `earlier`.
  latency_histogram operator-(const latency_histogram& earlier) const {
    auto rest = *this;
    for (std::size_t bucket = 0; bucket < counts_.size(); ++bucket)
      rest.counts_[bucket] -= earlier.counts_[bucket];
    rest.total_ -= earlier.total_;
    return rest;
  }

  /// Returns the duration that the share `fraction` (0 to 1) of all does not exceed, in ms; 0 where
  /// there is none.
  std::int64_t percentile(double fraction) const {
    const auto wanted = static_cast<double>(total_) * fraction;
    std::uint64_t seen = 0;
    for (std::size_t bucket = 0; bucket < counts_.size(); ++bucket) {
      seen += counts_[bucket];
      if (seen > 0 && static_cast<double>(seen) >= wanted)
        return upper_end(bucket);
    }
    return 0;
  }

private:
  static constexpr std::int64_t steps = 32; ///< Per doubling.
  static constexpr std::size_t buckets = 23 * steps;

  /// Below 64 every millisecond has a bucket of its own; above, each doubling has 32.
  static std::size_t bucket_of(std::int64_t milliseconds) {
    const auto value = static_cast<std::uint64_t>(std::max<std::int64_t>(milliseconds, 0));
    if (value < 2 * steps)
      return static_cast<std::size_t>(value);
    const auto shift = static_cast<std::uint64_t>(std::bit_width(value)) - 6;
    const auto bucket = shift * steps + (value >> shift);
    return static_cast<std::size_t>(std::min<std::uint64_t>(bucket, buckets - 1));
  }

  static std::int64_t upper_end(std::size_t bucket) {
    if (bucket < 2 * steps)
      return static_cast<std::int64_t>(bucket);
    const auto shift = bucket / steps - 1;
    return static_cast<std::int64_t>(((bucket - shift * steps + 1) << shift) - 1);
  }

  std::array<std::uint64_t, buckets> counts_{};
  std::uint64_t total_ = 0;
};

} // namespace aepro
