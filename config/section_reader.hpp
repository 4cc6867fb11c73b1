#pragma once

/// One map of a settings file with its own keys: reads values, and notes what is wrong with them,
/// with their lines.

#include "config/settings_loader.hpp"

#include <yaml-cpp/yaml.h>

#include <array>
#include <utility>

namespace aepro {

inline constexpr std::array urgency_names{
    std::pair{std::string_view("routine"), urgency::routine},
    std::pair{std::string_view("urgent"), urgency::urgent},
    std::pair{std::string_view("immediate"), urgency::immediate}};

class section_reader {
public:
  /// `place` names the map in messages, for example channels.mail. `keys`: all that it may hold.
  /// Where the map and its keys stand goes into `origins`, which may be null.
  section_reader(const YAML::Node& node, std::string place, std::span<const std::string_view> keys,
                 const setting_sources& sources, std::vector<setting_problem>& found,
                 std::map<std::string, std::string>* origins = nullptr);

  bool has(const char* key) const;

  void read(const char* key, std::string& value);
  void read(const char* key, bool& value);
  void read(const char* key, std::chrono::milliseconds& value);
  void read(const char* key, std::size_t& value);
  void read(const char* key, std::vector<std::string>& value); ///< A list, or one plain value.
  void read(const char* key, std::map<std::string, std::string>& value); ///< A map of plain values.

  /// Reads the name of a secret's file, and the secret.
  void read_secret_of(const char* key, std::string& file, std::string& secret);

  /// Reads one of the names. Returns false, and notes it, where there is no value, or none of them.
  template <class Value, std::size_t Count>
  bool choose(const char* key, const std::array<std::pair<std::string_view, Value>, Count>& choices,
              Value& value) {
    std::string text, all;
    read(key, text);
    for (const auto& [name, meant] : choices) {
      if (name == text) {
        value = meant;
        return true;
      }
      all.append(all.empty() ? "" : ", ").append(name);
    }
    refuse(key, text.empty() ? "is missing: one of " + all : "'" + text + "' is not one of " + all);
    return false;
  }

  /// Reads the name of a file that must be readable; a relative one stands beside the settings
  /// file.
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
