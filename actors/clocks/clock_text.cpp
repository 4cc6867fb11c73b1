#include "actors/clocks/clock_text.hpp"

#include "actors/clocks/calendar.hpp"
#include "actors/notifier/message_template.hpp"
#include "actors/notifier/notification_text.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>

namespace aepro {

namespace {

constexpr std::array<std::string_view, 5> names{"running", "missed", "done", "stopped",
                                                "withdrawn"};

nlohmann::ordered_json instant_or_null(unix_milliseconds instant) {
  if (instant == 0)
    return nullptr;
  return precise_instant_text(instant);
}

std::string record_text(const regulatory_clock& clock) {
  return fmt::format("{}/{}/{}", clock.stream.topic, clock.stream.partition, clock.offset);
}

/// Control characters of a record must not reach a terminal.
std::string plain(const std::string& text) {
  return escaped(text, escaping::line);
}

std::string left_text(const regulatory_clock& clock, unix_milliseconds now) {
  return clock.state == clock_state::running ? distance_text(now, clock.due_at) : std::string();
}

} // namespace

std::span<const std::string_view> clock_state_names() {
  return names;
}

std::optional<shown_clock_state> clock_state_named(std::string_view name) {
  const auto* found = std::ranges::find(names, name);
  if (found == names.end())
    return std::nullopt;
  return static_cast<shown_clock_state>(found - names.begin());
}

std::string distance_text(unix_milliseconds from, unix_milliseconds to) {
  constexpr std::int64_t minute = 60'000, hour = 60 * minute, day = 24 * hour;
  const bool is_ahead = to >= from;
  const auto distance = is_ahead ? to - from : from - to;
  std::string text;
  if (distance >= day)
    text = fmt::format("{} d {} h", distance / day, distance % day / hour);
  else if (distance >= hour)
    text = fmt::format("{} h {} min", distance / hour, distance % hour / minute);
  else
    text = fmt::format("{} min", distance / minute);
  return is_ahead ? "in " + text : text + " ago";
}

nlohmann::ordered_json json_of(const regulatory_clock& clock, unix_milliseconds now) {
  nlohmann::ordered_json left; // null: it does not run.
  if (clock.state == clock_state::running)
    left = (clock.due_at - now) / 1000;
  return {{"id", clock.id},
          {"case", clock.report_id},
          {"kind", clock.kind},
          {"authority", clock.authority},
          {"day_zero", day_text(clock.day_zero)},
          {"due", precise_instant_text(clock.due_at)},
          {"due_date", day_text(day_of(clock.due_at, clock.time_zone))},
          {"time_zone", clock.time_zone},
          {"state", name_of(shown_state(clock, now))},
          {"seconds_left", std::move(left)},
          {"study", clock.study},
          {"site", clock.site},
          {"subject", clock.subject},
          {"version", clock.version},
          {"record", record_text(clock)},
          {"awareness", precise_instant_text(clock.awareness_at)},
          {"qualified", precise_instant_text(clock.qualified_at)},
          {"made", instant_or_null(clock.made_at)},
          {"next_alert", instant_or_null(clock.next_at)},
          {"ended", instant_or_null(clock.ended_at)},
          {"ended_by", clock.ended_by},
          {"reason", clock.ended_reason},
          {"key", clock.key}};
}

std::string list_text(std::span<const regulatory_clock> clocks, unix_milliseconds now) {
  if (clocks.empty())
    return "no clocks\n";
  constexpr std::string_view line = "{:>8}  {:9}  {:34}  {:14}  {:16}  {:12}  {:16}  {:16}  {}\n";
  auto text = fmt::format(line, "id", "state", "due", "left", "kind", "study", "subject", "case",
                          "authority");
  for (const auto& one : clocks)
    text += fmt::format(line, one.id, name_of(shown_state(one, now)),
                        local_text(one.due_at, one.time_zone), left_text(one, now), plain(one.kind),
                        plain(one.study), plain(one.subject), plain(one.report_id),
                        plain(one.authority));
  return text;
}

std::string detail_text(const regulatory_clock& clock, unix_milliseconds now) {
  auto text = fmt::format("clock {}: {} ({}), {}\n", clock.id, plain(clock.kind),
                          plain(clock.authority), name_of(shown_state(clock, now)));
  const auto line = [&text](std::string_view name, const std::string& value) {
    if (!value.empty())
      text += fmt::format("  {:12} {}\n", name, plain(value));
  };
  line("case", clock.report_id);
  line("study", clock.study);
  line("site", clock.site);
  line("subject", clock.subject);
  line("due", local_text(clock.due_at, clock.time_zone));
  line("left", left_text(clock, now));
  line("day zero", day_text(clock.day_zero));
  line("awareness", local_text(clock.awareness_at, clock.time_zone));
  line("qualified", fmt::format("{}, by version {}",
                                local_text(clock.qualified_at, clock.time_zone), clock.version));
  line("record", record_text(clock));
  line("made", precise_instant_text(clock.made_at));
  line("next alert", precise_instant_text(clock.next_at));
  if (clock.ended_at != 0)
    line(name_of(shown_state(clock, now)),
         fmt::format("{} by {}: {}", precise_instant_text(clock.ended_at), clock.ended_by,
                     clock.ended_reason));
  return text;
}

} // namespace aepro
