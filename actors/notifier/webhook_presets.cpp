#include "actors/notifier/webhook_presets.hpp"

#include "actors/notifier/unicode_text.hpp"

#include <algorithm>

namespace aepro {

namespace {

constexpr std::string_view json = "application/json";

/// Limits are the receivers' own, with room for what stands around the text: Slack 40,000
/// characters (shown whole up to 4,000), WeCom 2,048 bytes (markdown 4,096), PagerDuty 1,024
/// characters of summary, FCM 4,096 bytes in all.
constexpr webhook_preset presets[] = {
    {"", json, "", text_marks::none, 0, 0, answer_form::status},
    {"slack", json, R"({"text": "{{title}}\n{{text}}"})", text_marks::slack, 300, 3500,
     answer_form::status},
    {"wecom", json, R"({"msgtype": "text", "text": {"content": "{{title}}\n{{text}}"}})",
     text_marks::wecom, 300, 1700, answer_form::wecom_errcode},
    {"wecom-markdown", json,
     R"({"msgtype": "markdown", "markdown": {"content": "**{{title}}**\n{{text}}"}})",
     text_marks::wecom, 300, 3700, answer_form::wecom_errcode},
    {"pagerduty", json,
     R"({"routing_key": "{{recipient}}", "event_action": "trigger", "dedup_key": "{{key}}", )"
     R"("payload": {"summary": "{{title}}", "source": "aepro", "severity": "{{severity}}", "class": "{{rule}}", )"
     R"("group": "{{study}}", "custom_details": {"id": "{{id}}", "text": "{{text}}"}}})",
     text_marks::none, 1000, 100'000, answer_form::status},
    {"fcm", json,
     R"({"message": {"token": "{{recipient}}", "notification": {"title": "{{title}}", "body": "{{text}}"}, )"
     R"("data": {"id": "{{id}}", "key": "{{key}}", "rule": "{{rule}}", "urgency": "{{urgency}}", "link": "{{link}}"}}})",
     text_marks::none, 300, 1200, answer_form::status}, // JSON's escapes may double the text.
    {"sms", json, R"({"to": "{{recipient}}", "text": "{{title}}\n{{text}}"})", text_marks::none,
     160, 480, answer_form::status},
};

std::string_view without_mark(text_marks marks, char letter) {
  if (marks == text_marks::slack)
    return letter == '&' ? "&amp;" : letter == '<' ? "&lt;" : letter == '>' ? "&gt;" : "";
  return letter == '<'   ? "＜"
         : letter == '>' ? "＞"
         : letter == '[' ? "［"
         : letter == ']' ? "］"
                         : "";
}

std::string without_marks(std::string text, text_marks marks) {
  if (marks == text_marks::none)
    return text;
  std::string out;
  for (const char letter : text) {
    const auto instead = without_mark(marks, letter);
    instead.empty() ? out.push_back(letter) : void(out += instead);
  }
  return out;
}

std::string cut(const std::string& text, std::size_t bytes_max) {
  return bytes_max == 0 ? text : shortened(text, bytes_max);
}

/// Half a link is none: what stands before it is cut instead, and what stands behind it is left
/// out.
std::string cut_around_link(const std::string& text, const std::string& link,
                            std::size_t bytes_max) {
  const auto at = link.empty() ? text.npos : text.find(link);
  if (bytes_max == 0 || text.size() <= bytes_max || at == text.npos || link.size() + 1 >= bytes_max)
    return cut(text, bytes_max);
  return shortened(text.substr(0, at), bytes_max - link.size() - 1) + ' ' + link;
}

std::string severity_of(std::string_view urgency) {
  return urgency == "immediate" ? "critical" : urgency == "urgent" ? "error" : "warning";
}

} // namespace

const webhook_preset* find_preset(std::string_view name) {
  const auto* found = std::ranges::find(presets, name, &webhook_preset::name);
  return found == std::end(presets) ? nullptr : found;
}

std::string preset_names() {
  std::string out;
  for (const auto& preset : presets)
    if (!preset.name.empty())
      out.append(out.empty() ? "" : ", ").append(preset.name);
  return out;
}

std::map<std::string, std::string> values_for(const channel_message& message,
                                              const webhook_preset& preset) {
  auto values = message.fields;
  const auto urgency = values.find("urgency");
  values["severity"] = severity_of(urgency == values.end() ? std::string_view{} : urgency->second);
  values["key"] = message.key;
  values["recipient"] = message.recipient;
  values["title"] = message.subject;
  values["text"] = message.text;
  values["html"] = message.html;
  // The routing key is a name of the receiver's, not a text for people.
  for (auto& [name, value] : values)
    if (name != "recipient" && name != "key")
      value = without_marks(std::move(value), preset.marks);
  values["title"] =
      cut(values["title"], preset.title_bytes_max); // What stands for a mark may be longer than it.
  values["text"] = cut_around_link(values["text"], values["link"], preset.text_bytes_max);
  return values;
}

} // namespace aepro
