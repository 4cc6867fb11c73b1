#pragma once

/// Telling people: what becomes of an alert from its birth in the store to somebody's
/// acknowledgement.

#include "messages/decision.hpp"
#include "messages/event_view.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace aepro {

/// An alert as the store has it: evidence, born in its record's transaction, never changed.
struct stored_alert {
  std::int64_t alert_id = 0;
  stream_name stream;
  std::int64_t offset = 0;
  unix_milliseconds produced_at = 0; ///< Kafka's timestamp of the record.
  unix_milliseconds durable_at = 0;  ///< When the record's transaction was under way.
  event_kind kind = event_kind::none;
  aepro::urgency urgency = urgency::routine;
  std::string rule;                 ///< For example "serious-adverse-event".
  std::string study, site, subject; ///< Empty where the record could not be read.
  std::string report_id; ///< Of an accepted adverse event: versions of one report share it.
  std::string term;      ///< AETERM of an accepted adverse event: free text of a patient.
  event_origin origin = event_origin::present;
  bool only_if_told =
      false; ///< Nobody is told of it but where people were told of its case before.
};

/// `notification::detail` of history of which people are told.
inline constexpr std::string_view history_detail =
    "This is history: its sender has sent it to complete the record. Look when it happened before "
    "you act.";

/// What becomes of a notification. Stable numbers: they are in the store.
enum class notification_state : std::uint8_t {
  waiting = 1, ///< To be sent, or sent again, from `next_at` on.
  sent = 2, ///< Somebody was reached; from `next_at` on without acknowledgement it goes to the next
            ///< step.
  closed = 3, ///< Somebody was reached, and nobody has to acknowledge.
  acknowledged = 4,
  muted = 5,     ///< A mute covered it when it was born.
  exhausted = 6, ///< Every step was tried and nobody was reached, or nobody acknowledged: a person
                 ///< must look.
  withheld = 7,  ///< The record was too old, or of history: nobody is told.
  repeated = 8,  ///< Another version of a report that had raised the same alert.
};

/// Returns the state's name, as `aepro alerts` shows it.
std::string_view name_of(notification_state state);

/// One alert, or one alarm of the system, on its way to people.
struct notification {
  std::int64_t id = 0; ///< Of the store; 0 before it is there.
  std::string key;     ///< 32 hexadecimal digits; the same whichever node makes it. Unique.
  std::string rule;
  aepro::urgency urgency = urgency::routine;
  notification_state state = notification_state::waiting;
  std::string study, site, subject, term;
  std::string case_key; ///< Study and report id; empty: no case.
  std::string
      detail; ///< What there is to say beyond the rule; nothing that a patient wrote. May be empty.
  bool only_if_told =
      false;          ///< Not made where nobody was told of its case before. Not in the store.
  stream_name stream; ///< Of the record; empty topic: an alarm of the system.
  std::int64_t offset = -1;
  unix_milliseconds produced_at = 0, durable_at = 0, created_at = 0;
  std::int32_t step = 0;            ///< Of its route: role after role, channel after channel.
  std::int32_t tries = 0;           ///< Of this step.
  unix_milliseconds step_since = 0; ///< When the step began.
  unix_milliseconds next_at = 0;    ///< When it is to be looked at again.
  unix_milliseconds ended_at = 0;   ///< When it was acknowledged, closed or exhausted; 0: not yet.
  std::int64_t round = 0;           ///< Of sending: changes with each retry by a person.
  std::string ended_by, ended_reason; ///< Who acknowledged, and why.
};

enum class attempt_result : std::uint8_t {
  delivered = 1, ///< The other side has taken it.
  failed = 2,    ///< It may work later.
  refused = 3,   ///< This recipient or message will never be taken.
};

std::string_view name_of(attempt_result result);

/// Returns whether its sender says that it is history of which people are told.
bool is_history(const notification& what);

/// One delivery to one recipient. Never changed once it is in the store.
struct delivery_attempt {
  std::int64_t notification_id = 0;
  std::int32_t step = 0;
  unix_milliseconds at = 0;
  std::string channel, recipient, node;
  attempt_result result = attempt_result::failed;
  std::string
      receipt; ///< What the other side calls it: queue id, HTTP status, partition and offset.
  std::string detail; ///< What the other side said, or why it was not reached. No secrets.
};

/// Whoever it covers is not told until it ends.
struct notification_mute {
  std::int64_t id = 0;
  std::string rule, study, site, subject; ///< Empty: all.
  unix_milliseconds since = 0, until = 0;
  std::string who, reason;
};

/// What a person did; part of the audit trail.
struct operator_action {
  unix_milliseconds at = 0;
  std::string who, action, target, reason; ///< `action`: acknowledge, retry, mute, unmute.
};

/// Alerts of one stream that nobody has taken up yet.
struct alert_page {
  std::vector<stored_alert> alerts; ///< In the order of their records.
  std::int64_t begin_offset = 0;    ///< The stream's cursor: alerts before it were taken up.
  std::int64_t next_offset = 0;     ///< Where it stands when these are taken up.
};

/// A node's right to deliver a notification until the lease ends.
struct leased_notification {
  notification what;
  std::int64_t lease = 0; ///< Rises with each lease: who holds an earlier one changes nothing.
  std::vector<std::string> refused; ///< Those that will never take it, named alike.
  std::vector<std::string>
      reached; ///< Recipients ("CHANNEL RECIPIENT") that its step reached since the last retry.
};

/// Many routine notifications that are to be told at the same time.
struct notification_flood {
  std::string rule, study;
  notification_state state =
      notification_state::waiting; ///< Or sent: nobody has acknowledged them in time.
  std::int32_t step = 0;
};

/// What counts as a flood.
struct flood_limits {
  std::size_t count_min = 20;     ///< Fewer are none.
  std::size_t count_max = 10'000; ///< Taken at a time.
  std::int64_t ahead_ms =
      60'000; ///< Those that wait count, and are taken, so long before they are due.
};

/// What a step's try came to.
struct delivery_report {
  notification after; ///< State, step, tries and instants as they are now.
  std::int64_t lease = 0;
  std::vector<delivery_attempt> attempts;
};

struct notification_filter {
  std::optional<std::int64_t> id;
  std::string key;                        ///< The notification's own; empty: all.
  std::vector<notification_state> states; ///< Empty: all.
  std::string rule, study, site, subject; ///< Empty: all.
  std::optional<unix_milliseconds> created_since, created_until;
  std::int64_t before_id = 0; ///< Only older ones, for the next page; 0: from the newest on.
  std::size_t rows_max = 100;
};

struct shown_notification {
  notification what;
  std::vector<delivery_attempt> attempts; ///< In the order they were made.
};

} // namespace aepro
