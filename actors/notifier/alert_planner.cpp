#include "actors/notifier/alert_planner.hpp"

#include "actors/common/parts_digest.hpp"
#include "actors/notifier/unicode_text.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace aepro {

namespace {

bool is_or_all(const std::string& wanted, const std::string& value) {
  return wanted.empty() || wanted == value;
}

/// Study and site weigh more than study, study more than site.
int specificity(const alert_rule_settings& rule) {
  return (rule.study.empty() ? 0 : 2) + (rule.site.empty() ? 0 : 1);
}

/// What a row leaves out is as in the next one that is more general.
void inherit(alert_rule_settings& rule, const alert_rule_settings& general) {
  if (!rule.urgency_given && general.urgency_given) {
    rule.urgency_given = true;
    rule.urgency = general.urgency;
  }
  if (!rule.enabled_given && general.enabled_given) {
    rule.enabled_given = true;
    rule.enabled = general.enabled;
  }
  if (rule.audience.empty())
    rule.audience = general.audience;
  if (rule.channels.empty())
    rule.channels = general.channels;
  if (rule.subject.empty() && rule.text.empty())
    rule.language = general.language;
  if (rule.subject.empty())
    rule.subject = general.subject;
  if (rule.text.empty())
    rule.text = general.text;
  for (const auto& [language, texts] : general.texts)
    rule.texts.try_emplace(language, texts);
}

void end(notification& what, notification_state state, std::string reason, unix_milliseconds now) {
  what.state = state;
  what.ended_at = now;
  what.ended_by = "aepro";
  what.ended_reason = std::move(reason);
}

} // namespace

alert_rule_settings find_rule(const notifier_rules& rules, const std::string& alert,
                              const std::string& study, const std::string& site) {
  std::vector<const alert_rule_settings*> rows;
  for (const auto& rule : rules.rules)
    if (rule.alert == alert && is_or_all(rule.study, study) && is_or_all(rule.site, site))
      rows.push_back(&rule);
  std::ranges::stable_sort(rows, [](const auto* left, const auto* right) {
    return specificity(*left) > specificity(*right);
  });
  alert_rule_settings found;
  found.alert = alert;
  if (!rows.empty())
    found = *rows.front();
  for (const auto* row : rows)
    inherit(found, *row);
  return found;
}

std::string notification_key(const std::string& store_id, const stored_alert& alert) {
  return parts_digest({store_id, alert.stream.topic, std::to_string(alert.stream.partition),
                       std::to_string(alert.offset), alert.rule},
                      32);
}

bool covers(const notification_mute& mute, const notification& what, unix_milliseconds now) {
  return mute.since <= now && now < mute.until && is_or_all(mute.rule, what.rule) &&
         is_or_all(mute.study, what.study) && is_or_all(mute.site, what.site) &&
         is_or_all(mute.subject, what.subject);
}

notification plan_notification(const stored_alert& alert, const notifier_rules& rules,
                               std::span<const notification_mute> mutes,
                               const planner_options& options, unix_milliseconds now) {
  const auto rule = find_rule(rules, alert.rule, alert.study, alert.site);
  notification made;
  made.key = notification_key(options.store_id, alert);
  made.rule = alert.rule;
  made.urgency = rule.urgency_given ? rule.urgency : alert.urgency;
  made.study = shortened(alert.study, name_bytes_max);
  made.site = shortened(alert.site, name_bytes_max);
  made.subject = shortened(alert.subject, name_bytes_max);
  made.term = alert.term;
  if (alert.origin == event_origin::history_with_alerts)
    made.detail = history_detail;
  if (!alert.report_id.empty())
    made.case_key = parts_digest({alert.study, alert.subject, alert.report_id}, 32);
  made.only_if_told = alert.only_if_told;
  made.stream = alert.stream;
  made.offset = alert.offset;
  made.produced_at = alert.produced_at;
  made.durable_at = alert.durable_at;
  made.created_at = made.step_since = made.next_at = now;
  if (!rule.enabled)
    end(made, notification_state::withheld, "its rule is switched off", now);
  else if (alert.origin == event_origin::history)
    end(made, notification_state::withheld, "its sender says that it is history", now);
  else if (alert.produced_at >= 0 && now - alert.produced_at > options.age_max.count())
    end(made, notification_state::withheld, std::string(too_old), now);
  else if (const auto mute =
               std::ranges::find_if(mutes, [&](const auto& one) { return covers(one, made, now); });
           mute != mutes.end())
    end(made, notification_state::muted, fmt::format("muted by {}: {}", mute->who, mute->reason),
        now);
  return made;
}

notification plan_alarm(const system_alarm& alarm, const notifier_rules& rules,
                        std::span<const notification_mute> mutes, const std::string& node,
                        unix_milliseconds now) {
  constexpr unix_milliseconds ten_minutes = 600'000; // As alarm_book has it; also after a restart.
  const auto rule = find_rule(rules, alarm.rule, {}, {});
  const bool can_wait =
      alarm.rule == "workers-hang" || alarm.rule == "channel-failing" || alarm.rule == "stage-down";
  notification made;
  made.key =
      parts_digest({"alarm", node, alarm.rule,
                    alarm.occasion.empty() ? std::to_string(now / ten_minutes) : alarm.occasion},
                   32);
  made.rule = alarm.rule;
  made.urgency = rule.urgency_given ? rule.urgency
                 : can_wait         ? urgency::urgent
                                    : urgency::immediate;
  made.detail = alarm.text;
  made.created_at = made.step_since = made.next_at = now;
  if (!rule.enabled)
    end(made, notification_state::withheld, "its rule is switched off", now);
  else if (const auto mute =
               std::ranges::find_if(mutes, [&](const auto& one) { return covers(one, made, now); });
           mute != mutes.end())
    end(made, notification_state::muted, fmt::format("muted by {}: {}", mute->who, mute->reason),
        now);
  return made;
}

} // namespace aepro
