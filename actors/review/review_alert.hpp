#pragma once

/// What people are told of a form's changes, as a notification that goes the notifier's way. Pure.

#include "actors/notifier/alert_planner.hpp"
#include "messages/reviewed_form.hpp"

#include <span>
#include <string>

namespace aepro {

/// Returns the alert as the store has those of decisions. Its term are the values.
stored_alert alert_of(const form_alert& change);

/// Adds what has changed to the alert's notification.
void say(const form_alert& change, notification& made);

/// Returns the notification: waiting, or withheld or muted as an alert's is. Its key follows from
/// store, record and alert. It names the scales; their values are its term, which only channels
/// that are confidential show.
notification review_notification(const form_alert& alert, const notifier_rules& rules,
                                 std::span<const notification_mute> mutes,
                                 const planner_options& options, unix_milliseconds now);

} // namespace aepro
