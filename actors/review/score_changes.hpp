#pragma once

/// Compares a form's scores with those of a subject's other forms. Pure.

#include "messages/reviewed_form.hpp"

#include <span>
#include <string_view>
#include <vector>

namespace aepro {

/// Returns the score of that scale, or null.
const double* score_of(const reviewed_form& form, std::string_view scale);

/// Returns which of two forms came first: by their instants, else by their records.
bool came_before(const reviewed_form& left, const reviewed_form& right);

/// Returns the form of the history that is the baseline of `scale`, or null where none has it: the
/// last of those up to the day of `treatment_start` (RFXSTDTC; a full date), else the first.
const reviewed_form* baseline_of(const form_history& history, std::string_view scale);

/// Returns the scores of `form`, which is one of the history's, that have changed as `rule` says.
std::vector<changed_score> find_changes(const form_history& history, const reviewed_form& form,
                                        const score_change_rule& rule);

} // namespace aepro
