#pragma once

/// What the settings say about decisions: the same for the node and for the audit that decides
/// again.

#include "actors/validation/decide_options.hpp"
#include "config/settings.hpp"
#include "config/value_text.hpp"

namespace aepro {

inline decide_options decide_options_of(const settings& values) {
  decide_options options;
  options.value_bytes_max = values.intake.value_bytes_max;
  options.answers_max = values.intake.answers_max;
  options.reject_unknown_subjects = values.intake.reject_unknown_subjects;
  options.studies.insert(values.intake.studies.begin(), values.intake.studies.end());
  options.phq9_missing = values.decide.phq9_missing == "none" ? phq9_missing_items::none_allowed
                                                              : phq9_missing_items::two_allowed;
  for (const auto& study : values.decide.causality_terms) { // Checked when they were loaded.
    const auto equals = study.find('=');
    options.causality_terms[study.substr(0, equals)] = split_list(study.substr(equals + 1), '|');
  }
  for (const auto& rule : values.decide.optional_rules)
    options.optional_rules.insert(static_cast<std::uint16_t>(parse_integer(rule).value_or(0)));
  for (const auto& text : values.decide.score_alerts)
    if (const auto parsed = parse_score_alert(text)) // As above.
      options.score_alerts.push_back(*parsed);
  options.clock_skew_max_ms = values.decide.clock_skew_max.count();
  return options;
}

} // namespace aepro
