#include "actors/acknowledge/alert_page.hpp"

#include "actors/notifier/alert_text.hpp"
#include "actors/notifier/message_template.hpp"
#include "actors/validation/sha256.hpp"

#include <fmt/format.h>
#include <openssl/evp.h>

#include <algorithm>
#include <array>

namespace aepro {

namespace {

constexpr std::string_view style =
    ":root{color-scheme:light dark}"
    "body{font:1.05rem/1.5 system-ui,sans-serif;max-width:36rem;margin:0 "
    "auto;padding:1rem;overflow-wrap:anywhere}"
    "h1{font-size:1.4rem;line-height:1.25}"
    "dl{display:grid;grid-template-columns:minmax(6rem,auto) 1fr;gap:.25rem 1rem;margin:1rem 0}"
    "dt{opacity:.75}dd{margin:0}"
    ".note{border-left:.3rem solid;padding:.5rem .8rem;margin:1rem 0}"
    ".bad{border-color:#c62828}.good{border-color:#2e7d32}"
    "label{display:block;margin-top:1rem;font-weight:600}"
    "input,textarea{box-sizing:border-box;width:100%;font:inherit;padding:.5rem;margin-top:.25rem}"
    "textarea{min-height:5rem}"
    "button{font:inherit;font-weight:600;margin-top:1rem;padding:.7rem "
    "1.2rem;width:100%;color:#fff;background:#0b57d0;"
    "border:0;border-radius:.4rem}"
    ":focus-visible{outline:.2rem solid #e8710a;outline-offset:.15rem}";

std::string markup(std::string_view text) {
  return escaped(text, escaping::markup);
}

std::string page(std::string_view title, const std::string& content) {
  return fmt::format(
      "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">"
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">"
      "<meta name=\"robots\" content=\"noindex\"><title>{}</title><style>{}</style></head>\n"
      "<body><main>\n<h1>{}</h1>\n{}</main></body></html>\n",
      markup(title), style, markup(title), content);
}

/// The browser takes this style and nothing else.
const std::string& content_policy() {
  static const std::string policy = [] {
    const auto digest = sha256{}(style);
    std::array<unsigned char, 64> letters{};
    const auto size =
        EVP_EncodeBlock(letters.data(), digest.data(), static_cast<int>(digest.size()));
    return fmt::format(
        "default-src 'none'; style-src 'sha256-{}'; form-action 'self'; base-uri 'none'; "
        "frame-ancestors 'none'",
        std::string_view(reinterpret_cast<const char*>(letters.data()),
                         static_cast<std::size_t>(size)));
  }();
  return policy;
}

std::string_view said_of(notification_state state) {
  switch (state) {
    case notification_state::waiting:
    case notification_state::sent: return "Nobody has acknowledged it yet.";
    case notification_state::closed: return "It was delivered; nobody has to acknowledge it.";
    case notification_state::acknowledged: return "It is acknowledged.";
    case notification_state::muted: return "It is muted: nobody was told.";
    case notification_state::exhausted:
      return "Nobody has acknowledged it, and everybody was told who was to be.";
    case notification_state::withheld: return "It is withheld: nobody was told.";
    case notification_state::repeated:
      return "Another version of the report has raised the same alert.";
  }
  return "";
}

std::string state_text(const notification& what, bool just_acknowledged) {
  if (what.state != notification_state::acknowledged)
    return fmt::format("<p class=\"note\">{}</p>\n", said_of(what.state));
  const auto by = fmt::format("by <strong>{}</strong> at {}", markup(what.ended_by),
                              instant_text(what.ended_at));
  return fmt::format(
      "<p class=\"note good\" role=\"status\">{}</p>\n",
      just_acknowledged
          ? fmt::format("Thank you: acknowledged {}. Nobody else will be told.", by)
          : fmt::format("It was acknowledged {}. It need not be acknowledged again.", by));
}

std::string details(const notification& what, const alert_rule_settings& rule) {
  const auto values = fields_of(what, false);
  std::string out = "<dl>\n";
  const auto row = [&out](std::string_view name, const std::string& value) {
    if (!value.empty())
      out += fmt::format("<dt>{}</dt><dd>{}</dd>\n", name, markup(value));
  };
  const auto row_if_shown = [&](std::string_view name, const char* field) {
    if (names_field(rule, field))
      row(name, values.at(field));
  };
  row("Urgency", values.at("urgency"));
  row("Rule", values.at("rule"));
  row_if_shown("Study", "study");
  row_if_shown("Site", "site");
  row_if_shown("Subject", "subject");
  row("Reported", values.at("produced_at"));
  row("What", what.detail == history_detail ? "" : values.at("detail"));
  row("Alert", values.at("id"));
  return out + fmt::format("</dl>\n<p><strong>What to do:</strong> {}</p>\n",
                           markup(values.at("action")));
}

std::string form_text(const alert_link& link, const page_form& form) {
  std::string out;
  if (!form.trouble.empty())
    out += fmt::format("<p class=\"note bad\" role=\"alert\" id=\"trouble\">{}</p>\n",
                       markup(form.trouble));
  out += "<form method=\"post\">\n";
  if (link.shared)
    out += fmt::format("<label for=\"name\">Your name</label>\n"
                       "<input id=\"name\" name=\"name\" required maxlength=\"{}\" "
                       "autocomplete=\"name\" value=\"{}\">\n",
                       name_letters_max, markup(form.name));
  out += fmt::format(
      "<label for=\"reason\">What you do about it</label>\n"
      "<textarea id=\"reason\" name=\"reason\" required maxlength=\"{}\">{}</textarea>\n",
      reason_letters_max, markup(form.reason));
  return out +
         fmt::format("<button type=\"submit\">Acknowledge</button>\n</form>\n"
                     "<p>You acknowledge {} {}. What you write is kept in the audit trail.</p>\n",
                     link.shared ? "for" : "as", markup(link.recipient));
}

struct plain_text {
  int status;
  std::string_view title, text;
};

constexpr plain_text plain_texts[] = {
    {404, "Not found",
     "This link does not work. Copy it whole from the message, with all its letters."},
    {405, "Not possible", "Open the link with a browser."},
    {411, "Not possible", "A request says its length."},
    {413, "Too large", "The request is too large."},
    {429, "Too many requests", "Too many requests. Wait a minute and try again."},
    {431, "Too large", "The request's head is too large."},
    {500, "It does not work", "Something went wrong here. Tell whoever runs this service."},
    {503, "Not now", "The alert cannot be read or acknowledged now. Try again in a minute."},
};
constexpr plain_text bad_request{400, "Not understood", "The request is not understood."};

} // namespace

std::string page_of_alert(const notification& what, const alert_rule_settings& rule,
                          const alert_link& link, const page_form& form, bool just_acknowledged) {
  const auto title = fields_of(what, false).at("what");
  auto content = state_text(what, just_acknowledged) + details(what, rule);
  if (what.state != notification_state::acknowledged)
    content += form_text(link, form);
  return page(title, content);
}

std::string page_of_notice(std::string_view title, std::string_view text) {
  return page(title, fmt::format("<p>{}</p>\n", markup(text)));
}

web_answer page_answer(int status, std::string text) {
  web_answer answer;
  answer.status = status;
  answer.headers = {{"Content-Type", "text/html; charset=utf-8"},
                    {"Cache-Control", "no-store"},
                    {"Content-Security-Policy", content_policy()},
                    {"Referrer-Policy", "no-referrer"},
                    {"X-Content-Type-Options", "nosniff"},
                    {"X-Frame-Options", "DENY"},
                    {"X-Robots-Tag", "noindex"}};
  if (status == 405)
    answer.headers.emplace_back("Allow", "GET, HEAD, POST");
  if (status == 429)
    answer.headers.emplace_back("Retry-After", "60");
  if (status == 503)
    answer.headers.emplace_back("Retry-After", "10");
  answer.body = std::move(text);
  return answer;
}

web_answer plain_answer(int status) {
  const auto* found = std::ranges::find(plain_texts, status, &plain_text::status);
  const auto& said = found == std::end(plain_texts) ? bad_request : *found;
  return page_answer(said.status, page_of_notice(said.title, said.text));
}

} // namespace aepro
