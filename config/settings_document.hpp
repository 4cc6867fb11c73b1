#pragma once

/// Settings as text: documentation, sample, dump and explanation, all from the table.

#include "config/settings_loader.hpp"

#include <string>
#include <string_view>

namespace aepro {

/// Returns docs/settings.md.
std::string settings_markdown();

/// Returns config/aepro.yaml: every setting with its default, commented out.
std::string settings_sample();

/// Returns the effective values as YAML that load_settings reads, each with its origin; no secrets.
std::string settings_dump(const loaded_settings& loaded);

/// The same as a JSON object: name -> {value, origin}.
std::string settings_dump_json(const loaded_settings& loaded);

/// Returns the names of settings that `name` may have meant, the nearest first; at most five.
std::vector<std::string> find_names_near(std::string_view name);

/// Returns what the setting, section or kafka property is for; empty when there is no such thing.
std::string explain_setting(std::string_view name);

} // namespace aepro
