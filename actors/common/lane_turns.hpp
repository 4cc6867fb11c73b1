#pragma once

/// Whose turn it is where several lanes wait.

#include "messages/lanes.hpp"

#include <algorithm>
#include <optional>

namespace aepro {

/// Pure. The most urgent lane goes first, unless another has got less than its share: while a lane
/// waits it is owed its share of all that goes, and goes as soon as that pays for its next piece.
/// So the urgent wait for what others are owed, about a piece of each, and each lane gets its share
/// of any stretch in which it waits, but for some pieces. Source of the idea: deficit round robin
/// (Shreedhar and Varghese, 1995).
class lane_turns {
public:
  /// Records of each lane's next piece; 0: none waits.
  using pieces = per_lane<std::size_t>;

  explicit lane_turns(per_lane<std::size_t> shares) : shares_(shares) {}

  /// Returns whose piece of `waiting` is next; nothing where none waits.
  std::optional<lane> next(const pieces& waiting) const {
    std::optional<lane> first;
    for (const auto which : all_lanes) {
      if (waiting[which] == 0)
        continue;
      if (!first)
        first = which;
      else if (owed_[which] >= price_of(which, waiting[which]))
        return which;
    }
    return first;
  }

  /// `records` of lane `served` have gone; `waiting` is what waited before, `possible` what of it
  /// could have gone. A lane that does not wait saves nothing up, one that has no room a piece at
  /// most.
  void gave(lane served, std::size_t records, const pieces& waiting, const pieces& possible) {
    bool overtakes = false; // Else it has taken nothing from anybody, and owes nothing.
    for (const auto which : all_lanes) {
      overtakes = overtakes || (which < served && waiting[which] > 0);
      const auto all = static_cast<std::int64_t>(100 * waiting[which]);
      const auto owed = owed_[which] + earned(which, records);
      owed_[which] = possible[which] > 0 ? owed : std::min(owed, all);
    }
    owed_[served] = overtakes ? owed_[served] - static_cast<std::int64_t>(100 * records) : 0;
  }

private:
  std::int64_t earned(lane which, std::size_t records) const {
    return static_cast<std::int64_t>(shares_[which] * records);
  }
  /// What must be owed for a piece to go: all of it but what it earns by going.
  std::int64_t price_of(lane which, std::size_t records) const {
    return static_cast<std::int64_t>(100 * records) - earned(which, records);
  }

  per_lane<std::size_t> shares_;
  per_lane<std::int64_t> owed_; ///< In hundredths of records.
};

} // namespace aepro
