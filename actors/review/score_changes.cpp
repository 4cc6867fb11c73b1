#include "actors/review/score_changes.hpp"

#include "actors/validation/partial_date.hpp"

#include <algorithm>
#include <map>
#include <optional>
#include <string_view>
#include <tuple>

namespace aepro {

namespace {

struct scored_form {
  const reviewed_form* form = nullptr;
  double score = 0;
};

/// The forms that have a scale, the first first; and which of them is its baseline.
struct scale_series {
  std::vector<scored_form> forms;
  std::size_t baseline = 0;
};

using series_by_scale = std::map<std::string_view, scale_series>;

series_by_scale series_of(const form_history& history) {
  series_by_scale all;
  for (const auto& form : history.forms)
    for (const auto& [scale, score] : form.scores)
      all[scale].forms.push_back({&form, score});
  const auto start = day_number(parse_partial_date(history.treatment_start));
  for (auto& [scale, series] : all) {
    std::ranges::sort(series.forms, [](const scored_form& left, const scored_form& right) {
      return came_before(*left.form, *right.form);
    });
    for (std::size_t i = 0; i < series.forms.size(); ++i)
      if (start && series.forms[i].form->local_day <= *start)
        series.baseline = i;
  }
  return all;
}

void add_changes(std::string_view scale, const scale_series& series, const score_change_rule& rule,
                 std::vector<found_change>& found) {
  const bool is_step = rule.since == change_reference::previous;
  for (auto i = is_step ? 1 : series.baseline + 1; i < series.forms.size(); ++i) {
    const auto& to = series.forms[i];
    const auto& from = series.forms[is_step ? i - 1 : series.baseline];
    if (rule.is_reached(from.score, to.score))
      found.push_back({to.form,
                       rule.alert,
                       {std::string(scale), rule.since, rule.by > 0, rule.urgency, from.score,
                        to.score, from.form->local_day}});
  }
}

} // namespace

bool came_before(const reviewed_form& left, const reviewed_form& right) {
  return std::tie(left.at, left.stream, left.offset) <
         std::tie(right.at, right.stream, right.offset);
}

std::vector<found_change> find_changes(const form_history& history,
                                       const std::vector<score_change_rule>& rules) {
  std::vector<found_change> found;
  for (const auto& [scale, series] : series_of(history))
    for (const auto& rule : rules)
      if (names_scale(rule.scale, scale))
        add_changes(scale, series, rule, found);
  return found;
}

std::set<const reviewed_form*> find_baselines(const form_history& history) {
  std::set<const reviewed_form*> baselines;
  for (const auto& [scale, series] : series_of(history))
    baselines.insert(series.forms[series.baseline].form);
  return baselines;
}

} // namespace aepro
