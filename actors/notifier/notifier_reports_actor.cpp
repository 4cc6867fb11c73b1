/// What became of deliveries, as the store is told.

#include "actors/common/log.hpp"
#include "actors/notifier/notifier_actor.hpp"

#include <algorithm>

namespace aepro {

namespace {

/// Returns how many in flight a delivery is: an alarm that is told without the store is none.
std::size_t in_flight_of(const planned_delivery& delivery) {
  return delivery.what.id == 0 ? 0 : 1;
}

} // namespace

/// No attempt was made, and none is written down; the deadline runs.
void notifier_state::put_back(const planned_delivery& delivery, unix_milliseconds until) {
  settled += in_flight_of(delivery);
  if (!delivery.digest)
    return report(
        after_waiting(delivery.what, until, delivery.steps, options.escalation, delivery.at),
        delivery.lease, {});
  // A millisecond for each, so that taking and giving back what a dead channel leaves does not
  // become the node's work.
  const auto later = until + static_cast<unix_milliseconds>(delivery.digest->size());
  for (const auto& one : *delivery.digest)
    report(after_waiting(one.what, later, one.steps, options.escalation, one.at), one.lease, {});
}

void notifier_state::settle(const planned_delivery& delivery, const channel_outcomes& outcomes,
                            std::size_t first, unix_milliseconds now) {
  const std::span all(outcomes);
  const auto begin = std::min(first, all.size());
  const auto own = all.subspan(begin, std::min(delivery.messages.size(), all.size() - begin));
  const auto drawn = random(); // The same for all of a digest: what failed comes together again.
  const bool any_delivered = std::ranges::any_of(
      own, [](const auto& one) { return one.result == attempt_result::delivered; });
  const std::span alone(&delivery, 1);
  const auto members =
      delivery.digest ? std::span<const planned_delivery>(*delivery.digest) : alone;
  settled += in_flight_of(delivery);
  options.told->delivered += any_delivered ? members.size() : 0;
  for (const auto& one : members)
    report(after_delivery(one, own, options.escalation, now, drawn), one.lease,
           attempts_of(one, own, options.node, now));
}

void notifier_state::settle(notification after, std::int64_t lease,
                            std::vector<delivery_attempt> attempts) {
  ++settled;
  report(std::move(after), lease, std::move(attempts));
}

void notifier_state::report(notification after, std::int64_t lease,
                            std::vector<delivery_attempt> attempts) {
  if (after.id == 0)
    return note_tried(after);
  if (after.state == notification_state::exhausted) {
    ++options.told->exhausted;
    const auto held =
        throttle.admit("exhausted " + after.rule + ' ' + after.study, self->clock().now());
    if (held)
      log::error("notifier", "alert-exhausted",
                 "alert {} rule {} study {}: {}; `aepro alerts show {}` says who was tried; {} "
                 "like it before",
                 after.id, after.rule, after.study, after.ended_reason, after.id, *held);
  }
  reports.push_back({std::move(after), lease, std::move(attempts)});
}

caf::error notifier_state::write_reports() {
  if (reports.empty())
    return {};
  if (auto written = store->report(reports); !written)
    return std::move(written.error());
  in_flight -= std::min(in_flight, std::exchange(settled, 0));
  reports.clear();
  return {};
}

} // namespace aepro
