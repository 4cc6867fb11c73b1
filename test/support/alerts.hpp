#pragma once

/// A death, the people who are told of it, and their deadlines.

#include "actors/notifier/alert_planner.hpp"
#include "actors/notifier/delivery_plan.hpp"

namespace aepro::test {

using namespace std::chrono_literals;

inline constexpr unix_milliseconds minute = 60'000;
inline constexpr unix_milliseconds noon = 1'764'417'600'000; // 2025-11-29T12:00:00Z

inline stored_alert death() {
  return {.alert_id = 1,
          .stream = {"aepro.adverse-events", 2},
          .offset = 7,
          .produced_at = noon - minute,
          .durable_at = noon - minute + 12,
          .kind = event_kind::adverse_event,
          .urgency = urgency::immediate,
          .rule = "fatal-or-life-threatening",
          .study = "S1",
          .site = "701",
          .subject = "1015",
          .report_id = "R-1",
          .term = "heart attack, he said"};
}

inline recipient_settings somebody(std::string name, std::string role, std::string study = "",
                                   std::string site = "") {
  recipient_settings made;
  made.name = name;
  made.roles = {std::move(role)};
  made.study = std::move(study);
  made.site = std::move(site);
  made.addresses = {{"mail", name + "@example.org"}, {"robot", name}};
  return made;
}

/// Two channels; a monitor of the study, one of the site, and the desk.
inline notifier_rules team() {
  notifier_rules rules;
  rules.channels.resize(2);
  rules.channels[0].name = "mail";
  rules.channels[1].name = "robot";
  rules.recipients = {somebody("general", "monitor"), somebody("study", "monitor", "S1"),
                      somebody("site", "monitor", "S1", "701"), somebody("desk", "safety-desk")};
  alert_rule_settings rule;
  rule.alert = "fatal-or-life-threatening";
  rule.audience = {"monitor"};
  rules.rules = {rule};
  return rules;
}

inline notification planned(const notifier_rules& rules, std::vector<notification_mute> mutes = {},
                            const stored_alert& alert = death()) {
  return plan_notification(alert, rules, mutes, {"store", 72h}, noon);
}

inline const escalation_options deadlines{{1min, 15min}, {5min, 4h}, {1h, 0ms}, 1s, 1min};

inline std::vector<std::string> names(const std::vector<route_step>& route) {
  std::vector<std::string> all;
  for (const auto& step : route)
    for (const auto& one : step.recipients)
      all.push_back(step.channel + " " + one.name);
  return all;
}

} // namespace aepro::test
