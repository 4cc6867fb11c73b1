#include "config/section_reader.hpp"

#include "config/setting_assignment.hpp"
#include "config/value_text.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <set>

namespace aepro {

section_reader::section_reader(const YAML::Node& node, std::string place,
                               std::span<const std::string_view> keys,
                               const setting_sources& sources, std::vector<setting_problem>& found,
                               std::map<std::string, std::string>* origins)
    : node_(node), place_(std::move(place)), sources_(sources), found_(found) {
  const auto note_origin = [&](const std::string& where, int line) {
    if (origins != nullptr)
      (*origins)[where] = fmt::format("{}:{}", sources.file_name, line + 1);
  };
  note_origin(place_, node_.Mark().line);
  if (!node_.IsMap()) {
    refuse("", "expected NAME: VALUE lines");
    node_ = YAML::Node(YAML::NodeType::Map);
    return;
  }
  std::set<std::string> seen;
  for (const auto& entry : node_) {
    const auto name = entry.first.IsScalar() ? entry.first.Scalar() : std::string("?");
    if (seen.insert(name).second)
      note_origin(place_ + '.' + name, entry.first.Mark().line);
    else
      refuse(name, "is set twice; keep one");
    if (std::ranges::find(keys, name) != keys.end())
      continue;
    const auto nearest = nearest_name(name, keys);
    refuse(name, nearest ? fmt::format("no such key; did you mean {}?", *nearest)
                         : fmt::format("no such key; possible are {}", fmt::join(keys, ", ")));
  }
}

bool section_reader::has(const char* key) const {
  return node_[key].IsDefined();
}

void section_reader::read(const char* key, std::string& value) {
  const auto found = node_[key];
  if (!found)
    return;
  if (!found.IsScalar())
    return refuse(key, "is plain text");
  value = found.Scalar();
}

void section_reader::read(const char* key, bool& value) {
  std::string text;
  read(key, text);
  if (text.empty())
    return;
  if (const auto flag = parse_flag(text))
    value = *flag;
  else
    refuse(key, fmt::format("'{}' is not true or false", text));
}

void section_reader::read(const char* key, std::chrono::milliseconds& value) {
  std::string text;
  read(key, text);
  if (text.empty())
    return;
  const auto duration = parse_duration(text);
  if (duration && duration->count() > 0)
    value = *duration;
  else
    refuse(key, fmt::format("'{}' is not a duration with its unit, for example 5s or 10min", text));
}

void section_reader::read(const char* key, std::size_t& value) {
  std::string text;
  read(key, text);
  if (text.empty())
    return;
  const auto number = parse_integer(text);
  if (number && *number >= 0)
    value = static_cast<std::size_t>(*number);
  else
    refuse(key, fmt::format("'{}' is not a whole number", text));
}

void section_reader::read(const char* key, std::vector<std::string>& value) {
  const auto found = node_[key];
  if (!found)
    return;
  value.clear();
  if (found.IsScalar())
    value.push_back(found.Scalar());
  else if (found.IsSequence() &&
           std::ranges::all_of(found, [](const auto& one) { return one.IsScalar(); }))
    for (const auto& one : found)
      value.push_back(one.Scalar());
  else
    refuse(key, "is a list of plain values");
}

void section_reader::read(const char* key, std::map<std::string, std::string>& value) {
  const auto found = node_[key];
  if (!found)
    return;
  if (!found.IsMap())
    return refuse(key, "expected NAME: VALUE lines");
  for (const auto& entry : found) {
    if (!entry.first.IsScalar() || !entry.second.IsScalar())
      return refuse(key, "holds plain values only");
    value[entry.first.Scalar()] = entry.second.Scalar();
  }
}

void section_reader::read_secret_of(const char* key, std::string& file, std::string& secret) {
  read(key, file);
  if (file.empty())
    return;
  if (const auto problem = read_secret(file, sources_, secret))
    refuse(key, *problem);
}

void section_reader::read_path(const char* key, std::string& path) {
  read(key, path);
  if (path.empty())
    return;
  const auto slash = sources_.file_name.rfind('/');
  if (!path.starts_with('/') && slash != std::string::npos)
    path = sources_.file_name.substr(0, slash + 1) + path;
  if (sources_.read_file && !sources_.read_file(path))
    refuse(key, fmt::format("{} cannot be read", path));
}

void section_reader::refuse(std::string_view key, std::string message) {
  auto line = node_.Mark().line;
  if (!key.empty() && node_.IsMap())
    for (const auto& entry : node_)
      if (entry.first.IsScalar() && entry.first.Scalar() == key)
        line = entry.first.Mark().line;
  found_.push_back({fmt::format("{}:{}", sources_.file_name, line + 1),
                    key.empty() ? place_ : fmt::format("{}.{}", place_, key), std::move(message)});
}

} // namespace aepro
