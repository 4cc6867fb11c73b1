#pragma once

/// The node's wall clock against that of whoever stamps Kafka's records (KIP-32: the broker, or the
/// producers). Kafka tells nobody its time; records that are read as soon as they came show it.

#include "messages/record.hpp"

#include <chrono>
#include <optional>

namespace aepro {

/// Used by one thread. Reads no clock.
class timestamp_watch {
public:
  using time_point = std::chrono::steady_clock::time_point;

  /// Differences up to `difference_max` are nobody's concern; and stamps that differ by more among
  /// themselves (records of the past, which somebody resends) say nothing about a clock.
  explicit timestamp_watch(std::chrono::milliseconds difference_max)
      : difference_max_(difference_max) {}

  /// A record with `timestamp` was read when nothing had waited before it, and the node's wall
  /// clock stood at `wall`. Returns, every ten seconds at most, what is to be added to that clock
  /// to get the stamps'; 0 where they agree.
  std::optional<std::chrono::milliseconds> observe(unix_milliseconds timestamp,
                                                   unix_milliseconds wall, time_point now);

private:
  std::chrono::milliseconds difference() const;

  const std::chrono::milliseconds difference_max_;
  std::optional<time_point> since_;       ///< The first of those that count.
  std::int64_t least_ = 0, greatest_ = 0; ///< Of stamp - wall.
  std::size_t count_ = 0;
};

} // namespace aepro
