#include "actors/clocks/clock_stages.hpp"

#include <algorithm>

namespace aepro {

namespace {

/// The last millisecond is still in time.
unix_milliseconds instant_of(const regulatory_clock& clock, std::int64_t before) {
  return before == 0 ? clock.due_at + 1 : clock.due_at - before;
}

} // namespace

std::optional<std::int64_t> next_stage(const regulatory_clock& clock) {
  for (const auto before : clock.reminders)
    if (before < clock.told_before)
      return before;
  if (clock.told_before > 0)
    return 0;
  return std::nullopt;
}

std::optional<std::int64_t> due_stage(const regulatory_clock& clock, unix_milliseconds now) {
  std::optional<std::int64_t> latest;
  auto passed = clock;
  while (const auto stage = next_stage(passed)) {
    if (instant_of(clock, *stage) > now)
      break;
    latest = stage;
    passed.told_before = *stage;
  }
  return latest;
}

regulatory_clock after_stage(regulatory_clock clock, std::int64_t before) {
  clock.told_before = before;
  return scheduled(std::move(clock));
}

regulatory_clock reopened(regulatory_clock clock) {
  clock.state = clock_state::running;
  clock.ended_by_person = false;
  clock.ended_at = 0;
  clock.ended_by = clock.ended_reason = {};
  return scheduled(std::move(clock));
}

regulatory_clock scheduled(regulatory_clock clock) {
  const auto stage = clock.state == clock_state::running ? next_stage(clock) : std::nullopt;
  clock.next_at = stage ? std::max<unix_milliseconds>(1, instant_of(clock, *stage)) : 0;
  return clock;
}

} // namespace aepro
