#include "actors/notifier/digest.hpp"

#include "actors/clocks/calendar.hpp"
#include "actors/notifier/digest_text.hpp"

#include <algorithm>
#include <map>

namespace aepro {

namespace {

/// Returns what deliveries that may be one message share; empty: it stays alone.
std::string group_of(const planned_delivery& planned, const notifier_rules& rules) {
  const auto* channel = rules.find_channel(planned.channel);
  if (channel == nullptr || !is_for_people(*channel))
    return {};
  std::string group = is_history(planned.what) ? "history\n" : "";
  const auto empty = group.size();
  for (const auto& message : planned.messages)
    group += message.recipient + '\n';
  return group.size() == empty ? std::string{} : planned.channel + '\n' + group;
}

planned_delivery make_digest(std::vector<planned_delivery> members,
                             const channel_settings& channel) {
  planned_delivery digest;
  digest.what = members.front().what;
  digest.at = members.front().at;
  digest.steps = members.front().steps;
  digest.channel = channel.name;
  for (std::size_t i = 0; i < members.front().messages.size(); ++i)
    digest.messages.push_back(digest_message(members, i, channel));
  for (auto& member : members) // Ten thousand texts that nobody will read.
    for (auto& message : member.messages)
      message = {.key = std::move(message.key),
                 .recipient = std::move(message.recipient),
                 .subject = {},
                 .text = {},
                 .html = {},
                 .fields = {}};
  digest.digest = std::make_shared<const std::vector<planned_delivery>>(std::move(members));
  return digest;
}

} // namespace

bool is_for_people(const channel_settings& channel) {
  switch (channel.type) {
    case channel_type::smtp:
    case channel_type::webhook: return true;
    case channel_type::kafka:
    case channel_type::log: return false;
  }
  return false;
}

std::set<std::string> channels_of(const notification_flood& flood, const notifier_rules& rules,
                                  const std::string& fallback_role) {
  std::set<std::string> sites{""}, channels;
  for (const auto& one : rules.recipients)
    sites.insert(one.site);
  for (const auto& one : rules.rules)
    sites.insert(one.site);
  notification what;
  what.rule = flood.rule;
  what.study = flood.study;
  const auto step =
      static_cast<std::size_t>(flood.step) + (flood.state == notification_state::sent ? 1 : 0);
  // Its members were made on whichever days: while all were there, or somebody was away.
  std::set<unix_milliseconds> days{0};
  for (const auto& one : rules.recipients)
    for (const auto& away : one.away)
      days.insert(start_of_day(away.first_day, one.time_zone));
  for (const auto& site : sites)
    for (const auto day : days) {
      what.site = site;
      what.created_at = day;
      const auto route = make_route(what, rules, fallback_role);
      const auto* channel = step < route.size() ? rules.find_channel(route[step].channel) : nullptr;
      if (channel != nullptr && is_for_people(*channel))
        channels.insert(channel->name);
    }
  return channels;
}

notification wait_for_others(notification made, const notifier_rules& rules,
                             const std::string& fallback_role, const digest_options& options) {
  if (!options.are_made() || made.urgency != urgency::routine ||
      made.state != notification_state::waiting)
    return made;
  const auto route = make_route(made, rules, fallback_role);
  const auto* channel = route.empty() ? nullptr : rules.find_channel(route.front().channel);
  if (channel != nullptr && is_for_people(*channel)) // The channel's time begins when it may send.
    made.step_since = made.next_at += options.wait.count();
  return made;
}

std::vector<planned_delivery> make_digests(std::vector<planned_delivery> planned,
                                           const notifier_rules& rules) {
  std::vector<planned_delivery> all;
  std::map<std::string, std::vector<planned_delivery>> groups;
  for (auto& one : planned)
    if (auto group = group_of(one, rules); group.empty())
      all.push_back(std::move(one));
    else
      groups[std::move(group)].push_back(std::move(one));
  for (auto& [name, members] : groups) {
    const auto& channel = *rules.find_channel(members.front().channel);
    all.push_back(members.size() == 1 ? std::move(members.front())
                                      : make_digest(std::move(members), channel));
  }
  return all;
}

} // namespace aepro
