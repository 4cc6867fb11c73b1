#include "actors/storage/ledger/lateness.hpp"

#include <limits>

namespace aepro {

std::optional<unix_milliseconds> due_at(const record_batch& batch, const insertion_instant& at) {
  if (batch.due == std::chrono::steady_clock::time_point::max())
    return std::nullopt;
  const auto since =
      std::chrono::duration_cast<std::chrono::milliseconds>(at.steady - batch.due).count();
  return at.wall - since;
}

std::optional<unix_milliseconds> due_at(const event_view& event, const lateness_rule& rule) {
  return event.deadline.present ? std::optional(event.deadline.unix_ms) : rule.due_at;
}

std::int64_t lateness_ms(const event_view& event, const lateness_rule& rule) {
  const auto due = due_at(event, rule);
  if (!due || rule.now <= *due)
    return 0;
  std::int64_t late_by = 0; // Deadlines are what others wrote.
  return __builtin_sub_overflow(rule.now, *due, &late_by) ? std::numeric_limits<std::int64_t>::max()
                                                          : late_by;
}

std::optional<alert> late_alert(const event_view& event) {
  if (event.kind != event_kind::adverse_event)
    return std::nullopt;
  return event.deadline.present ? late_adverse_event_alert : delayed_adverse_event_alert;
}

} // namespace aepro
