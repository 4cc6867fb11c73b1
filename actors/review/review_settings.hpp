#pragma once

/// What the settings and the instruments say about changes of scores.

#include "config/settings_loader.hpp"
#include "messages/score_change.hpp"

#include <vector>

namespace aepro {

/// Returns the changes of which people are to be told: those of the instruments, then those of
/// review.score_changes.
std::vector<score_change_rule> score_changes_of(const settings& values);

/// Returns what names a scale that no instrument has, in review.score_changes and
/// decide.score_alerts, with the nearest name that there is.
std::vector<setting_problem> check_scales(const settings& values);

} // namespace aepro
