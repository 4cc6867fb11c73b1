#pragma once

/// What people are told of a form's changes, as a notification that goes the notifier's way. Pure.

#include "actors/notifier/alert_planner.hpp"
#include "actors/notifier/digest.hpp"
#include "actors/review/review_plan.hpp"
#include "messages/reviewed_form.hpp"

#include <span>
#include <string>

namespace aepro {

/// Returns the alert as the store has those of decisions. Its term are the values.
stored_alert alert_of(const form_alert& change);

/// Adds what has changed to the alert's notification.
void say(const form_alert& change, notification& made);

/// Who is told of changes, and how.
struct review_audience {
  notifier_rules rules;
  planner_options planning; ///< The store's id is found out.
  std::string fallback_role;
  digest_options digests;
};

/// Returns the notification: waiting, or withheld or muted as an alert's is. Its key follows from
/// store, record and alert; of what is raised again for the same record also from the changes. It
/// names the scales; their values are its term, which only channels that are confidential show.
notification review_notification(const form_alert& alert, const review_audience& audience,
                                 std::span<const notification_mute> mutes, unix_milliseconds now);

/// Returns what new forms make of a history: what is kept of it, and who is told what.
history_changes review_forms(form_history history, std::span<const reviewed_form> forms,
                             const review_rules& rules, const review_audience& audience,
                             std::span<const notification_mute> mutes, unix_milliseconds now);

} // namespace aepro
