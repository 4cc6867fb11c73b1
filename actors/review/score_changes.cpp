#include "actors/review/score_changes.hpp"

#include "actors/validation/partial_date.hpp"

#include <algorithm>
#include <tuple>

namespace aepro {

bool came_before(const reviewed_form& left, const reviewed_form& right) {
  return std::tie(left.at, left.stream, left.offset) <
         std::tie(right.at, right.stream, right.offset);
}

score_table::score_table(form_history& history) {
  std::ranges::sort(history.forms, came_before);
  const auto start = day_number(parse_partial_date(history.treatment_start));
  for (const auto& form : history.forms)
    for (const auto& [scale, score] : form.scores) {
      auto& of = scales_[scale];
      if (start && form.local_day <= *start)
        of.baseline = of.forms.size();
      of.forms.push_back({&form, score});
    }
}

void score_table::add(std::string_view scale, const series& of, const score_change_rule& rule,
                      std::vector<found_change>& found) {
  const bool is_step = rule.since == change_reference::previous;
  for (auto i = is_step ? 1 : of.baseline + 1; i < of.forms.size(); ++i) {
    const auto& to = of.forms[i];
    const auto& from = of.forms[is_step ? i - 1 : of.baseline];
    if (rule.is_reached(from.score, to.score))
      found.push_back({to.form,
                       rule.alert,
                       {std::string(scale), rule.since, rule.by > 0, rule.urgency, from.score,
                        to.score, from.form->local_day}});
  }
}

std::vector<found_change> score_table::changes(const std::vector<score_change_rule>& rules) const {
  std::vector<found_change> found;
  for (const auto& [scale, of] : scales_)
    for (const auto& rule : rules)
      if (names_scale(rule.scale, scale))
        add(scale, of, rule, found);
  return found;
}

std::set<const reviewed_form*> score_table::baselines() const {
  std::set<const reviewed_form*> forms;
  for (const auto& [scale, of] : scales_)
    forms.insert(of.forms[of.baseline].form);
  return forms;
}

} // namespace aepro
