/// The part of the notifier that tells what is wrong with the node itself: by way of the store, as
/// everything that people are told, and without it where it is the store that is away.

#include "actors/common/log.hpp"
#include "actors/notifier/notifier_actor.hpp"
#include "messages/error_text.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace aepro {

/// What the supervisor said last, and what only the notifier sees.
void notifier_state::note_alarms() {
  const auto now = self->clock().now();
  auto present = troubles;
  if (store_away_since)
    present.push_back({"store-unreachable", fmt::format("The store does not answer node {}: {}",
                                                        options.node, store_trouble)});
  for (const auto& alarm : alarms.due(present, now)) {
    log::error("notifier", "alarm", "{}: {}", alarm.rule, alarm.text);
    untold.push_back(
        plan_alarm(alarm, options.rules, known_mutes, options.node, options.node_clock()));
  }
}

void notifier_state::note_store(const caf::error& failure) {
  if (!failure) {
    store_away_since.reset();
    return;
  }
  store_trouble = error_text(failure);
  if (!store_away_since)
    store_away_since = self->clock().now();
}

/// Into the store, whatever was told without it: the same keys show the repetition, and somebody
/// acknowledges it there.
caf::error notifier_state::store_alarms(unix_milliseconds now) {
  if (untold.empty())
    return {};
  const auto mutes = store->mutes(now);
  if (!mutes)
    return mutes.error();
  while (!untold.empty()) {
    const auto& one = untold.front();
    const bool was_told = one.step > 0 || one.tries > 0 || one.state == notification_state::sent;
    auto fresh = plan_alarm({one.rule, one.detail}, options.rules,
                            was_told ? std::span<const notification_mute>{} : *mutes, options.node,
                            one.created_at);
    if (was_told) // Those tries are rows of no alert.
      fresh.detail += " People were told of it without the store as well, under the same key.";
    if (const auto added = store->add(fresh); !added)
      return added.error();
    untold.pop_front();
  }
  return {};
}

/// The node's clock decides, for there is no other; escalation goes on as it would in the store.
void notifier_state::tell_without_store() {
  const auto now = options.node_clock();
  for (auto& one : untold) {
    const bool is_over =
        one.state != notification_state::waiting && one.state != notification_state::sent;
    if (is_over || one.next_at > now)
      continue;
    auto planned = plan_delivery({.what = one}, options.rules, options.fallback_role, now);
    one = planned.what;
    if (planned.channel.empty())
      continue;
    one.next_at = now + channels.at(planned.channel).settings.timeout.count() +
                  options.lease.count(); // It is under way.
    put(std::move(planned));
  }
  for (auto& [name, place] : channels)
    send(place);
}

/// A try of what is not in the store.
void notifier_state::note_tried(const notification& after) {
  const auto found = std::ranges::find(untold, after.key, &notification::key);
  if (found != untold.end())
    *found = after;
}

} // namespace aepro
