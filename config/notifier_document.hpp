#pragma once

/// Reads the sections channels, recipients and alert_rules of the settings file.

#include "config/settings_loader.hpp"

#include <string_view>

namespace aepro {

/// Returns whether a top-level name of the settings file is one of these sections.
bool is_notifier_section(std::string_view name);

/// Returns what `aepro config explain` says of a section: its form, its keys, where more is
/// written. Empty name: of all; empty answer: it is none of them.
std::string explain_notifier_section(std::string_view name);

/// Reads the sections, secrets included, and appends what is wrong with them to `found`, each with
/// its line. What cannot be parsed as YAML is left to load_settings().
notifier_rules read_notifier_rules(const setting_sources& sources,
                                   std::vector<setting_problem>& found);

/// Returns the first thing that cannot work in the parts together (a channel that is not there, a
/// recipient without address) for each part, with the part's name.
std::vector<setting_problem> find_notifier_problems(const notifier_rules& rules);

} // namespace aepro
