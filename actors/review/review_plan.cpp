#include "actors/review/review_plan.hpp"

#include "actors/review/score_changes.hpp"

#include <fmt/format.h>

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

changes_by_form changes_of(const score_table& table, const review_rules& rules) {
  changes_by_form all;
  for (const auto& [form, alert, change] : table.changes(rules.changes))
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

/// What is read again is nothing new, and of equal versions the later record counts.
bool replaces(const reviewed_form& form, const reviewed_form& known) {
  if (form.version != known.version)
    return form.version > known.version;
  return form.stream != known.stream || form.offset > known.offset;
}

class review {
public:
  review(form_history history, const review_rules& rules)
      : history_(std::move(history)), rules_(rules) {}

  review_outcome run(std::span<const reviewed_form> forms) {
    looks_back_ = can_change_known(forms);
    if (looks_back_)
      before_ = changes_of(score_table(history_), rules_);
    for (const auto& form : forms)
      add(form);
    const score_table table(history_);
    find_oldest(table);
    after_ = changes_of(table, rules_);
    for (const auto& form : history_.forms)
      raise(form);
    return end();
  }

private:
  /// Only then the forms that are known can have changed.
  bool can_change_known(std::span<const reviewed_form> forms) const {
    return std::ranges::any_of(history_.forms, [&](const reviewed_form& known) {
      return std::ranges::any_of(forms, [&](const reviewed_form& form) {
        return form.form_id == known.form_id || came_before(form, known);
      });
    });
  }

  void add(const reviewed_form& form) {
    const auto known = std::ranges::find(history_.forms, form.form_id, &reviewed_form::form_id);
    if (known == history_.forms.end()) {
      history_.forms.push_back(form);
    } else if (replaces(form, *known)) {
      auto raised = std::move(known->raised);
      *known = form;
      known->raised = std::move(raised);
    } else {
      return;
    }
    note_news(form);
    touched_.insert(form.form_id);
  }

  /// Those that are older than what is kept: nobody knows any more what was before them.
  void find_oldest(const score_table& table) {
    const auto& forms = history_.forms;
    if (forms.size() <= rules_.forms_max)
      return;
    const auto baselines = table.baselines();
    for (std::size_t i = 0; i + rules_.forms_max < forms.size(); ++i)
      if (!baselines.contains(&forms[i]))
        oldest_.insert(forms[i].form_id);
  }

  void raise(const reviewed_form& form) {
    const auto found = after_.find(form.form_id);
    if (found == after_.end() || oldest_.contains(form.form_id))
      return;
    for (const auto& [alert, changes] : found->second) {
      auto untold = untold_of(form, alert, changes);
      if (untold.empty())
        continue;
      const bool again =
          std::ranges::find(form.raised, alert, &raised_change::alert) != form.raised.end();
      outcome_.alerts.push_back({as_news(form), alert, std::move(untold), again, cause_of(form)});
      raising_.insert(form.form_id);
    }
  }

  std::vector<changed_score> untold_of(const reviewed_form& form, const std::string& alert,
                                       const std::vector<changed_score>& changes) const {
    const bool is_new = touched_.contains(form.form_id);
    std::vector<changed_score> untold;
    if (is_new || looks_back_)
      for (const auto& change : changes)
        if (!was_told(form, alert, change) && (is_new || !was_there(form, alert, change)))
          untold.push_back(change);
    return untold;
  }

  /// What a known form shows by others is as new as the newest of them, and history only where all
  /// of them are, or it is itself: of several that came together nobody can tell which one it was.
  reviewed_form as_news(reviewed_form form) const {
    if (touched_.contains(form.form_id))
      return form;
    form.produced_at = news_.produced_at;
    form.durable_at = news_.durable_at;
    if (form.origin != event_origin::history)
      form.origin = news_.origin;
    return form;
  }

  std::string cause_of(const reviewed_form& form) const {
    const auto& cause = touched_.contains(form.form_id) ? form : news_;
    return fmt::format("{}/{}/{}", cause.stream.topic, cause.stream.partition, cause.offset);
  }

  void note_news(const reviewed_form& form) {
    const bool is_first = touched_.empty();
    if (is_first || form.origin == event_origin::present || news_.origin == event_origin::history)
      news_.origin = form.origin;
    news_.produced_at = is_first ? form.produced_at : std::max(news_.produced_at, form.produced_at);
    news_.durable_at = is_first ? form.durable_at : std::max(news_.durable_at, form.durable_at);
    news_.stream = form.stream;
    news_.offset = form.offset;
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

  review_outcome end() {
    touched_.merge(raising_);
    for (auto& form : history_.forms)
      if (touched_.contains(form.form_id) && !oldest_.contains(form.form_id))
        outcome_.kept.push_back(std::move(form));
    outcome_.dropped.assign(oldest_.begin(), oldest_.end());
    return std::move(outcome_);
  }

  form_history history_;
  const review_rules& rules_;
  changes_by_form before_, after_;
  bool looks_back_ = false;
  std::set<std::string> touched_, raising_, oldest_; ///< Form ids.
  reviewed_form news_; ///< What the new forms say together, and the record of the last.
  review_outcome outcome_;
};

} // namespace

review_outcome plan_review(form_history history, std::span<const reviewed_form> forms,
                           const review_rules& rules) {
  return review(std::move(history), rules).run(forms);
}

std::vector<std::string> reviewed_scales(std::span<const score_change_rule> rules) {
  std::set<std::string> scales;
  for (const auto& rule : rules)
    scales.insert(rule.scale);
  return {scales.begin(), scales.end()};
}

} // namespace aepro
