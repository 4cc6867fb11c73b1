#include "actors/notifier/example_event.hpp"

#include "aepro/v1/event.pb.h"
#include "config/value_text.hpp"

#include <fmt/format.h>
#include <google/protobuf/util/json_util.h>
#include <nlohmann/json.hpp>

#include <memory>

namespace aepro {

namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using kind_type = example_value::kind_type;

const FieldDescriptor* find_field(const Descriptor& type, const std::string& name) {
  for (int i = 0; i < type.field_count(); ++i)
    if (type.field(i)->name() == name || type.field(i)->json_name() == name)
      return type.field(i);
  return nullptr;
}

std::string nearest_field(const Descriptor& type, const std::string& name) {
  std::vector<std::string_view> names;
  for (int i = 0; i < type.field_count(); ++i)
    names.push_back(type.field(i)->name());
  const auto nearest = nearest_name(name, names);
  return nearest ? fmt::format("; did you mean {}?", *nearest) : std::string();
}

class event_maker {
public:
  explicit event_maker(std::vector<example_trouble>& troubles) : troubles_(troubles) {}

  void fill(Message& into, const example_value& map, const std::string& path) {
    if (map.kind != kind_type::map)
      return refuse(map.line, fmt::format("{} expects NAME: VALUE lines", path));
    for (const auto& [name, value] : map.members) {
      const auto own = path + '.' + name;
      const auto* field = find_field(*into.GetDescriptor(), name);
      if (field == nullptr)
        refuse(value.line, fmt::format("{} is not in the schema{}", own,
                                       nearest_field(*into.GetDescriptor(), name)));
      else if (field->containing_oneof() != nullptr &&
               into.GetReflection()->HasOneof(into, field->containing_oneof()))
        refuse(value.line,
               fmt::format("{}: an event has one body, and there is another above", own));
      else
        set(into, *field, value, own);
    }
  }

private:
  void set(Message& into, const FieldDescriptor& field, const example_value& value,
           const std::string& path) {
    if (field.message_type() == nullptr)
      return set_plain(into, field, value, path);
    const auto& reflection = *into.GetReflection();
    if (!field.is_repeated())
      return fill(*reflection.MutableMessage(&into, &field), value, path);
    if (value.kind != kind_type::list)
      return refuse(value.line, fmt::format("{} is a list; begin each with a dash", path));
    for (const auto& item : value.items)
      fill(*reflection.AddMessage(&into, &field), item, path);
  }

  /// By Protobuf's own reader, one field at a time: so each has its line.
  void set_plain(Message& into, const FieldDescriptor& field, const example_value& value,
                 const std::string& path) {
    const std::unique_ptr<Message> alone(into.New());
    const auto json = nlohmann::json{{field.json_name(), value.text}}.dump(
        -1, ' ', false, nlohmann::json::error_handler_t::replace);
    if (value.kind != kind_type::text ||
        !google::protobuf::util::JsonStringToMessage(json, alone.get()).ok())
      return refuse(value.line,
                    fmt::format("the value of {} does not fit its type, {}", path, type_of(field)));
    into.MergeFrom(*alone);
  }

  static std::string type_of(const FieldDescriptor& field) {
    if (field.enum_type() == nullptr)
      return field.type_name();
    std::string names;
    for (int i = 1; i < field.enum_type()->value_count(); ++i) // 0 is UNSPECIFIED.
      names.append(names.empty() ? "one of " : ", ").append(field.enum_type()->value(i)->name());
    return names;
  }

  void refuse(int line, std::string message) { troubles_.push_back({line, std::move(message)}); }

  std::vector<example_trouble>& troubles_;
};

} // namespace

example_event make_example_event(const example_value& value) {
  example_event made;
  v1::Event event;
  event_maker(made.troubles).fill(event, value, "event");
  if (event.event_id().empty())
    event.set_event_id("example");
  made.bytes = event.SerializeAsString();
  return made;
}

} // namespace aepro
