#include "actors/notifier/webhook_form.hpp"

#include "actors/notifier/unicode_text.hpp"
#include "actors/notifier/webhook_signature.hpp"
#include "config/value_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <optional>

namespace aepro {

namespace {

constexpr std::string_view own_headers[] = {"content-type",      "content-length",   "host",
                                            "transfer-encoding", "connection",       "expect",
                                            "idempotency-key",   "x-aepro-signature"};

std::string lower(std::string_view text) {
  std::string out;
  for (const unsigned char letter : text)
    out += static_cast<char>(std::tolower(letter));
  return out;
}

std::optional<escaping> escaping_of(std::string_view content_type) {
  const auto type = lower(trim(content_type.substr(0, content_type.find(';'))));
  if (type == "application/json" || type.ends_with("+json"))
    return escaping::json;
  if (type == "text/xml" || type == "application/xml" || type == "text/html" ||
      type.ends_with("+xml"))
    return escaping::markup;
  if (type == "application/x-www-form-urlencoded")
    return escaping::form;
  if (type == "text/plain")
    return escaping::none;
  return std::nullopt;
}

bool is_header_name(std::string_view name) {
  return !name.empty() && std::ranges::all_of(name, [](unsigned char letter) {
    return std::isalnum(letter) != 0 || letter == '-' || letter == '_';
  });
}

bool is_visible_ascii(std::string_view text) {
  return std::ranges::all_of(text, [](char letter) { return letter > 0x20 && letter < 0x7f; });
}

/// Those would end the part of the address that the secret stands in.
bool is_address_part(std::string_view text) {
  return is_visible_ascii(text) && text.find_first_of("#?&") == std::string_view::npos;
}

std::string header_line(const std::string& name, const std::string& value) {
  return value.empty() ? name + ";" : fmt::format("{}: {}", name, value);
}

} // namespace

std::variant<webhook_form, std::string> webhook_form::parse(const channel_settings& values) {
  webhook_form made;
  made.secret_ = values.secret;
  made.preset_ = find_preset(values.preset);
  if (made.preset_ == nullptr)
    return fmt::format("preset: there is no '{}'; there are {}", one_line(values.preset, 40),
                       preset_names());
  for (auto part :
       {&webhook_form::parse_address, &webhook_form::parse_body, &webhook_form::parse_headers})
    if (auto trouble = (made.*part)(values); !trouble.empty())
      return trouble;
  return made;
}

std::string webhook_form::parse_address(const channel_settings& values) {
  const auto& url = values.url;
  const bool is_plain = url.starts_with("http://");
  if (!url.starts_with("https://") && !is_plain)
    return "url: write https://HOST/PATH";
  if (is_plain && !values.allow_private)
    return "url: http:// would carry the message in the clear; write https://, or allow_private in "
           "a closed network";
  if (!is_visible_ascii(url))
    return "url: has blanks or letters outside ASCII; percent-encode them";
  if (url.substr(0, url.find_first_of("/?#", url.find("//") + 2)).find("{{") != url.npos)
    return "url: no field may choose the host";
  if (url.find(secret_mark) != url.npos && (secret_.empty() || !is_address_part(secret_)))
    return "url: names {{secret}}, and the secret is empty, or has blanks, #, ?, & or letters "
           "outside ASCII; percent-encode them";
  std::string_view rest = url;
  for (;;) {
    const auto at = rest.find(secret_mark);
    auto part = message_template::parse(rest.substr(0, at), escaping::form, template_fields());
    if (const auto* why = std::get_if<std::string>(&part))
      return "url: " + *why;
    address_.push_back(std::get<message_template>(std::move(part)));
    if (at == rest.npos)
      return {};
    rest.remove_prefix(at + secret_mark.size());
  }
}

std::string webhook_form::parse_body(const channel_settings& values) {
  const bool is_own = !values.body.empty();
  if (!is_own && values.preset.empty())
    return "needs a preset or a body";
  content_type_ = is_own ? values.content_type : std::string(preset_->content_type);
  const auto how = escaping_of(content_type_);
  if (!how || breaks_lines(content_type_))
    return fmt::format(
        "content_type: '{}' is none that fields can be escaped for; there are JSON, XML, HTML, "
        "application/x-www-form-urlencoded and text/plain",
        one_line(content_type_, 60));
  auto body = message_template::parse(is_own ? std::string_view(values.body) : preset_->body, *how,
                                      template_fields());
  if (const auto* why = std::get_if<std::string>(&body))
    return "body: " + *why;
  body_ = std::get<message_template>(std::move(body));
  return {};
}

std::string webhook_form::parse_headers(const channel_settings& values) {
  std::vector<std::string_view> names(template_fields().begin(), template_fields().end());
  names.push_back("secret");
  for (const auto& [name, value] : values.headers) {
    if (!is_header_name(name) ||
        std::ranges::find(own_headers, lower(name)) != std::end(own_headers))
      return fmt::format("headers: '{}' is no header's name, or one that is set already",
                         one_line(name, 60));
    if (value.find(secret_mark) != value.npos && secret_.empty())
      return fmt::format("headers: {} names {{{{secret}}}}, and there is no secret_file", name);
    auto parsed = message_template::parse(value, escaping::line, names);
    if (const auto* why = std::get_if<std::string>(&parsed))
      return fmt::format("headers: {}: {}", name, *why);
    headers_.emplace_back(name, std::get<message_template>(std::move(parsed)));
  }
  return {};
}

webhook_request webhook_form::fill(const channel_message& message,
                                   std::chrono::sys_seconds now) const {
  auto fields = values_for(message, *preset_);
  if (message.recipient == secret_mark)
    fields["recipient"] = secret_;
  webhook_request request;
  for (const auto& part : address_)
    request.url.append(request.url.empty() ? "" : secret_).append(part.fill(fields));
  request.body = body_.fill(fields);
  request.headers = {"Content-Type: " + content_type_,
                     header_line("Idempotency-Key", escaped(message.key, escaping::line))};
  if (!secret_.empty())
    request.headers.push_back("X-Aepro-Signature: " +
                              webhook_signature(secret_, now, request.body));
  fields["secret"] = secret_;
  for (const auto& [name, value] : headers_)
    request.headers.push_back(header_line(name, value.fill(fields)));
  return request;
}

} // namespace aepro
