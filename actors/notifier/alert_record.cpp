#include "actors/notifier/alert_record.hpp"

#include "actors/publish/published_event.hpp"

#include <nlohmann/json.hpp>

namespace aepro {

std::string alert_record_key(const channel_message& message) {
  const auto field = [&](const char* name) {
    const auto found = message.fields.find(name);
    return found == message.fields.end() ? std::string() : found->second;
  };
  const auto study = field("study"), subject = field("subject");
  return study.empty() || subject.empty() ? message.key : record_key(study, subject);
}

std::string alert_record_value(const channel_message& message) {
  nlohmann::json value{{"key", message.key}, {"title", message.subject}, {"text", message.text}};
  if (!message.recipient.empty())
    value["recipient"] = message.recipient;
  if (!message.html.empty())
    value["html"] = message.html;
  value["fields"] = message.fields;
  return value.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

} // namespace aepro
