#pragma once

/// Reads the examples beside the rules: alert_rules.NAME.expect.

#include "config/section_reader.hpp"

#include <map>
#include <string>
#include <vector>

namespace aepro {

inline constexpr std::size_t examples_max = 1'000; ///< Of a file.
inline constexpr std::size_t example_values_max =
    50'000; ///< Of all its events: aliases can stand for billions.
inline constexpr int example_depth_max = 8;

/// Counts over all rules of a file.
class example_reader {
public:
  example_reader(const setting_sources& sources, std::vector<setting_problem>& found,
                 std::map<std::string, std::string>& origins)
      : sources_(sources), found_(found), origins_(origins) {}

  /// Returns the list's examples, each with its place, and notes what is wrong with them. Whether
  /// an event is one is left to check_alert_settings().
  std::vector<alert_example> read(const YAML::Node& list, const std::string& place);

private:
  alert_example read_one(const YAML::Node& node, std::string place);
  example_value read_value(const YAML::Node& node, const std::string& place, int depth);
  void refuse(const YAML::Node& node, const std::string& place, std::string message);

  const setting_sources& sources_;
  std::vector<setting_problem>& found_;
  std::map<std::string, std::string>& origins_;
  std::size_t examples_ = 0, values_ = 0;
};

} // namespace aepro
