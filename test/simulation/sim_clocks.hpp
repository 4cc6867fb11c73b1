#pragma once

/// The wall clocks of nodes, which may be wrong and jump, against the store's, which is right.

#include "actors/storage/store_clock.hpp"
#include "sim_broker.hpp"

#include <map>
#include <memory>
#include <string>

namespace aepro::simulation {

/// Returns what the store's wall clock says at a moment of the run.
inline unix_milliseconds store_time(time_point now) {
  constexpr unix_milliseconds start = 1'750'000'000'000;
  return start +
         std::chrono::duration_cast<std::chrono::milliseconds>(now.time_since_epoch()).count();
}

class sim_clocks {
public:
  sim_clocks(draw& random, trace& log, const fault_profile& profile, const sim_broker& broker)
      : random_(random), log_(log), profile_(profile), broker_(broker) {}

  /// A node's clock is set anew, right or wrong.
  void jump(const std::string& node) {
    auto& clock = of(node);
    clock.error = draw_error();
    log_.fault("wall-clock-jump", "of {} to {} ms", node, clock.error.count());
  }

  /// Compares a node's clock with the store's where that is due, as the PostgreSQL adapter does
  /// before each append. Returns the node's notion of the store's time.
  unix_milliseconds time_for(const std::string& node) {
    auto& clock = of(node);
    const auto now = broker_.now();
    const auto wall = store_time(now) + clock.error.count();
    if (clock.against->is_due(now, wall)) {
      clock.is_warned = clock.against->compare(wall, store_time(now), wall).has_value();
      if (clock.is_warned)
        log_.fault("clock-warning", "of {}, {} ms off", node, clock.error.count());
    }
    if (std::chrono::abs(clock.error) > tolerance() && !clock.is_warned)
      log_.violated("clock: {} is {} ms off, and nobody is warned", node, clock.error.count());
    return wall + clock.against->correction().count();
  }

  /// By how much a node may be mistaken: what is nobody's concern, and a jump as large since clocks
  /// were compared.
  std::chrono::milliseconds tolerance() const {
    return profile_.wrong_clock > 0 ? 2 * profile_.clock_difference_max
                                    : std::chrono::milliseconds{0};
  }

private:
  struct node_clock {
    std::chrono::milliseconds error{0};
    std::shared_ptr<store_clock> against;
    bool is_warned = false; ///< By the last comparison.
  };

  node_clock& of(const std::string& node) {
    auto& clock = clocks_[node];
    if (!clock.against) {
      clock.against = std::make_shared<store_clock>(profile_.clock_difference_max);
      clock.error = draw_error();
    }
    return clock;
  }

  std::chrono::milliseconds draw_error() {
    constexpr std::int64_t hour = 3'600'000;
    return std::chrono::milliseconds{
        random_.chance(profile_.wrong_clock) ? random_.between(-hour, hour) : 0};
  }

  draw& random_;
  trace& log_;
  const fault_profile& profile_;
  const sim_broker& broker_;
  std::map<std::string, node_clock> clocks_;
};

} // namespace aepro::simulation
