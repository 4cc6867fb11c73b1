#include "actors/review/review_plan.hpp"

#include "actors/review/score_changes.hpp"

#include <algorithm>
#include <map>
#include <set>

namespace aepro {

namespace {

/// By form and alert.
using changes_by_form = std::map<std::string, std::map<std::string, std::vector<changed_score>>>;

/// Of rules that mean the same change the most urgent counts.
void add(std::vector<changed_score>& changes, const changed_score& change) {
  for (auto& known : changes)
    if (known.scale == change.scale && known.since == change.since) { // It goes one way.
      known.urgency = std::max(known.urgency, change.urgency);
      return;
    }
  changes.push_back(change);
}

changes_by_form changes_of(const form_history& history, const review_rules& rules) {
  changes_by_form all;
  for (const auto& [form, alert, change] : find_changes(history, rules.changes))
    add(all[form->form_id][alert], change);
  return all;
}

/// Whether it is the same change, no less urgent; the scores may differ.
template <class Change>
bool covers(const Change& known, const changed_score& change) {
  return known.scale == change.scale && known.since == change.since &&
         known.rises == change.rises && known.urgency >= change.urgency;
}

bool was_told(const reviewed_form& form, const std::string& alert, const changed_score& change) {
  return std::ranges::any_of(form.raised, [&](const raised_change& raised) {
    return raised.told && raised.alert == alert && covers(raised, change);
  });
}

class review {
public:
  review(form_history history, const review_rules& rules)
      : history_(std::move(history)), rules_(rules), before_(changes_of(history_, rules)) {}

  void add(const reviewed_form& form) {
    const auto known = std::ranges::find(history_.forms, form.form_id, &reviewed_form::form_id);
    if (known == history_.forms.end()) {
      history_.forms.push_back(form);
    } else if (form.version >= known->version) {
      auto raised = std::move(known->raised);
      *known = form;
      known->raised = std::move(raised);
    } else {
      return;
    }
    touched_.insert(form.form_id);
  }

  review_outcome end() {
    std::ranges::sort(history_.forms, came_before);
    const auto after = changes_of(history_, rules_);
    for (const auto& form : history_.forms)
      if (const auto found = after.find(form.form_id); found != after.end())
        for (const auto& [alert, changes] : found->second)
          raise(form, alert, changes);
    forget_oldest();
    for (auto& form : history_.forms)
      if (touched_.contains(form.form_id))
        outcome_.kept.push_back(std::move(form));
    return std::move(outcome_);
  }

private:
  void raise(const reviewed_form& form, const std::string& alert,
             const std::vector<changed_score>& changes) {
    form_alert made{form, alert, {}, false};
    const bool is_new = touched_.contains(form.form_id);
    for (const auto& change : changes)
      if (!was_told(form, alert, change) && (is_new || !was_there(form, alert, change)))
        made.changes.push_back(change);
    if (made.changes.empty())
      return;
    made.again = std::ranges::find(form.raised, alert, &raised_change::alert) != form.raised.end();
    outcome_.alerts.push_back(std::move(made));
    raising_.insert(form.form_id);
  }

  /// Whether the form had changed like that before anything new came.
  bool was_there(const reviewed_form& form, const std::string& alert,
                 const changed_score& change) const {
    const auto of_form = before_.find(form.form_id);
    if (of_form == before_.end())
      return false;
    const auto of_alert = of_form->second.find(alert);
    return of_alert != of_form->second.end() &&
           std::ranges::any_of(of_alert->second,
                               [&](const changed_score& known) { return covers(known, change); });
  }

  void forget_oldest() {
    touched_.merge(raising_);
    auto& forms = history_.forms;
    if (forms.size() <= rules_.forms_max)
      return;
    const auto baselines = find_baselines(history_);
    std::set<std::string> old;
    for (std::size_t i = 0; i + rules_.forms_max < forms.size(); ++i)
      if (!baselines.contains(&forms[i]))
        old.insert(forms[i].form_id);
    std::erase_if(forms, [&](const reviewed_form& form) { return old.contains(form.form_id); });
    outcome_.dropped.assign(old.begin(), old.end());
  }

  form_history history_;
  const review_rules& rules_;
  changes_by_form before_;
  std::set<std::string> touched_, raising_; ///< Form ids.
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
