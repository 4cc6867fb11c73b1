#pragma once

/// Which writers are busy, and with which lane's work.

#include "actors/common/lane_plan.hpp"

#include <optional>
#include <vector>

namespace aepro {

/// How much may be written at once with what has been begun.
struct writer_room {
  std::size_t idle = 0;
  std::size_t of_others = 0;   ///< As many of those may take lanes other than adverse events.
  bool others_may_fill = false; ///< Those lanes may hold all there is, or keep the others waiting whatever they hold.
};

/// Pure. Some writers are kept free of lanes other than adverse events, as the lanes' plan says.
class writer_places {
public:
  /// `one_at_a_time`: the store lets the writers write one after the other.
  writer_places(std::size_t writers, const lane_plan& lanes, bool one_at_a_time)
    : busy_(writers),
      others_max_(lanes.places_of_others(writers)),
      others_may_fill_(one_at_a_time || others_max_ == writers) {}

  std::size_t size() const { return busy_.size(); }
  void take(std::size_t writer, lane which) { busy_[writer] = which; }
  void free(std::size_t writer) { busy_[writer].reset(); }

  std::size_t idle() const {
    return static_cast<std::size_t>(std::count(busy_.begin(), busy_.end(), std::nullopt));
  }

  /// Returns the first idle writer; size() where there is none.
  std::size_t first_idle() const {
    return static_cast<std::size_t>(std::find(busy_.begin(), busy_.end(), std::nullopt) - busy_.begin());
  }

  bool is_busy(std::size_t writer) const { return busy_[writer].has_value(); }
  bool writes(lane which) const { return std::find(busy_.begin(), busy_.end(), which) != busy_.end(); }

  /// Returns how many writers have lanes other than adverse events.
  std::size_t others() const {
    std::size_t count = 0;
    for (const auto& one : busy_)
      count += one && *one != lane::adverse_events ? 1 : 0;
    return count;
  }

  writer_room room() const {
    return {idle(), std::min(idle(), others_max_ - std::min(others_max_, others())), others_may_fill_};
  }

private:
  std::vector<std::optional<lane>> busy_; ///< Nothing: idle.
  std::size_t others_max_;
  bool others_may_fill_;
};

} // namespace aepro
