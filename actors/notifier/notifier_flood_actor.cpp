/// Floods: which one is told now, and how its alerts are taken.

#include "actors/notifier/notifier_actor.hpp"

#include <algorithm>

namespace aepro {

planned_delivery notifier_state::plan(const leased_notification& leased, unix_milliseconds now) const {
  return plan_delivery(leased, options.rules, options.fallback_role, now, options.links);
}

/// Returns the flood that is to be told now: one at a look, so that nothing urgent waits for the others.
caf::expected<std::optional<notification_flood>> notifier_state::find_flood(unix_milliseconds now) {
  std::optional<notification_flood> next;
  const bool any_people = std::ranges::any_of(options.rules.channels, is_for_people);
  if (!options.digests.are_made() || !any_people)
    return next;
  auto floods = store->floods(now, options.digests.limits);
  if (!floods)
    return std::move(floods.error());
  const auto has_room = [this](const std::string& channel) {
    return channels.at(channel).gate.room(self->clock().now()) > 0;
  };
  for (auto& flood : *floods)
    if (std::ranges::any_of(channels_of(flood, options.rules, options.fallback_role), has_room))
      return std::optional(std::move(flood));
  return next;
}

caf::error notifier_state::begin_flood(const notification_flood& flood, unix_milliseconds now) {
  const auto leased = store->lease_flood(now, options.lease.count(), options.node, flood, options.digests.limits);
  if (!leased)
    return leased.error();
  if (leased->empty())
    return {}; // Another node has taken it.
  more_due = true;
  std::vector<planned_delivery> planned;
  for (const auto& one : *leased)
    planned.push_back(plan(one, now));
  for (auto& one : make_digests(std::move(planned), options.rules))
    begin(std::move(one), now);
  send_all();
  return {};
}

} // namespace aepro
