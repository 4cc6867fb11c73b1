#include "config/settings_loader.hpp"

#include "config/clock_document.hpp"
#include "config/notifier_document.hpp"
#include "config/setting_assignment.hpp"
#include "config/value_text.hpp"

#include <fmt/format.h>
#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <set>

namespace aepro {

namespace {

constexpr std::size_t file_bytes_max = 1 << 20;
constexpr std::size_t file_nodes_max =
    10000; // A few lines of aliases can stand for billions of nodes.
constexpr int file_depth_max = 8;

using problems = std::vector<setting_problem>;

class file_walk {
public:
  file_walk(const std::string& file_name, problems& found)
      : file_name_(file_name), problems_(found) {}

  std::vector<setting_assignment> assignments;

  void walk(const YAML::Node& node, const std::string& name, int line, int depth) {
    if (++nodes_ > file_nodes_max || depth > file_depth_max) {
      if (!too_large_)
        add(line, name, "the file is nested too deeply or repeats itself too often");
      too_large_ = true;
      return;
    }
    if (node.IsMap()) {
      for (const auto& entry : node)
        walk_entry(entry.first, entry.second, name, depth);
    } else if (node.IsSequence()) {
      std::string list;
      for (const auto& item : node) {
        if (!item.IsScalar())
          return add(line, name, "a list holds plain values only");
        list += (list.empty() ? "" : ",") + item.Scalar();
      }
      assign(name, list, line);
    } else {
      assign(name, node.IsScalar() ? node.Scalar() : std::string(), line);
    }
  }

private:
  void walk_entry(const YAML::Node& key, const YAML::Node& value, const std::string& name,
                  int depth) {
    const int line = key.Mark().line + 1;
    if (!key.IsScalar())
      return add(line, name, "a setting's name is plain text");
    if (name.empty() && is_notifier_section(key.Scalar()))
      return; // Not settings of one value each: notifier_document reads them.
    const auto full = name.empty() ? key.Scalar() : name + "." + key.Scalar();
    if (is_clock_section(full)) {
      if (!seen_.insert(full).second)
        add(line, full, "is set twice in this file; keep one");
      return; // clock_document reads it.
    }
    walk(value, full, line, depth + 1);
  }

  void assign(const std::string& name, const std::string& value, int line) {
    if (name.empty())
      return add(line, "", "the file holds no settings; expected NAME: VALUE lines");
    if (!seen_.insert(name).second)
      return add(line, name, "is set twice in this file; keep one");
    assignments.push_back({name, value, origin(line), false});
  }

  void add(int line, const std::string& name, std::string message) {
    problems_.push_back({origin(line), name, std::move(message)});
  }

  std::string origin(int line) const { return fmt::format("{}:{}", file_name_, line); }

  const std::string& file_name_;
  problems& problems_;
  std::set<std::string> seen_;
  std::size_t nodes_ = 0;
  bool too_large_ = false;
};

std::vector<setting_assignment> read_file_text(const setting_sources& sources, problems& found) {
  file_walk walk(sources.file_name, found);
  if (sources.file_text.size() > file_bytes_max) {
    found.push_back({sources.file_name, "", "larger than 1 MiB; this is not a settings file"});
    return {};
  }
  try {
    const auto root = YAML::Load(sources.file_text);
    if (root.IsMap() || !root.IsNull())
      walk.walk(root, "", 1, 0);
  } catch (const YAML::Exception& problem) {
    found.push_back({fmt::format("{}:{}", sources.file_name, problem.mark.line + 1), "",
                     "not valid YAML: " + problem.msg});
  }
  return std::move(walk.assignments);
}

/// Returns the assignments of our variables; others that look like ours become warnings.
std::vector<setting_assignment> read_environment(const setting_sources& sources,
                                                 problems& warnings) {
  std::vector<setting_assignment> assignments;
  std::vector<std::string> known = {"AEPRO_STORAGE_PASSWORD"};
  for (const auto& row : settings_table())
    known.push_back(environment_name(row.name));
  const std::vector<std::string_view> candidates(known.begin(), known.end());
  for (const auto& [variable, value] : sources.environment) {
    if (variable.starts_with("AEPRO_KAFKA_")) {
      auto name = variable.substr(6);
      std::ranges::transform(name, name.begin(), [](char letter) {
        return letter == '_'                    ? '.'
               : letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter + 32)
                                                : letter;
      });
      if (name.ends_with(".file"))
        name[name.size() - 5] = '_';
      assignments.push_back({name, value, variable, true});
    } else if (const auto found = std::ranges::find(known, variable); found != known.end()) {
      const auto index = found - known.begin();
      const std::string name(index == 0 ? "storage.password" : settings_table()[index - 1].name);
      assignments.push_back({name, value, variable, true});
    } else if (const auto nearest = nearest_name(variable, candidates)) {
      warnings.push_back({variable, "", fmt::format("is no setting; did you mean {}?", *nearest)});
    }
  }
  return assignments;
}

std::vector<setting_assignment> read_assignments(const setting_sources& sources, problems& found) {
  std::vector<setting_assignment> assignments;
  for (const auto& text : sources.assignments) {
    const auto equals = text.find('=');
    if (equals == std::string::npos || equals == 0)
      found.push_back({"--set", text, "expected NAME=VALUE"});
    else
      assignments.push_back(
          {std::string(trim(text.substr(0, equals))), text.substr(equals + 1), "--set", false});
  }
  for (const auto& [name, value] : sources.flags)
    assignments.push_back({name, value, "--" + name, false});
  return assignments;
}

template <class Value>
void append(std::vector<Value>& all, std::vector<Value> more) {
  all.insert(all.end(), std::make_move_iterator(more.begin()), std::make_move_iterator(more.end()));
}

} // namespace

settings::settings() {
  for (const auto& row : settings_table())
    set_value(*this, row, row.default_value);
  for (const auto& row : kafka_defaults())
    kafka[std::string(row.property)] = row.value;
}

std::string to_string(const setting_problem& problem) {
  std::string text;
  for (const auto& part : {problem.origin, problem.name})
    if (!part.empty())
      text += part + ": ";
  return text + problem.message;
}

std::string environment_name(std::string_view setting) {
  std::string name = "AEPRO_";
  for (const char letter : setting)
    name += letter == '.'                    ? '_'
            : letter >= 'a' && letter <= 'z' ? static_cast<char>(letter - 32)
                                             : letter;
  return name;
}

std::variant<loaded_settings, problems> load_settings(const setting_sources& sources) {
  loaded_settings loaded;
  problems found;
  std::vector<setting_assignment> all;
  if (!sources.file_name.empty()) {
    append(all, read_file_text(sources, found));
    if (found.empty()) { // A file that is too large or too deep is not read again.
      loaded.values.alerts = read_notifier_rules(sources, found);
      loaded.values.clock_kinds = read_clock_kinds(sources, found);
    }
  }
  auto environment = read_environment(sources, loaded.warnings);
  // A secret's value in the environment is a fallback only: it goes first, so that a file wins.
  // Not the form of std::ranges: clang 14, which builds the fuzz targets, cannot read its result.
  const auto values =
      std::stable_partition(environment.begin(), environment.end(),
                            [](const auto& one) { return one.name == "storage.password"; });
  all.insert(all.begin(), std::make_move_iterator(environment.begin()),
             std::make_move_iterator(values));
  all.insert(all.end(), std::make_move_iterator(values),
             std::make_move_iterator(environment.end()));
  append(all, read_assignments(sources, found));
  for (const auto& assignment : all)
    if (auto problem = apply_assignment(loaded, assignment, sources))
      found.push_back(std::move(*problem));
  const bool all_read = found.empty();
  append(found, find_notifier_problems(loaded.values.alerts));
  if (all_read) {
    append(found, find_impossible_combinations(loaded.values));
    for (auto& problem : found) // "NAME" or "NAME and NAME": the first that was set.
      for (const auto& name : {problem.name.substr(0, problem.name.find(' ')),
                               problem.name.substr(problem.name.rfind(' ') + 1)})
        if (const auto origin = loaded.origins.find(name);
            problem.origin.empty() && origin != loaded.origins.end())
          problem.origin = origin->second;
  }
  if (!found.empty())
    return found;
  return loaded;
}

} // namespace aepro
