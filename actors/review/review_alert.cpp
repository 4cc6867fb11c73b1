#include "actors/review/review_alert.hpp"

#include "actors/common/parts_digest.hpp"

#include <date/date.h>
#include <fmt/format.h>

#include <algorithm>

namespace aepro {

namespace {

constexpr std::size_t named_max = 10; ///< Of a form's scales; people look at the form.

std::string day_text(std::int32_t day) {
  return date::format("%F", date::sys_days{date::days{day}});
}

template <class Text>
std::string list_of(const std::vector<changed_score>& changes, Text text_of) {
  std::string list;
  const auto named = std::min(changes.size(), named_max);
  for (std::size_t i = 0; i < named; ++i)
    list += (i == 0 ? "" : "; ") + text_of(changes[i]);
  return changes.size() == named ? list : fmt::format("{}; {} more", list, changes.size() - named);
}

std::string scale_text(const changed_score& change) {
  return fmt::format("{} since {}", change.scale,
                     change.since == change_reference::previous ? "the form before" : "baseline");
}

std::string value_text(const changed_score& change) {
  return fmt::format("{} {:.4g} to {:.4g} (since {})", change.scale, change.from, change.to,
                     day_text(change.from_day));
}

/// Tells what is raised again from what was raised before.
std::string occasion_of(const form_alert& alert) {
  auto occasion = alert.cause;
  for (const auto& change : alert.changes)
    occasion += fmt::format(";{} {} {} {}", change.scale, name_of(change.since), change.rises,
                            static_cast<int>(change.urgency));
  return occasion;
}

void remember(reviewed_form& form, const form_alert& alert, bool is_told) {
  for (const auto& change : alert.changes) {
    const raised_change now{alert.alert,  change.scale,   change.since,
                            change.rises, change.urgency, is_told};
    if (std::ranges::find(form.raised, now) == form.raised.end())
      form.raised.push_back(now);
  }
}

} // namespace

stored_alert alert_of(const form_alert& change) {
  const auto& form = change.form;
  stored_alert alert;
  alert.stream = form.stream;
  alert.offset = form.offset;
  alert.produced_at = form.produced_at;
  alert.durable_at = form.durable_at;
  alert.kind = event_kind::questionnaire_response;
  alert.urgency = change.urgency();
  alert.rule = change.alert;
  alert.study = form.study;
  alert.site = form.site;
  alert.subject = form.subject;
  alert.term = list_of(change.changes, value_text);
  alert.origin = form.origin;
  return alert;
}

void say(const form_alert& change, notification& made) {
  made.detail += made.detail.empty() ? "" : " ";
  made.detail += "Changed: " + list_of(change.changes, scale_text) + ".";
}

notification review_notification(const form_alert& alert, const review_audience& audience,
                                 std::span<const notification_mute> mutes, unix_milliseconds now) {
  auto made = plan_notification(alert_of(alert), audience.rules, mutes, audience.planning, now);
  if (alert.again)
    made.key = parts_digest({made.key, occasion_of(alert)}, 32);
  say(alert, made);
  return wait_for_others(std::move(made), audience.rules, audience.fallback_role, audience.digests);
}

history_changes review_forms(form_history history, std::span<const reviewed_form> forms,
                             const review_rules& rules, const review_audience& audience,
                             std::span<const notification_mute> mutes, unix_milliseconds now) {
  auto outcome = plan_review(std::move(history), forms, rules);
  history_changes changes{std::move(outcome.kept), std::move(outcome.dropped), {}};
  for (const auto& alert : outcome.alerts) {
    changes.told.push_back(review_notification(alert, audience, mutes, now));
    const bool is_told = changes.told.back().state == notification_state::waiting;
    for (auto& form : changes.kept)
      if (form.form_id == alert.form.form_id)
        remember(form, alert, is_told);
  }
  return changes;
}

} // namespace aepro
