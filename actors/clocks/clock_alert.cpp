#include "actors/clocks/clock_alert.hpp"

#include "actors/clocks/calendar.hpp"
#include "actors/common/parts_digest.hpp"
#include "actors/notifier/alert_planner.hpp"
#include "actors/notifier/message_template.hpp"

#include <fmt/format.h>

namespace aepro {

namespace {

std::string detail_text(const regulatory_clock& clock, std::int64_t before) {
  return fmt::format(
      "{} ({}) of report {}, version {}: {} {}. `aepro clocks done {}` once it is submitted.",
      clock.kind, clock.authority, escaped(clock.report_id, escaping::line), clock.version,
      before == 0 ? "was due" : "is due", local_text(clock.due_at, clock.time_zone), clock.id);
}

std::string key_of(const regulatory_clock& clock, std::int64_t before,
                   const std::string& store_id) {
  return parts_digest({store_id, "clock", clock.key, std::to_string(before)}, 32);
}

} // namespace

notification clock_notification(const regulatory_clock& clock, std::int64_t before,
                                const notifier_rules& rules,
                                std::span<const notification_mute> mutes,
                                const std::string& store_id, unix_milliseconds now) {
  stored_alert alert;
  alert.stream = clock.stream;
  alert.offset = clock.offset;
  alert.produced_at = clock.qualified_at;
  alert.kind = event_kind::adverse_event;
  alert.urgency = before == 0 ? urgency::immediate : urgency::urgent;
  alert.rule = before == 0 ? clock_missed_alert : clock_due_alert;
  alert.study = clock.study;
  alert.site = clock.site;
  alert.subject = clock.subject;
  // No report id: the second reminder of a case is no repetition of the first. No age: the clock is
  // what is due now.
  auto made =
      plan_notification(alert, rules, mutes, {store_id, std::chrono::milliseconds::max()}, now);
  made.key = key_of(clock, before, store_id);
  made.detail = detail_text(clock, before);
  return made;
}

std::vector<std::string> clock_notification_keys(const regulatory_clock& clock,
                                                 const std::string& store_id) {
  std::vector<std::string> keys{key_of(clock, 0, store_id)};
  for (const auto before : clock.reminders)
    keys.push_back(key_of(clock, before, store_id));
  return keys;
}

} // namespace aepro
