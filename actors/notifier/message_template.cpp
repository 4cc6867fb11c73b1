#include "actors/notifier/message_template.hpp"

#include "actors/notifier/unicode_text.hpp"
#include "config/value_text.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>

namespace aepro {

namespace {

constexpr std::string_view known_fields[] = {
    "key",         "recipient",  "title",      "text",
    "html", // Of the message; its subject line is the title.
    "id",          "rule",       "what",       "action", "step",  "urgency",   "severity",
    "study",       "site",       "subject",    "term",   "topic", "partition", "offset",
    "produced_at", "durable_at", "created_at", "detail", "link"};

bool is_control(char letter) {
  return static_cast<unsigned char>(letter) < 0x20 || letter == 0x7f;
}

std::string json_text(const std::string& text) {
  const auto quoted = nlohmann::json(text).dump();
  return quoted.substr(1, quoted.size() - 2);
}

std::string markup_text(std::string_view text) {
  std::string out;
  for (const char letter : text) {
    switch (letter) {
      case '&': out += "&amp;"; break;
      case '<': out += "&lt;"; break;
      case '>': out += "&gt;"; break;
      case '"': out += "&quot;"; break;
      case '\'': out += "&#39;"; break;
      default:
        out += is_control(letter) && letter != '\n' && letter != '\t' ? ' '
                                                                      : letter; // XML has no other.
    }
  }
  return out;
}

std::string form_text(std::string_view text) {
  constexpr std::string_view unreserved =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";
  std::string out;
  for (const char letter : text)
    if (unreserved.find(letter) != std::string_view::npos)
      out += letter;
    else
      out += fmt::format("%{:02X}", static_cast<unsigned char>(letter));
  return out;
}

std::string trouble_of_field(std::string_view name, std::span<const std::string_view> names) {
  if (std::ranges::find(names, name) != names.end())
    return {};
  if (const auto nearest = nearest_name(name, names))
    return fmt::format("there is no field '{}'; did you mean {}?", one_line(name, 100), *nearest);
  return fmt::format("there is no field '{}'; there are {}", one_line(name, 100),
                     fmt::join(names, ", "));
}

} // namespace

std::string escaped(std::string_view text, escaping how) {
  auto whole = valid_utf8(text);
  switch (how) {
    case escaping::none: return whole;
    case escaping::line: std::ranges::replace_if(whole, is_control, ' '); return whole;
    case escaping::json: return json_text(whole);
    case escaping::markup: return markup_text(whole);
    case escaping::form: return form_text(whole);
  }
  return {};
}

std::span<const std::string_view> template_fields() {
  return known_fields;
}

std::variant<message_template, std::string>
message_template::parse(std::string_view text, escaping how,
                        std::span<const std::string_view> names) {
  message_template made;
  made.how_ = how;
  std::map<std::string, std::string> sample;
  auto rest = text;
  for (;;) {
    const auto begin = rest.find("{{");
    if (begin == rest.npos)
      break;
    const auto end = rest.find("}}", begin);
    if (end == rest.npos)
      return fmt::format("'{}' has no }}}} behind it", one_line(rest.substr(begin), 40));
    const auto name = trim(rest.substr(begin + 2, end - begin - 2));
    if (auto trouble = trouble_of_field(name, names); !trouble.empty())
      return trouble;
    sample[std::string(name)] = "x";
    made.pieces_.push_back({std::string(rest.substr(0, begin)), std::string(name)});
    rest.remove_prefix(end + 2);
  }
  made.pieces_.push_back({std::string(rest), {}});
  // An x is neither a value nor the rest of an escape or number: with it, JSON is well-formed in
  // strings alone.
  if (how == escaping::json && !nlohmann::json::accept(made.fill(sample)))
    return "is no JSON, or has a field outside a string: write \"{{field}}\"";
  return made;
}

std::string message_template::fill(const std::map<std::string, std::string>& values) const {
  std::string out;
  for (const auto& [literal, field] : pieces_) {
    out += literal;
    if (const auto found = values.find(field); found != values.end() && !field.empty())
      out += escaped(found->second, how_);
  }
  return out;
}

} // namespace aepro
