#include "actors/notifier/rule_check.hpp"

#include "actors/notifier/alert_text.hpp"
#include "actors/notifier/local_time.hpp"
#include "actors/notifier/message_template.hpp"
#include "actors/notifier/rule_examples.hpp"
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
  return fmt::format("no alert is called {}{}", alert, nearest ? fmt::format("; did you mean {}?", *nearest) : "");
}

void check_rule(const alert_rule_settings& rule, std::vector<setting_problem>& found) {
  const auto place = "alert_rules." + rule.row_name();
  if (std::ranges::find(known_alerts(), rule.alert, &alert_words::alert) == known_alerts().end())
    found.push_back({"", place, unknown_alert(rule.alert)});
  for (const auto& [name, text] : {std::pair("subject", &rule.subject), std::pair("text", &rule.text)}) {
    const auto parsed = message_template::parse(*text, escaping::none, alert_fields());
    if (const auto* wrong = std::get_if<std::string>(&parsed))
      found.push_back({"", fmt::format("{}.{}", place, name), *wrong});
  }
}

} // namespace

std::vector<setting_problem> check_alert_settings(const notifier_rules& rules) {
  std::vector<setting_problem> found;
  for (const auto& rule : rules.rules)
    check_rule(rule, found);
  for (std::size_t i = 0; i < rules.recipients.size(); ++i)
    if (const auto& zone = rules.recipients[i].time_zone; !is_time_zone(zone))
      found.push_back({"", fmt::format("recipients[{}].time_zone", i),
                       fmt::format("'{}' is no zone of this machine's database, as Europe/Berlin is", zone)});
  std::ranges::move(check_examples(rules), std::back_inserter(found));
  for (auto& one : found)
    if (one.origin.empty())
      one.origin = rules.origin_of(one.name);
  return found;
}

} // namespace aepro
