#include "actors/notifier/escalation.hpp"

#include <algorithm>

namespace aepro {

namespace {

const urgency_deadlines& deadlines_of(const escalation_options& options, urgency how_urgent) {
  switch (how_urgent) {
    case urgency::immediate: return options.immediate;
    case urgency::urgent: return options.urgent;
    case urgency::routine: return options.routine;
  }
  return options.immediate;
}

notification ended(notification what, notification_state state, std::string reason,
                   unix_milliseconds now) {
  what.state = state;
  what.ended_at = now;
  what.ended_by = "aepro";
  what.ended_reason = std::move(reason);
  return what;
}

bool is_last(const notification& what, std::size_t steps) {
  return static_cast<std::size_t>(what.step) + 1 >= steps;
}

notification next_step(notification what, std::size_t steps, std::string why_ended,
                       unix_milliseconds now) {
  if (is_last(what, steps))
    return ended(std::move(what), notification_state::exhausted, std::move(why_ended), now);
  ++what.step;
  what.tries = 0;
  what.state = notification_state::waiting;
  what.step_since = what.next_at = now;
  return what;
}

std::chrono::milliseconds backoff(const escalation_options& options, std::int32_t tries,
                                  std::uint64_t random) {
  const auto doubled = options.backoff_min.count() << std::clamp(tries - 1, 0, 20);
  const auto most = std::min(doubled, options.backoff_max.count());
  const auto range =
      static_cast<std::uint64_t>(std::max<std::int64_t>(most - options.backoff_min.count(), 0)) + 1;
  return options.backoff_min + std::chrono::milliseconds{static_cast<std::int64_t>(random % range)};
}

} // namespace

notification after_try(notification what, const step_outcome& outcome, std::size_t steps,
                       const escalation_options& options, unix_milliseconds now,
                       std::uint64_t random) {
  const auto& deadlines = deadlines_of(options, what.urgency);
  const auto give_up = what.step_since + deadlines.delivery.count();
  ++what.tries;
  const auto wait = std::max(backoff(options, what.tries, random), outcome.retry_after);
  if (outcome.failed > 0 && now < give_up && now + outcome.retry_after.count() <= give_up) {
    what.next_at = std::min(now + wait.count(), give_up); // A last try when the time is over.
    return what;
  }
  if (outcome.failed > 0 && outcome.reached == 0 && is_last(what, steps)) {
    what.next_at = now + wait.count(); // There is nobody else: until it works.
    return what;
  }
  if (outcome.reached == 0)
    return next_step(std::move(what), steps, "all have refused it", now);
  if (deadlines.acknowledgement.count() == 0)
    return ended(std::move(what), notification_state::closed, "delivered", now);
  what.state = notification_state::sent;
  what.next_at = now + deadlines.acknowledgement.count();
  return what;
}

notification after_waiting(notification what, unix_milliseconds until, std::size_t steps,
                           const escalation_options& options, unix_milliseconds now) {
  const auto give_up = what.step_since + deadlines_of(options, what.urgency).delivery.count();
  if (is_last(what, steps)) {
    what.next_at = until;
    return what;
  }
  if (now >= give_up)
    return next_step(std::move(what), steps, {}, now);
  what.next_at = std::min(until, give_up);
  return what;
}

notification after_silence(notification what, std::size_t steps, unix_milliseconds now) {
  return next_step(std::move(what), steps, "nobody acknowledged it", now);
}

notification without_route(notification what, unix_milliseconds now) {
  return ended(std::move(what), notification_state::exhausted, "the settings name nobody to tell",
               now);
}

} // namespace aepro
