#include "actors/review/review_plan.hpp"

#include "actors/review/score_changes.hpp"

#include <algorithm>
#include <set>

namespace aepro {

namespace {

class review {
public:
  review(form_history history, const review_rules& rules)
      : history_(std::move(history)), rules_(rules) {}

  void add(const reviewed_form& form) {
    const auto known = std::ranges::find(history_.forms, form.form_id, &reviewed_form::form_id);
    if (known == history_.forms.end())
      return learn(form, {});
    if (form.version < known->version)
      return;
    auto shown = changes_of(*known);
    history_.forms.erase(known);
    learn(form, std::move(shown));
  }

  review_outcome end() {
    forget_oldest();
    for (const auto& id : touched_) {
      const auto found = std::ranges::find(history_.forms, id, &reviewed_form::form_id);
      if (found != history_.forms.end())
        outcome_.kept.push_back(*found);
      else
        outcome_.dropped.push_back(id);
    }
    return std::move(outcome_);
  }

private:
  /// One alert for all rules that lead to it.
  std::vector<form_alert> changes_of(const reviewed_form& form) const {
    std::vector<form_alert> alerts;
    for (const auto& rule : rules_.changes) {
      const auto changes = find_changes(history_, form, rule);
      if (changes.empty())
        continue;
      auto alert = std::ranges::find(alerts, rule.alert, &form_alert::alert);
      if (alert == alerts.end())
        alert = alerts.insert(alerts.end(), {form, rule.alert, rule.urgency, {}});
      alert->urgency = std::max(alert->urgency, rule.urgency);
      for (const auto& change : changes)
        if (std::ranges::find(alert->changes, change) == alert->changes.end())
          alert->changes.push_back(change);
    }
    return alerts;
  }

  void learn(const reviewed_form& form, std::vector<form_alert> shown) {
    touched_.insert(form.form_id);
    if (form.scores.empty())
      return;
    history_.forms.push_back(form);
    for (auto& alert : changes_of(form))
      if (!was_shown(shown, alert))
        outcome_.alerts.push_back(std::move(alert));
  }

  /// Whether the version before raised it as urgently, for each of these scales.
  static bool was_shown(const std::vector<form_alert>& shown, const form_alert& alert) {
    const auto before = std::ranges::find(shown, alert.alert, &form_alert::alert);
    if (before == shown.end() || before->urgency < alert.urgency)
      return false;
    return std::ranges::all_of(alert.changes, [&](const changed_score& change) {
      return std::ranges::find(before->changes, change.scale, &changed_score::scale) !=
             before->changes.end();
    });
  }

  bool is_baseline(const reviewed_form& form) const {
    return std::ranges::any_of(form.scores, [&](const scale_score& score) {
      return baseline_of(history_, score.scale) == &form;
    });
  }

  void forget_oldest() {
    auto& forms = history_.forms;
    if (forms.size() <= rules_.forms_max)
      return;
    std::ranges::sort(forms, came_before);
    std::set<std::string> old;
    for (std::size_t i = 0; i + rules_.forms_max < forms.size(); ++i)
      if (!is_baseline(forms[i]))
        old.insert(forms[i].form_id);
    std::erase_if(forms, [&](const reviewed_form& form) { return old.contains(form.form_id); });
    touched_.merge(old);
  }

  form_history history_;
  const review_rules& rules_;
  std::set<std::string> touched_; ///< Form ids.
  review_outcome outcome_;
};

} // namespace

review_outcome plan_review(form_history history, std::span<const reviewed_form> forms,
                           const review_rules& rules) {
  review one(std::move(history), rules);
  for (const auto& form : forms)
    one.add(form);
  return one.end();
}

std::vector<std::string> reviewed_scales(std::span<const score_change_rule> rules) {
  std::set<std::string> scales;
  for (const auto& rule : rules)
    scales.insert(rule.scale);
  return {scales.begin(), scales.end()};
}

} // namespace aepro
