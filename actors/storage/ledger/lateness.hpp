#pragma once

/// When a record counts as late: after the deadline that its sender set, or, where it set none,
/// when the time that its lane gives from the first poll is up. Pure.

#include "messages/decision.hpp"

#include <chrono>
#include <optional>

namespace aepro {

/// What lanes.NAME.deadline can be at most.
inline constexpr std::chrono::milliseconds lane_deadline_max = std::chrono::hours{1};

/// When rows are inserted, by both clocks: all rows of a transaction have one such instant.
struct insertion_instant {
  unix_milliseconds wall = 0; ///< By the store's clock, in ms since 1970.
  std::chrono::steady_clock::time_point steady{};
};

/// Returns the instant that is as much later as the monotonic clock has gone on.
inline insertion_instant later(const insertion_instant& at,
                               std::chrono::steady_clock::time_point steady) {
  return {at.wall +
              std::chrono::duration_cast<std::chrono::milliseconds>(steady - at.steady).count(),
          steady};
}

struct lateness_rule {
  unix_milliseconds now = 0; ///< When the row is inserted, in ms since 1970.
  /// When records are due whose sender set no deadline; nothing: never.
  std::optional<unix_milliseconds> due_at;
};

/// Returns when the time of the batch's lane is up, by the store's clock; nothing where it has
/// none. Follows from the monotonic clock: a wrong wall clock makes nothing late.
std::optional<unix_milliseconds> due_at(const record_batch& batch, const insertion_instant& at);

/// Returns when `event` is due: its sender's deadline, else the rule's; nothing: never.
std::optional<unix_milliseconds> due_at(const event_view& event, const lateness_rule& rule);

/// Returns by how many ms `event` is late; 0: in time. More than an int64 holds counts as its most.
std::int64_t lateness_ms(const event_view& event, const lateness_rule& rule);

/// Due for an adverse event that is stored after its sender's deadline. No part of its decision,
/// which must not depend on when the record comes.
inline constexpr alert late_adverse_event_alert{"late-adverse-event", urgency::urgent};

/// Due for an adverse event that its sender set no deadline for, and that took longer than its lane
/// allows. Not urgent: after a standstill there are as many as were in flight.
inline constexpr alert delayed_adverse_event_alert{"delayed-adverse-event", urgency::routine};

/// Returns which of the two a late `event` raises; nothing where it is no adverse event.
std::optional<alert> late_alert(const event_view& event);

} // namespace aepro
