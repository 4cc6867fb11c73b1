#pragma once

/// Reads clocks.kinds of the settings file.

#include "config/settings_loader.hpp"

#include <string_view>

namespace aepro {

/// Returns whether a name of the settings file, with its section, is this one.
bool is_clock_section(std::string_view name);

/// Returns what `aepro config explain` says of the section; empty where `name`, which may be empty,
/// is none of its own.
std::string explain_clock_section(std::string_view name);

/// Reads the kinds, or the default ones where the file has no such section, and appends what is
/// wrong with them to `found`, each with its line. What cannot be parsed as YAML is left to
/// load_settings().
std::vector<clock_kind> read_clock_kinds(const setting_sources& sources,
                                         std::vector<setting_problem>& found);

} // namespace aepro
