#pragma once

/// The node's wall clock against the store's: a node whose clock is wrong must not call events late.

#include "messages/record.hpp"

#include <chrono>
#include <mutex>
#include <optional>
#include <string>

namespace aepro {

/// Shared by a node's connections; safe from any thread. Reads no clock.
class store_clock {
public:
  using time_point = std::chrono::steady_clock::time_point;

  /// Differences up to `difference_max` are nobody's concern. Raising it hides a wrong clock for longer.
  explicit store_clock(std::chrono::milliseconds difference_max = std::chrono::minutes{5})
    : difference_max_(difference_max) {}

  /// Returns whether the clocks are to be compared now, by whoever asks first: at first, then once a minute, and as
  /// soon as the node's wall clock, which stands at `wall`, has jumped by more than nobody's concern.
  bool is_due(time_point now, unix_milliseconds wall);

  /// The store said `store_now` when the node's wall clock stood between `before` and `after`. Returns a warning that
  /// names both clocks where they differ too much.
  std::optional<std::string> compare(unix_milliseconds before, unix_milliseconds store_now, unix_milliseconds after);

  /// Returns what is to be added to the node's wall clock to get the store's; 0 while they do not differ too much.
  std::chrono::milliseconds correction() const;

private:
  const std::chrono::milliseconds difference_max_;
  mutable std::mutex mutex_;
  std::optional<time_point> compared_at_;
  unix_milliseconds compared_wall_ = 0; ///< The wall clock then.
  std::chrono::milliseconds correction_{0};
};

} // namespace aepro
