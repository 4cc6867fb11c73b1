#pragma once

/// What becomes of an alert when it is taken up: who is to be told, or why nobody.

#include "config/notifier_settings.hpp"
#include "messages/alarm.hpp"
#include "messages/notification.hpp"

#include <span>
#include <string>

namespace aepro {

/// `ended_reason` of an alert that is withheld as its record is too old.
inline constexpr std::string_view too_old = "its record is older than notifier.alert_age_max";

/// Of study, site and subject in a notification: what a sender makes of them must fit into the
/// store's indexes. Keys follow from the whole of them.
inline constexpr std::size_t name_bytes_max = 500;

struct planner_options {
  std::string store_id;              ///< Part of each key: two deployments' keys differ.
  std::chrono::milliseconds age_max; ///< Of the record; older alerts are withheld.
};

/// Returns the rule for an alert: the most specific of those that name it (study and site, study,
/// site, neither); what it leaves out is as in the next more general one, or as holds where the
/// settings have none: everybody's channels, the fallback role.
alert_rule_settings find_rule(const notifier_rules& rules, const std::string& alert,
                              const std::string& study, const std::string& site);

/// Returns the key of an alert: 32 hexadecimal digits of SHA-256 over store, record and rule.
std::string notification_key(const std::string& store_id, const stored_alert& alert);

/// Returns the alert's notification: waiting, withheld (too old, or its rule is switched off) or
/// muted.
notification plan_notification(const stored_alert& alert, const notifier_rules& rules,
                               std::span<const notification_mute> mutes,
                               const planner_options& options, unix_milliseconds now);

/// Returns the notification of an alarm that node `node` raises: its key is the same within an
/// hour, so that a node which starts again does not tell it twice. Muted or withheld as an alert's.
notification plan_alarm(const system_alarm& alarm, const notifier_rules& rules,
                        std::span<const notification_mute> mutes, const std::string& node,
                        unix_milliseconds now);

/// Returns whether `mute` covers a notification at `now`.
bool covers(const notification_mute& mute, const notification& what, unix_milliseconds now);

} // namespace aepro
