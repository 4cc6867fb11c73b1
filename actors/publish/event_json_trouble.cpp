#include "actors/publish/event_json_trouble.hpp"

#include "aepro/v1/event.pb.h"

#include <fmt/format.h>
#include <google/protobuf/util/json_util.h>
#include <nlohmann/json.hpp>

#include <memory>
#include <optional>

namespace aepro {

namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using json = nlohmann::ordered_json;
using trouble_text = std::optional<std::string>;

constexpr int depth_max = 64; // What is deeper is no Event, and would be written out by recursion.

const FieldDescriptor* find_field(const Descriptor& type, const std::string& name) {
  for (int i = 0; i < type.field_count(); ++i)
    if (type.field(i)->json_name() == name || type.field(i)->name() == name)
      return type.field(i);
  return nullptr;
}

/// Whether the Protobuf library takes this member alone.
bool is_taken(const Descriptor& type, const std::string& name, const json& value) {
  auto* factory = google::protobuf::MessageFactory::generated_factory();
  const std::unique_ptr<google::protobuf::Message> message(factory->GetPrototype(&type)->New());
  const auto text = json{{name, value}}.dump(-1, ' ', false, json::error_handler_t::replace);
  return google::protobuf::util::JsonStringToMessage(text, message.get()).ok();
}

trouble_text find_trouble(const json& object, const Descriptor& type, const std::string& path);

/// Returns what is wrong with the value of `field`, which the schema knows.
trouble_text find_value_trouble(const json& value, const FieldDescriptor& field,
                                const std::string& path) {
  if (field.message_type() != nullptr && !field.is_repeated() && value.is_object())
    return find_trouble(value, *field.message_type(), path);
  if (field.message_type() != nullptr && field.is_repeated() && value.is_array())
    for (std::size_t i = 0; i < value.size(); ++i)
      if (value[i].is_object())
        if (auto trouble =
                find_trouble(value[i], *field.message_type(), fmt::format("{}[{}]", path, i)))
          return trouble;
  if (is_taken(*field.containing_type(), field.json_name(), value))
    return std::nullopt;
  const std::string type =
      field.message_type() != nullptr ? field.message_type()->name() : field.type_name();
  return fmt::format("the value of {} does not fit its type, {}{}", path,
                     field.is_repeated() ? "a list of " : "", type);
}

trouble_text find_trouble(const json& object, const Descriptor& type, const std::string& path) {
  std::size_t number = 0;
  for (const auto& [name, value] : object.items()) {
    ++number;
    const auto* field = find_field(type, name);
    if (field == nullptr) // Its name is the file's, not ours to show.
      return fmt::format("member {} of {} is not in the schema", number,
                         path.empty() ? "the event" : path);
    const auto own = path.empty() ? field->json_name() : path + "." + field->json_name();
    if (auto trouble = find_value_trouble(value, *field, own))
      return trouble;
  }
  return std::nullopt;
}

} // namespace

std::string find_event_json_trouble(std::string_view line) {
  json object;
  bool too_deep = false;
  try {
    object = json::parse(line, [&](int depth, json::parse_event_t, const json&) {
      too_deep = too_deep || depth > depth_max;
      return depth <= depth_max;
    });
  } catch (const json::parse_error& problem) {
    return fmt::format("column {}: not valid JSON", problem.byte); // Its own text quotes the line.
  }
  if (too_deep)
    return fmt::format("nested more than {} levels deep", depth_max);
  if (!object.is_object())
    return "not a JSON object";
  const auto trouble = find_trouble(object, *v1::Event::descriptor(), {});
  return "not an Event in Protobuf JSON: " +
         trouble.value_or("a member stands twice, or two of them exclude each other");
}

} // namespace aepro
