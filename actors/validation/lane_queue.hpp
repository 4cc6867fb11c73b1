#pragma once

/// Batches that wait for a worker, and how much of the pool each lane may hold.

#include "actors/common/lane_plan.hpp"
#include "actors/common/lane_turns.hpp"

#include <deque>
#include <optional>
#include <span>
#include <utility>
#include <vector>

namespace aepro {

/// What a worker of the pool holds.
struct worker_load {
  static constexpr std::size_t batches_max =
      2; ///< One to work on, and one so that it need not wait for the next.
  std::size_t batches = 0;
  std::size_t of_others = 0; ///< Those of lanes other than adverse events.
  bool leaving = false;      ///< Gets nothing more.
};

/// Returns the worker that gets the next batch, or nothing where all have as much as they may hold.
/// An adverse event waits longest behind a batch of forms, so those count first.
inline std::optional<std::size_t> least_busy(std::span<const worker_load> workers) {
  std::optional<std::size_t> found;
  for (std::size_t i = 0; i < workers.size(); ++i) {
    const auto& one = workers[i];
    if (one.leaving || one.batches >= worker_load::batches_max)
      continue;
    if (!found || std::pair{one.of_others, one.batches} <
                      std::pair{workers[*found].of_others, workers[*found].batches})
      found = i;
  }
  return found;
}

/// Returns whether lanes other than adverse events may get one batch more: a worker whose mailbox
/// is full of forms has no place for what is urgent, so the pool never fills up with them.
inline bool others_have_room(std::span<const worker_load> workers, const lane_plan& lanes) {
  std::size_t places = 0, held = 0;
  for (const auto& one : workers)
    if (!one.leaving) {
      places += worker_load::batches_max;
      held += one.of_others;
    }
  return held < lanes.places_of_others(places);
}

/// Pure. First in, first out in each lane.
template <class Item>
class lane_queue {
public:
  explicit lane_queue(const lane_plan& lanes) : turns_(lanes.shares) {}

  /// `records` of the item: what it takes of its lane's share.
  void push(lane which, std::size_t records, Item item) {
    lanes_[which].push_back({std::max<std::size_t>(records, 1), std::move(item)});
  }

  /// Returns what is next and its lane, or nothing. Without `others_may`: of adverse events only.
  std::optional<std::pair<lane, Item>> pop(bool others_may) {
    lane_turns::pieces waiting, possible;
    for (const auto which : all_lanes)
      if (!lanes_[which].empty()) {
        waiting[which] = lanes_[which].front().first;
        possible[which] = others_may || which == lane::adverse_events ? waiting[which] : 0;
      }
    const auto chosen = turns_.next(possible);
    if (!chosen)
      return std::nullopt;
    turns_.gave(*chosen, waiting[*chosen], waiting, possible);
    std::pair taken{*chosen, std::move(lanes_[*chosen].front().second)};
    lanes_[*chosen].pop_front();
    return taken;
  }

  /// Takes out what `is_over` says so of, in the order it came.
  template <class IsOver>
  std::vector<Item> take_if(IsOver is_over) {
    std::vector<Item> taken;
    for (auto& waiting : lanes_.values)
      for (auto at = waiting.begin(); at != waiting.end();)
        if (is_over(at->second)) {
          taken.push_back(std::move(at->second));
          at = waiting.erase(at);
        } else {
          ++at;
        }
    return taken;
  }

  std::size_t size(lane which) const { return lanes_[which].size(); }

  std::size_t size() const {
    std::size_t count = 0;
    for (const auto which : all_lanes)
      count += size(which);
    return count;
  }

private:
  per_lane<std::deque<std::pair<std::size_t, Item>>> lanes_;
  lane_turns turns_;
};

} // namespace aepro
