#include "actors/notifier/route.hpp"

#include "actors/clocks/calendar.hpp"
#include "actors/notifier/alert_planner.hpp"
#include "actors/notifier/local_time.hpp"

#include <algorithm>

namespace aepro {

namespace {

/// Returns how closely a recipient is named for the notification; -1: not at all.
int closeness(const recipient_settings& recipient, const notification& what) {
  if ((!recipient.study.empty() && recipient.study != what.study) ||
      (!recipient.site.empty() && recipient.site != what.site))
    return -1;
  return (recipient.study.empty() ? 0 : 2) + (recipient.site.empty() ? 0 : 1);
}

/// Who holds the role on this channel: one named closely but without an address there must not hide
/// one who has one.
std::vector<const recipient_settings*> holders_of(const std::string& role,
                                                  const std::string& channel,
                                                  const notification& what,
                                                  const notifier_rules& rules) {
  std::vector<const recipient_settings*> closest;
  int best = 0;
  for (const auto& recipient : rules.recipients) {
    if (std::ranges::find(recipient.roles, role) == recipient.roles.end() ||
        !recipient.addresses.contains(channel))
      continue;
    const auto close = closeness(recipient, what);
    if (close < best)
      continue;
    if (close > best)
      closest.clear();
    best = close;
    closest.push_back(&recipient);
  }
  return closest;
}

bool is_away(const recipient_settings& recipient, unix_milliseconds at) {
  if (recipient.away.empty())
    return false;
  const auto day = day_of(at, recipient.time_zone);
  return std::ranges::any_of(recipient.away, [day](const absence& one) {
    return one.first_day <= day && day <= one.last_day;
  });
}

/// Returns who is told in a recipient's place on this channel, himself where he is there; null:
/// nobody.
const recipient_settings* present(const recipient_settings* one, const std::string& channel,
                                  const notifier_rules& rules, unix_milliseconds at) {
  for (std::size_t i = 0; i <= rules.recipients.size() && one != nullptr; ++i) {
    if (!is_away(*one, at))
      return one->addresses.contains(channel) ? one : nullptr;
    const auto next = std::ranges::find(rules.recipients, one->stand_in, &recipient_settings::name);
    one = one->stand_in.empty() || next == rules.recipients.end() ? nullptr : &*next;
  }
  return nullptr; // They stand in for each other, and all are away.
}

/// Two may share an address: it gets one message.
bool is_in(const route_step& step, const std::string& address) {
  return std::ranges::find(step.recipients, address, &route_recipient::address) !=
         step.recipients.end();
}

std::vector<std::string> channels_of(const std::vector<std::string>& wanted,
                                     const notifier_rules& rules) {
  if (!wanted.empty())
    return wanted;
  std::vector<std::string> all;
  for (const auto& channel : rules.channels)
    all.push_back(channel.name);
  return all;
}

} // namespace

std::vector<route_step> make_route(const notification& what, const notifier_rules& rules,
                                   const std::string& fallback_role) {
  const auto rule = find_rule(rules, what.rule, what.study, what.site);
  auto audience = rule.audience;
  if (std::ranges::find(audience, fallback_role) == audience.end())
    audience.push_back(fallback_role);
  std::vector<route_step> steps;
  const auto add = [&](const std::string& role, const std::vector<std::string>& channels,
                       bool whoever_is_away) {
    for (const auto& channel : channels) {
      route_step step{role, channel, {}};
      for (const auto* holder : holders_of(role, channel, what, rules)) {
        const auto* one =
            whoever_is_away ? holder : present(holder, channel, rules, what.created_at);
        if (one != nullptr && !is_in(step, one->addresses.at(channel)))
          step.recipients.push_back({one->name, one->addresses.at(channel), one->time_zone,
                                     one->quiet_from, one->quiet_to, one->shared, one->language});
      }
      if (!step.recipients.empty())
        steps.push_back(std::move(step));
    }
  };
  for (const auto& role : audience)
    add(role, channels_of(rule.channels, rules), false);
  // Somebody must be told, whatever channels the rule wants, and whoever is away.
  for (const bool whoever_is_away : {false, true})
    if (std::ranges::find(steps, fallback_role, &route_step::role) == steps.end())
      add(fallback_role, channels_of({}, rules), whoever_is_away);
  return steps;
}

unix_milliseconds quiet_until(const route_recipient& recipient, urgency how_urgent,
                              unix_milliseconds now) {
  if (how_urgent != urgency::routine || recipient.quiet_from == recipient.quiet_to)
    return 0;
  const auto minute = minute_of_day(now, recipient.time_zone);
  const bool over_midnight = recipient.quiet_from > recipient.quiet_to;
  const bool after_begin = minute >= recipient.quiet_from, before_end = minute < recipient.quiet_to;
  const bool is_quiet = over_midnight ? after_begin || before_end : after_begin && before_end;
  return is_quiet ? next_minute_of_day(now, recipient.time_zone, recipient.quiet_to) : 0;
}

} // namespace aepro
