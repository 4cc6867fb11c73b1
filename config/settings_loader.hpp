#pragma once

/// Reads settings from file text, environment and flags, each value with its origin.

#include "config/settings.hpp"

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace aepro {

/// Where settings come from, weakest first: defaults, file, environment, assignments.
struct setting_sources {
  std::string file_name; ///< Empty: no file.
  std::string file_text;
  /// Variables that start with AEPRO_: name and value.
  std::vector<std::pair<std::string, std::string>> environment;
  /// NAME=VALUE, as --set takes them.
  std::vector<std::string> assignments;
  /// Setting and value of flags that have a setting's name, as --store.
  std::vector<std::pair<std::string, std::string>> flags;
  std::string credentials_directory; ///< Of systemd; empty: none.
  /// Returns a secret file's text, or nothing when it cannot be read.
  std::function<std::optional<std::string>(const std::string& path)> read_file;
};

/// Why settings are refused.
struct setting_problem {
  /// "aepro.yaml:12", "AEPRO_GROUP", "--set", "--store"; empty where it is none of them.
  std::string origin;
  std::string name;    ///< The setting; both names, where two exclude each other.
  std::string message; ///< What is wrong, and what to do.
};

/// Returns "origin: name: message".
std::string to_string(const setting_problem& problem);

struct loaded_settings {
  settings values;
  std::map<std::string, std::string>
      origins; ///< By name, kafka properties with "kafka."; absent: default.
  std::vector<setting_problem> warnings; ///< Environment variables that look like ours but are not.
};

/// Returns the settings, or every problem found (never an empty list). Does not check the kafka
/// properties against librdkafka: kafka_properties does.
std::variant<loaded_settings, std::vector<setting_problem>>
load_settings(const setting_sources& sources);

/// Returns the environment variable of a setting: batch.records_max -> AEPRO_BATCH_RECORDS_MAX.
std::string environment_name(std::string_view setting);

/// Returns the combinations of values that cannot work, each with both names.
std::vector<setting_problem> find_impossible_combinations(const settings& values);

} // namespace aepro
