#pragma once

/// Digests: many routine alerts as one message, so that a flood buries nobody. Pure.

#include "actors/notifier/delivery_plan.hpp"

#include <chrono>
#include <set>
#include <string>
#include <vector>

namespace aepro {

struct digest_options {
  flood_limits limits; ///< count_min 0: each alert has a message of its own.
  std::chrono::milliseconds wait{
      60'000}; ///< Of a routine alert's first try, so that a flood comes together.

  bool are_made() const { return limits.count_min > 0; }
};

/// Returns whether people read this channel, who are to be spared floods; systems get each alert.
bool is_for_people(const channel_settings& channel);

/// Returns a new notification as it waits for others like it: a routine one whose first step is a
/// channel for people.
notification wait_for_others(notification made, const notifier_rules& rules,
                             const std::string& fallback_role, const digest_options& options);

/// Returns the channels for people over which the next step of a flood is told. A site may have
/// people or a rule of its own, so there can be several.
std::set<std::string> channels_of(const notification_flood& flood, const notifier_rules& rules,
                                  const std::string& fallback_role);

/// Returns the deliveries of a flood: those that go to the same people over the same channel as one
/// digest, with one message to each of them; others, and one that is alone, as they were.
std::vector<planned_delivery> make_digests(std::vector<planned_delivery> planned,
                                           const notifier_rules& rules);

} // namespace aepro
