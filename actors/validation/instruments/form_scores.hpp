#pragma once

/// From the answers of a form to its scores, and from those to alerts.

#include "actors/validation/instruments/form_result.hpp"

#include <memory_resource>
#include <string_view>
#include <vector>

namespace aepro::rules {

/// Appends the scores that the answers of `form` allow, in the order of the instrument's scales,
/// and the alerts that they make due. Fills the form's computed total and says whether a scale has
/// too many items missing. `form` must have a definition.
void score_form(const decide_options& options, form_result& form, std::pmr::vector<score>& scores,
                std::pmr::vector<alert>& alerts);

/// Appends an alert, or makes one of that rule as urgent as this if it is less: a form raises each
/// alert once, however many answers and scores call for it. `rule` must be static storage.
void raise_once(std::string_view rule, urgency how_urgent, std::pmr::vector<alert>& alerts);

} // namespace aepro::rules
