#include "actors/review/score_changes.hpp"

#include "actors/validation/partial_date.hpp"

#include <algorithm>
#include <tuple>

namespace aepro {

namespace {

/// The last form before this one that has the scale.
const reviewed_form* previous_of(const form_history& history, const reviewed_form& form,
                                 std::string_view scale) {
  const reviewed_form* last = nullptr;
  for (const auto& one : history.forms)
    if (score_of(one, scale) != nullptr && came_before(one, form) &&
        (last == nullptr || came_before(*last, one)))
      last = &one;
  return last;
}

} // namespace

const double* score_of(const reviewed_form& form, std::string_view scale) {
  const auto found = std::ranges::find(form.scores, scale, &scale_score::scale);
  return found == form.scores.end() ? nullptr : &found->value;
}

bool came_before(const reviewed_form& left, const reviewed_form& right) {
  return std::tie(left.at, left.stream, left.offset) <
         std::tie(right.at, right.stream, right.offset);
}

const reviewed_form* baseline_of(const form_history& history, std::string_view scale) {
  const auto start = day_number(parse_partial_date(history.treatment_start));
  const reviewed_form *first = nullptr, *last_before = nullptr;
  for (const auto& one : history.forms) {
    if (score_of(one, scale) == nullptr)
      continue;
    if (first == nullptr || came_before(one, *first))
      first = &one;
    if (start && one.local_day <= *start &&
        (last_before == nullptr || came_before(*last_before, one)))
      last_before = &one;
  }
  return last_before != nullptr ? last_before : first;
}

std::vector<changed_score> find_changes(const form_history& history, const reviewed_form& form,
                                        const score_change_rule& rule) {
  std::vector<changed_score> changes;
  for (const auto& [scale, value] : form.scores) {
    if (!names_scale(rule.scale, scale))
      continue;
    const auto* reference = rule.since == change_reference::previous
                                ? previous_of(history, form, scale)
                                : baseline_of(history, scale);
    // What was before the baseline has not changed since.
    if (reference == nullptr || !came_before(*reference, form))
      continue;
    const auto from = *score_of(*reference, scale);
    if (rule.is_reached(from, value))
      changes.push_back({scale, rule.since, from, value, reference->local_day});
  }
  return changes;
}

} // namespace aepro
