#include "apps/channel_trial.hpp"

#include "actors/notifier/alert_text.hpp"
#include "actors/notifier/make_channel.hpp"
#include "actors/storage/wall_clock.hpp"
#include "messages/error_text.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <nlohmann/json.hpp>

#include <set>

namespace aepro {

namespace {

std::set<std::string> addresses_of(const notifier_rules& rules, const std::string& channel) {
  std::set<std::string> all;
  for (const auto& recipient : rules.recipients)
    if (const auto found = recipient.addresses.find(channel); found != recipient.addresses.end())
      all.insert(found->second);
  return all;
}

/// Looks like an alert to the other side, and says in each of its parts that it is none.
channel_message trial_message(const channel_settings& channel, const std::string& address) {
  notification what;
  what.rule = "test";
  what.study = what.site = what.subject = "TEST";
  what.produced_at = what.durable_at = wall_clock();
  what.key = fmt::format("test-{}", what.produced_at);
  alert_rule_settings words;
  words.subject = "[aepro] TEST: this is not an alert";
  words.text = "This is a test of the channel " + channel.name +
               ".\nNothing has happened, and nothing is to be done.\n";
  route_recipient recipient;
  recipient.name = "test";
  recipient.address = address;
  return make_message(what, words, &channel, recipient);
}

int report(const std::vector<channel_message>& messages,
           const std::vector<channel_outcome>& outcomes, bool as_json) {
  auto all = nlohmann::ordered_json::array();
  bool is_good = true;
  for (std::size_t i = 0; i < outcomes.size(); ++i) {
    const auto& outcome = outcomes[i];
    is_good = is_good && outcome.result == attempt_result::delivered;
    if (!as_json)
      fmt::print("{}: {} {}{}\n", messages[i].recipient.empty() ? "-" : messages[i].recipient,
                 name_of(outcome.result), outcome.receipt,
                 outcome.detail.empty() ? "" : " (" + outcome.detail + ")");
    all.push_back({{"recipient", messages[i].recipient},
                   {"result", name_of(outcome.result)},
                   {"receipt", outcome.receipt},
                   {"detail", outcome.detail}});
  }
  if (as_json)
    print_answer(all.dump(2, ' ', false, nlohmann::json::error_handler_t::replace));
  return is_good ? exit_good : exit_no;
}

} // namespace

int try_channel(const common_options& common, const std::string& channel,
                const std::string& address) {
  const auto loaded = load_settings_or_report(common);
  if (!loaded)
    return exit_failed;
  const auto& rules = loaded->values.alerts;
  const auto* wanted = rules.find_channel(channel);
  if (wanted == nullptr) {
    std::vector<std::string> names;
    for (const auto& one : rules.channels)
      names.push_back(one.name);
    print_error(fmt::format("the settings have no channel {}; {}", channel,
                            names.empty() ? "they have none"
                                          : fmt::format("there are {}", fmt::join(names, ", "))));
    return exit_failed;
  }
  auto addresses = addresses_of(rules, channel);
  if (!address.empty())
    addresses = {address};
  if (addresses.empty()) {
    print_error(fmt::format("no recipient has an address for {}; say one with --to", channel));
    return exit_failed;
  }
  std::vector<channel_message> messages;
  for (const auto& one : addresses)
    messages.push_back(trial_message(*wanted, one));
  auto opened = make_channel(*wanted, loaded->values);
  if (!opened) {
    print_error(error_text(opened.error()));
    return exit_failed;
  }
  return report(messages, (*opened)->deliver(messages, wanted->timeout), common.json);
}

} // namespace aepro
