/// Floods: which one is told now, and how its alerts are taken.

#include "actors/notifier/flood_plan.hpp"
#include "actors/notifier/notifier_actor.hpp"

#include <algorithm>
#include <unordered_map>

namespace aepro {

planned_delivery notifier_state::plan(const leased_notification& leased,
                                      unix_milliseconds now) const {
  return plan_delivery(leased, options.rules, options.fallback_role, now, options.links);
}

/// Returns the flood that is to be told now: one at a look, so that nothing urgent waits for the
/// others.
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
  const auto leased =
      store->lease_flood(now, options.lease.count(), options.node, flood, options.digests.limits);
  if (!leased)
    return leased.error();
  if (leased->empty())
    return {}; // Another node has taken it.
  more_due = true;
  std::vector<planned_delivery> planned;
  std::unordered_map<std::int64_t, const leased_notification*> by_id;
  for (const auto& one : *leased) {
    planned.push_back(plan_flood_member(one, options.rules, options.fallback_role, now));
    by_id[one.what.id] = &one;
  }
  for (auto& one :
       make_digests(std::move(planned), options.rules)) // What goes alone has its own text.
    begin(one.digest ? std::move(one) : plan(*by_id.at(one.what.id), now), now);
  send_all();
  return {};
}

} // namespace aepro
