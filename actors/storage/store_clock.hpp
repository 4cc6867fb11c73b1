#pragma once

/// The node's wall clock against the store's, or another one where the store has none: a node whose
/// clock is wrong must not call events late.

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

  /// Differences up to `difference_max` are nobody's concern. Raising it hides a wrong clock for
  /// longer.
  explicit store_clock(std::chrono::milliseconds difference_max = std::chrono::minutes{5})
      : difference_max_(difference_max) {}

  /// Returns whether the clocks are to be compared now, by whoever asks first: at first, then once
  /// a minute, and as soon as the node's wall clock, which stands at `wall`, has jumped by more
  /// than nobody's concern.
  bool is_due(time_point now, unix_milliseconds wall);

  /// The other clock, which is `whose`, said `other_now` when the node's wall clock stood between
  /// `before` and `after`. Returns a warning that names both clocks where they differ too much. Not
  /// exact: differences that are nobody's concern are not corrected either.
  std::optional<std::string> compare(unix_milliseconds before, unix_milliseconds other_now,
                                     unix_milliseconds after,
                                     std::string_view whose = "the store's", bool is_exact = true);

  /// Returns what is to be added to the node's wall clock to get the other one, as far as it is
  /// known.
  std::chrono::milliseconds correction() const;

  std::chrono::milliseconds difference_max() const { return difference_max_; }

private:
  const std::chrono::milliseconds difference_max_;
  mutable std::mutex mutex_;
  std::optional<time_point> compared_at_;
  unix_milliseconds compared_wall_ = 0; ///< The wall clock then.
  std::chrono::milliseconds correction_{0};
};

} // namespace aepro
