#include "actors/notifier/rule_check.hpp"

#include "actors/notifier/alert_text.hpp"
#include "actors/notifier/local_time.hpp"
#include "actors/notifier/mail_header.hpp"
#include "actors/notifier/message_template.hpp"
#include "actors/notifier/rule_examples.hpp"
#include "actors/notifier/webhook_form.hpp"
#include "config/value_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

namespace aepro {

namespace {

std::string unknown_alert(const std::string& alert) {
  std::vector<std::string_view> names;
  for (const auto& known : known_alerts())
    names.push_back(known.alert);
  const auto nearest = nearest_name(alert, names);
  return fmt::format("no alert is called {}{}", alert,
                     nearest ? fmt::format("; did you mean {}?", *nearest) : "");
}

void check_rule(const alert_rule_settings& rule, std::vector<setting_problem>& found) {
  const auto place = "alert_rules." + rule.row_name();
  if (std::ranges::find(known_alerts(), rule.alert, &alert_words::alert) == known_alerts().end())
    found.push_back({"", place, unknown_alert(rule.alert)});
  const auto check_text = [&found](const std::string& where, const std::string& text) {
    const auto parsed = message_template::parse(text, escaping::none, alert_fields());
    if (const auto* wrong = std::get_if<std::string>(&parsed))
      found.push_back({"", where, *wrong});
  };
  check_text(place + ".subject", rule.subject);
  check_text(place + ".text", rule.text);
  for (const auto& [language, texts] : rule.texts) {
    check_text(fmt::format("{}.texts.{}.subject", place, language), texts.subject);
    check_text(fmt::format("{}.texts.{}.text", place, language), texts.text);
  }
}

/// What would keep it from ever sending.
void check_channel(const channel_settings& channel, std::vector<setting_problem>& found) {
  const auto place = "channels." + channel.name;
  if (channel.type == channel_type::smtp) {
    if (!channel.url.empty() && !channel.url.starts_with("smtp://") &&
        !channel.url.starts_with("smtps://"))
      found.push_back(
          {"", place + ".url",
           fmt::format("'{}': write smtp://HOST:PORT or smtps://HOST:PORT", channel.url)});
    const auto from = parse_mailbox(channel.from);
    if (const auto* wrong = std::get_if<std::string>(&from);
        wrong != nullptr && !channel.from.empty())
      found.push_back({"", place + ".from", *wrong});
  }
  if (channel.type == channel_type::webhook && !channel.url.empty()) {
    const auto form = webhook_form::parse(channel);
    if (const auto* wrong = std::get_if<std::string>(&form))
      found.push_back({"", place, *wrong});
  }
}

std::string address_trouble(const channel_settings& channel, const std::string& address) {
  // Without an @ it is refused when the settings are read.
  if (channel.type == channel_type::smtp && address.find('@') != address.npos &&
      !is_mail_address(address))
    return fmt::format("'{}' is no mail address", address);
  if (channel.type == channel_type::webhook && address == secret_mark && channel.secret.empty())
    return fmt::format("names {}, and channels.{} has no secret_file", secret_mark, channel.name);
  return {};
}

std::string stand_in_trouble(const recipient_settings& recipient, const notifier_rules& rules) {
  std::vector<std::string_view> names;
  for (const auto& one : rules.recipients)
    names.push_back(one.name);
  const auto found =
      std::ranges::find(rules.recipients, recipient.stand_in, &recipient_settings::name);
  if (found == rules.recipients.end()) {
    const auto nearest = nearest_name(recipient.stand_in, names);
    return fmt::format("no recipient has the name '{}'{}", recipient.stand_in,
                       nearest ? fmt::format("; did you mean {}?", *nearest) : "");
  }
  if (std::ranges::count(names, std::string_view(recipient.stand_in)) > 1)
    return fmt::format("several recipients have the name '{}'; give the one that is meant its own",
                       recipient.stand_in);
  if (found->name == recipient.name)
    return "nobody stands in for himself";
  if (std::ranges::none_of(recipient.addresses, [&](const auto& address) {
        return found->addresses.contains(address.first);
      }))
    return fmt::format("'{}' has an address on none of this recipient's channels", found->name);
  return {};
}

void check_recipient(const recipient_settings& recipient, const std::string& place,
                     const notifier_rules& rules, std::vector<setting_problem>& found) {
  if (recipient.name.empty())
    found.push_back({"", place, "name is missing: who this is, for the audit trail"});
  if (!is_time_zone(recipient.time_zone))
    found.push_back({"", place + ".time_zone",
                     fmt::format("'{}' is no zone of this machine's database, as Europe/Berlin "
                                 "is",
                                 recipient.time_zone)});
  for (const auto& [name, address] : recipient.addresses)
    if (const auto* channel = rules.find_channel(name))
      if (auto wrong = address_trouble(*channel, address); !wrong.empty())
        found.push_back({"", place + ".addresses", std::move(wrong)});
  if (!recipient.stand_in.empty())
    if (auto wrong = stand_in_trouble(recipient, rules); !wrong.empty())
      found.push_back({"", place + ".stand_in", std::move(wrong)});
}

} // namespace

std::vector<setting_problem> check_alert_settings(const notifier_rules& rules) {
  std::vector<setting_problem> found;
  for (const auto& rule : rules.rules)
    check_rule(rule, found);
  for (const auto& channel : rules.channels)
    check_channel(channel, found);
  for (std::size_t i = 0; i < rules.recipients.size(); ++i)
    check_recipient(rules.recipients[i], fmt::format("recipients[{}]", i), rules, found);
  std::ranges::move(check_examples(rules), std::back_inserter(found));
  for (auto& one : found)
    if (one.origin.empty())
      one.origin = rules.origin_of(one.name);
  return found;
}

} // namespace aepro
