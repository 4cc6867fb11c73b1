#pragma once

/// The examples of a settings file, with what the file says of decisions.

#include "actors/notifier/rule_examples.hpp"
#include "actors/review/review_settings.hpp"
#include "apps/decide_options_of.hpp"

namespace aepro {

inline std::vector<example_result> examples_of(const settings& values) {
  return run_examples(values.alerts, {decide_options_of(values), score_changes_of(values)},
                      values.notifier.fallback_role);
}

} // namespace aepro
