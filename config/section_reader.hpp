#pragma once

/// One map of a settings file with its own keys: reads values, and notes what is wrong with them, with their lines.

#include "config/settings_loader.hpp"

#include <yaml-cpp/yaml.h>

namespace aepro {

class section_reader {
public:
  /// `place` names the map in messages, for example channels.mail. `keys`: all that it may hold.
  section_reader(const YAML::Node& node, std::string place, std::span<const std::string_view> keys,
                 const setting_sources& sources, std::vector<setting_problem>& found);

  bool has(const char* key) const;

  void read(const char* key, std::string& value);
  void read(const char* key, bool& value);
  void read(const char* key, std::chrono::milliseconds& value);
  void read(const char* key, std::size_t& value);
  void read(const char* key, std::vector<std::string>& value);           ///< A list, or one plain value.
  void read(const char* key, std::map<std::string, std::string>& value); ///< A map of plain values.

  /// Reads the name of a secret's file, and the secret.
  void read_secret_of(const char* key, std::string& file, std::string& secret);

  /// Reads the name of a file that must be readable; a relative one stands beside the settings file.
  void read_path(const char* key, std::string& path);

  /// Notes what is wrong with a key's value; empty: with the map.
  void refuse(std::string_view key, std::string message);

private:
  YAML::Node node_;
  std::string place_;
  const setting_sources& sources_;
  std::vector<setting_problem>& found_;
};

} // namespace aepro
