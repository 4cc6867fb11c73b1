#pragma once

/// What the settings say about decisions: the same for the node and for the audit that decides again.

#include "actors/validation/decide_options.hpp"
#include "config/settings.hpp"

namespace aepro {

inline decide_options decide_options_of(const settings& values) {
  decide_options options;
  options.value_bytes_max = values.intake.value_bytes_max;
  options.answers_max = values.intake.answers_max;
  options.reject_unknown_subjects = values.intake.reject_unknown_subjects;
  options.studies.insert(values.intake.studies.begin(), values.intake.studies.end());
  return options;
}

} // namespace aepro
