#pragma once

/// Compares the scores of a subject's forms with each other. Pure.

#include "messages/reviewed_form.hpp"

#include <set>
#include <string>
#include <vector>

namespace aepro {

/// Returns which of two forms came first: by their instants, else by their records.
bool came_before(const reviewed_form& left, const reviewed_form& right);

/// A change of one of the history's forms.
struct found_change {
  const reviewed_form* form = nullptr;
  std::string alert;
  changed_score change;
};

/// Returns every change of the history's forms that a rule is about. The baseline of a scale is the
/// last form up to the day of `treatment_start` (a full date), else the first; what was before it
/// has not changed since.
std::vector<found_change> find_changes(const form_history& history,
                                       const std::vector<score_change_rule>& rules);

/// Returns the forms of the history that are the baseline of one of their scales.
std::set<const reviewed_form*> find_baselines(const form_history& history);

} // namespace aepro
