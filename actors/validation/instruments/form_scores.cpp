#include "actors/validation/instruments/form_scores.hpp"

#include <algorithm>
#include <array>
#include <span>

namespace aepro::rules {

namespace {

struct scale_score {
  double value = 0;
  bool is_prorated = false;
};

std::string_view band_of(const instrument_scale& scale, double value) {
  std::string_view name;
  for (const auto& band : scale.bands)
    if (value >= band.from)
      name = band.name;
  return name;
}

std::optional<scale_score> sum_of(const instrument_scale& scale, const decide_options& options,
                                  const form_result& form) {
  int sum = 0;
  std::size_t answered = 0;
  for (const auto item : scale.items) {
    if (!form.answered[item])
      continue;
    sum += form.value[item];
    ++answered;
  }
  const bool strict =
      scale.missing_items_by_setting && options.phq9_missing == phq9_missing_items::none_allowed;
  const std::size_t missing = scale.items.size() - answered;
  if (missing > (strict ? 0 : scale.missing_items_max))
    return std::nullopt;
  // One division of whole numbers: correctly rounded, so the same bits everywhere.
  return scale_score{.value = static_cast<double>(sum * static_cast<int>(scale.items.size())) /
                              static_cast<double>(answered),
                     .is_prorated = missing != 0};
}

std::optional<scale_score> grade_of(const instrument_scale& scale, const form_result& form) {
  std::array<std::optional<int>, 3> answers;
  for (std::size_t i = 0; i < scale.items.size(); ++i)
    if (form.answered[scale.items[i]])
      answers[i] = form.value[scale.items[i]];
  const auto grade = composite_grade(scale.asked, std::span(answers).first(scale.items.size()));
  if (!grade)
    return std::nullopt;
  return scale_score{.value = static_cast<double>(*grade)};
}

void score_scale(const instrument_scale& scale, const decide_options& options, form_result& form,
                 std::pmr::vector<score>& scores, std::pmr::vector<alert>& alerts) {
  const bool is_sum = scale.method == scoring_method::sum;
  const auto is_in_form = [&](std::uint8_t item) { return form.seen[item]; };
  // A form has a choice of the symptoms: of the others there is nothing to say.
  if (!is_sum && std::ranges::none_of(scale.items, is_in_form))
    return;
  const auto scored = is_sum ? sum_of(scale, options, form) : grade_of(scale, form);
  if (!scored) {
    form.scale_not_scored = true;
    return;
  }
  scores.push_back({.scale = scale.name,
                    .value = scored->value,
                    .band = band_of(scale, scored->value),
                    .algorithm = form.definition->algorithm});
  for (const auto& rule : scale.alerts)
    if (scored->value >= rule.at_least)
      raise_once(rule.rule, rule.urgency, alerts);
  // No device shows a total of grades.
  if (&scale == &form.definition->scales.front() && is_sum) {
    form.computed_total = scored->value;
    form.total_is_prorated = scored->is_prorated;
  }
}

void raise_score_alert(std::span<const score> scores, const decide_options& options,
                       std::pmr::vector<alert>& alerts) {
  std::optional<urgency> most;
  for (const auto& rule : options.score_alerts)
    if (std::ranges::any_of(scores, rule))
      most = std::max(most.value_or(rule.urgency), rule.urgency);
  if (most)
    alerts.push_back({"score-threshold", *most});
}

} // namespace

void score_form(const decide_options& options, form_result& form, std::pmr::vector<score>& scores,
                std::pmr::vector<alert>& alerts) {
  for (const auto& scale : form.definition->scales)
    score_scale(scale, options, form, scores, alerts);
  raise_score_alert(scores, options, alerts);
}

void raise_once(std::string_view rule, urgency how_urgent, std::pmr::vector<alert>& alerts) {
  const auto raised = std::ranges::find(alerts, rule, &alert::rule);
  if (raised == alerts.end())
    alerts.push_back({rule, how_urgent});
  else
    raised->urgency = std::max(raised->urgency, how_urgent);
}

} // namespace aepro::rules
