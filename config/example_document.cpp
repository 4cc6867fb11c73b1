#include "config/example_document.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace aepro {

namespace {

constexpr std::array<std::string_view, 11> keys{
    "name",  "at",      "before",           "event",         "raises",    "urgency",
    "tells", "subject", "subject_contains", "text_contains", "text_lacks"};

} // namespace

std::vector<alert_example> example_reader::read(const YAML::Node& list, const std::string& place) {
  std::vector<alert_example> made;
  if (!list.IsSequence()) {
    refuse(list, place, "is a list; begin each example with a dash");
    return made;
  }
  for (const auto& one : list) {
    if (++examples_ > examples_max) {
      refuse(one, place,
             fmt::format("there are more than {} examples in this file; keep the telling ones",
                         examples_max));
      break;
    }
    made.push_back(read_one(one, fmt::format("{}[{}]", place, made.size())));
  }
  return made;
}

alert_example example_reader::read_one(const YAML::Node& node, std::string place) {
  section_reader from(node, place, keys, sources_, found_, &origins_);
  alert_example made;
  made.place = place;
  from.read("name", made.name);
  from.read("at", made.at);
  from.read("raises", made.raises);
  if (from.has("urgency")) {
    auto how = urgency::routine;
    if (from.choose("urgency", urgency_names, how))
      made.urgency = how;
  }
  if (from.has("tells"))
    from.read("tells", made.tells.emplace());
  if (from.has("subject"))
    from.read("subject", made.subject.emplace());
  from.read("subject_contains", made.subject_contains);
  from.read("text_contains", made.text_contains);
  from.read("text_lacks", made.text_lacks);
  if (from.has("before")) {
    auto earlier = read_value(node["before"], place + ".before", 0);
    if (earlier.kind != example_value::kind_type::list)
      refuse(node["before"], place + ".before", "is a list of events; begin each with a dash");
    made.before = std::move(earlier.items);
  }
  if (from.has("event"))
    made.event = read_value(node["event"], place + ".event", 0);
  else
    from.refuse("", "event is missing: what is published, for example {study: S-1, subject: "
                    "\"001\", adverse_event: "
                    "{aeterm: STROKE, aesdth: Y}}");
  return made;
}

/// Every plain value as text, as clinical values are: the mapping reads numbers from texts, too.
example_value example_reader::read_value(const YAML::Node& node, const std::string& place,
                                         int depth) {
  example_value value;
  value.line = node.Mark().line + 1;
  if (++values_ > example_values_max || depth > example_depth_max) {
    if (values_ <= example_values_max + 1)
      refuse(node, place, "is nested too deeply, or repeats itself too often");
    values_ = std::max(values_, example_values_max + 1);
    return value;
  }
  if (node.IsMap()) {
    value.kind = example_value::kind_type::map;
    for (const auto& entry : node) {
      const auto name = entry.first.IsScalar() ? entry.first.Scalar() : std::string("?");
      if (std::ranges::find(value.members, name, &example_member::name) != value.members.end())
        refuse(entry.first, place + '.' + name, "is set twice; keep one");
      auto member = read_value(entry.second, place + '.' + name, depth + 1);
      member.line = entry.first.Mark().line + 1;
      value.members.push_back({name, std::move(member)});
    }
  } else if (node.IsSequence()) {
    value.kind = example_value::kind_type::list;
    for (const auto& item : node)
      value.items.push_back(read_value(item, place, depth + 1));
  } else if (node.IsScalar()) {
    value.text = node.Scalar();
  }
  return value;
}

void example_reader::refuse(const YAML::Node& node, const std::string& place, std::string message) {
  found_.push_back(
      {fmt::format("{}:{}", sources_.file_name, node.Mark().line + 1), place, std::move(message)});
}

} // namespace aepro
