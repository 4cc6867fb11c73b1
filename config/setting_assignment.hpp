#pragma once

/// One value on its way into the settings: parsed, checked against its row, refused with a remedy.

#include "config/settings_loader.hpp"
#include "config/settings_table.hpp"

namespace aepro {

struct setting_assignment {
  std::string name; ///< As in the table, or "kafka." and a librdkafka property.
  std::string value;
  std::string origin;
  bool from_environment = false; ///< Only the environment may carry a secret itself.
};

/// Returns what is wrong with the value for this row, or nothing after it was set.
std::optional<std::string> set_value(settings& values, const setting_row& row,
                                     std::string_view text);

/// Reads a secret from the file at `path`: a relative name is looked up among the credentials, then
/// beside the settings file. Returns what is wrong, or nothing after `secret` was set.
std::optional<std::string> read_secret(std::string_view path, const setting_sources& sources,
                                       std::string& secret);

/// Returns the present value as set_value would read it.
std::string get_value(const settings& values, const setting_row& row);

/// Applies one assignment to `loaded`, reading secret files through `sources`; returns what is
/// wrong.
std::optional<setting_problem> apply_assignment(loaded_settings& loaded,
                                                const setting_assignment& assignment,
                                                const setting_sources& sources);

} // namespace aepro
