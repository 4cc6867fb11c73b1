#pragma once

/// Which writers are busy, and with which lane's work.

#include "actors/common/lane_plan.hpp"

#include <optional>
#include <vector>

namespace aepro {

/// How much may be written at once with what has been begun.
struct writer_room {
  std::size_t idle = 0;
  std::size_t of_others = 0; ///< As many of those may take lanes other than adverse events.
  bool others_may_fill =
      false; ///< Those lanes may hold all there is, or keep the others waiting whatever they hold.
};

/// Pure. Some writers are kept free of lanes other than adverse events, as the lanes' plan says.
/// One that hangs is no place at all: what it holds must not take the others' places for ever.
class writer_places {
public:
  /// `one_at_a_time`: the store lets the writers write one after the other.
  writer_places(std::size_t writers, const lane_plan& lanes, bool one_at_a_time)
      : places_(writers), lanes_(lanes), one_at_a_time_(one_at_a_time) {}

  std::size_t size() const { return places_.size(); }
  void take(std::size_t writer, lane which) { places_[writer] = {which, false}; }
  void free(std::size_t writer) { places_[writer] = {}; }
  /// A busy writer has not finished for so long that nobody waits for it.
  void give_up(std::size_t writer) { places_[writer].hangs = true; }

  bool is_busy(std::size_t writer) const { return places_[writer].work.has_value(); }

  std::size_t idle() const {
    return count([](const place& one) { return !one.work; });
  }

  /// Returns how many writers do not hang.
  std::size_t usable() const {
    return count([](const place& one) { return !one.hangs; });
  }

  /// Returns the first idle writer; size() where there is none.
  std::size_t first_idle() const {
    const auto is_idle = [](const place& one) { return !one.work; };
    return static_cast<std::size_t>(std::find_if(places_.begin(), places_.end(), is_idle) -
                                    places_.begin());
  }

  bool writes(lane which) const {
    return count([which](const place& one) { return one.work == which && !one.hangs; }) > 0;
  }

  /// Returns how many writers have lanes other than adverse events.
  std::size_t others() const {
    return count([](const place& one) {
      return one.work && *one.work != lane::adverse_events && !one.hangs;
    });
  }

  writer_room room() const {
    const auto others_max = lanes_.places_of_others(usable());
    return {idle(), std::min(idle(), others_max - std::min(others_max, others())),
            one_at_a_time_ || others_max == usable()};
  }

private:
  struct place {
    std::optional<lane> work; ///< Nothing: idle.
    bool hangs = false;
  };

  template <class Is>
  std::size_t count(Is is) const {
    return static_cast<std::size_t>(std::count_if(places_.begin(), places_.end(), is));
  }

  std::vector<place> places_;
  lane_plan lanes_;
  bool one_at_a_time_;
};

} // namespace aepro
