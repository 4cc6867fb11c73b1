#include "actors/storage/ledger/lateness.hpp"

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
  return static_cast<std::int64_t>(static_cast<std::uint64_t>(rule.now) -
                                   static_cast<std::uint64_t>(*due));
}

std::optional<alert> late_alert(const event_view& event) {
  if (event.kind != event_kind::adverse_event)
    return std::nullopt;
  return event.deadline.present ? late_adverse_event_alert : delayed_adverse_event_alert;
}

} // namespace aepro
