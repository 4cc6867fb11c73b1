#include "actors/acknowledge/web_desk.hpp"

#include "actors/notifier/unicode_text.hpp"
#include "config/value_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include <arpa/inet.h>

namespace aepro {

namespace {

int digit_of(char letter) {
  if (letter >= '0' && letter <= '9')
    return letter - '0';
  const char lower = static_cast<char>(letter | 0x20);
  return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

/// What is no escape stays as it is.
std::string decoded(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '%' && i + 2 < text.size() && digit_of(text[i + 1]) >= 0 &&
        digit_of(text[i + 2]) >= 0) {
      out += static_cast<char>(digit_of(text[i + 1]) * 16 + digit_of(text[i + 2]));
      i += 2;
    } else {
      out += text[i] == '+' ? ' ' : text[i];
    }
  }
  return out;
}

/// Returns the text in one line. Nothing is cut: each byte may become three.
std::string whole_line(std::string_view text) {
  return std::string(trim(one_line(text, text.size() * 3 + 3)));
}

/// Returns the first field of that name of an application/x-www-form-urlencoded body, as text in
/// one line.
std::string field_of(std::string_view body, std::string_view name) {
  while (!body.empty()) {
    const auto end = body.find('&');
    const auto field = body.substr(0, end);
    const auto equals = field.find('=');
    if (equals != std::string_view::npos && decoded(field.substr(0, equals)) == name)
      return whole_line(decoded(field.substr(equals + 1)));
    body = end == std::string_view::npos ? std::string_view() : body.substr(end + 1);
  }
  return {};
}

std::size_t letters_of(std::string_view text) {
  return static_cast<std::size_t>(std::ranges::count_if(
      text, [](char byte) { return (static_cast<unsigned char>(byte) & 0xc0U) != 0x80U; }));
}

std::string trouble_of(const page_form& form, bool is_shared) {
  if (is_shared && form.name.empty())
    return "Say who you are: several people read this message.";
  if (letters_of(form.name) > name_letters_max)
    return fmt::format("The name is too long: {} letters at most.", name_letters_max);
  if (form.reason.empty())
    return "Say what you do about it: the audit trail needs it.";
  if (letters_of(form.reason) > reason_letters_max)
    return fmt::format("The text is too long: {} letters at most.", reason_letters_max);
  return {};
}

/// Returns what stands behind /a/; nothing where it is another path. A proxy may leave or take the
/// public path.
std::optional<std::string_view> token_of(std::string_view target, std::string_view public_url) {
  target = target.substr(0, target.find_first_of("?#"));
  const auto host = public_url.find("://");
  const auto path = host == std::string_view::npos ? host : public_url.find('/', host + 3);
  if (path != std::string_view::npos) {
    auto prefix = public_url.substr(path);
    prefix = prefix.substr(0, prefix.find_last_not_of('/') + 1);
    if (target.starts_with(prefix))
      target.remove_prefix(prefix.size());
  }
  if (!target.starts_with("/a/"))
    return std::nullopt;
  return target.substr(3);
}

web_answer gone(std::string_view why, std::int64_t id) {
  return page_answer(
      410, page_of_notice(
               "This link is not valid any more",
               fmt::format("{} Acknowledge alert {} with `aepro alerts ack {}`, or ask whoever "
                           "runs aepro to send it again.",
                           why, id, id)));
}

} // namespace

std::variant<web_answer, wrong_link, wanted_alert> read_request(const web_request& request,
                                                                const link_options& links) {
  const auto token = token_of(request.target, links.public_url);
  if (!token)
    return plain_answer(404);
  const bool is_post = request.method == "POST";
  if (!is_post && request.method != "GET" && request.method != "HEAD")
    return plain_answer(405);
  const auto link = verify(*token, links.keys);
  if (!link)
    return wrong_link{};
  wanted_alert wanted;
  wanted.link = *link;
  wanted.acknowledges = is_post;
  if (!is_post)
    return wanted;
  wanted.form.reason = field_of(request.body, "reason");
  if (link->shared)
    wanted.form.name = field_of(request.body, "name");
  wanted.form.trouble = trouble_of(wanted.form, link->shared);
  return wanted;
}

std::optional<web_answer> outdated_answer(const wanted_alert& wanted,
                                          const std::optional<notification>& found,
                                          unix_milliseconds now) {
  const auto& link = wanted.link;
  if (now >= link.expires_at)
    return gone("It has expired.", link.notification_id);
  if (!found || !is_of(link, *found))
    return page_answer(
        410, page_of_notice("This alert is not known any more",
                            "The store does not have it: it may have been restored from a backup. "
                            "Ask whoever runs aepro."));
  if (link.round != found->round)
    return gone("The alert was sent again since: use the link in the newest message.",
                link.notification_id);
  return std::nullopt;
}

std::optional<operator_action> action_of(const wanted_alert& wanted, const notification& found,
                                         unix_milliseconds now) {
  if (!wanted.acknowledges || !wanted.form.trouble.empty() ||
      found.state == notification_state::acknowledged)
    return std::nullopt;
  const auto& link = wanted.link;
  const auto who =
      link.shared ? fmt::format("{}, {}", wanted.form.name, link.recipient) : link.recipient;
  return operator_action{now, fmt::format("{} (link by {})", who, link.channel), "acknowledge",
                         std::to_string(found.id), wanted.form.reason};
}

operator_action action_by_message(const notification& found, std::string_view by,
                                  std::string_view reason, unix_milliseconds now) {
  return {now, fmt::format("{} (message)", whole_line(by)), "acknowledge", std::to_string(found.id),
          whole_line(reason)};
}

bool is_done_by(const notification& now, const operator_action& action) {
  return now.state == notification_state::acknowledged && now.ended_at == action.at &&
         now.ended_by == action.who;
}

web_answer alert_answer(const wanted_alert& wanted, const notification& now,
                        const alert_rule_settings& rule,
                        const std::optional<operator_action>& done) {
  const bool is_refused = wanted.acknowledges && !wanted.form.trouble.empty() &&
                          now.state != notification_state::acknowledged;
  return page_answer(is_refused ? 422 : 200, page_of_alert(now, rule, wanted.link, wanted.form,
                                                           done && is_done_by(now, *done)));
}

std::string counted_address(const std::string& address) {
  std::array<unsigned char, 16> bytes{};
  if (inet_pton(AF_INET6, address.c_str(), bytes.data()) != 1)
    return address;
  constexpr unsigned char mapped[12] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
  if (std::equal(std::begin(mapped), std::end(mapped),
                 bytes.begin())) // An IPv4 address, as an IPv6 socket shows it.
    return std::string(bytes.begin() + sizeof(mapped), bytes.end());
  constexpr std::size_t network_bytes = 8;
  return std::string(bytes.begin(), bytes.begin() + network_bytes);
}

} // namespace aepro
