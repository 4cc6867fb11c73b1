#include "actors/notifier/delivery_plan.hpp"

#include "actors/notifier/alert_planner.hpp"
#include "actors/notifier/alert_text.hpp"
#include "actors/notifier/flood_plan.hpp"

#include <algorithm>

namespace aepro {

namespace {

bool has(const std::vector<std::string>& names, const std::string& name) {
  return std::ranges::find(names, name) != names.end();
}

constexpr unix_milliseconds standstill_min = 60'000; ///< Looks are closer to each other.
constexpr unix_milliseconds standstill_pardon =
    900'000; ///< A person must learn of it all the same.

/// Time in which it was due and nobody looked (no node ran, the store was away) is not the
/// channel's, nor people's, who could not acknowledge by their links. Returns whether they get time
/// anew.
bool forgive_standstill(notification& what, unix_milliseconds now) {
  const auto late = std::max<unix_milliseconds>(0, now - what.next_at);
  if (what.state == notification_state::waiting)
    what.step_since += late;
  if (what.state != notification_state::sent || late < standstill_min)
    return false;
  what.next_at = now + std::min(late, standstill_pardon);
  return true;
}

/// Passes the steps that are over; true where one is left.
bool is_due(planned_delivery& planned, unix_milliseconds now) {
  auto& what = planned.what;
  if (planned.steps == 0) {
    what = without_route(std::move(what), now);
    return false;
  }
  if (forgive_standstill(what, now))
    return false;
  if (what.state == notification_state::sent)
    what = after_silence(std::move(what), planned.steps, now);
  else // The settings may have fewer steps than before, and nobody was reached yet.
    what.step = std::min(what.step, static_cast<std::int32_t>(planned.steps) - 1);
  return what.state == notification_state::waiting;
}

/// `make(what, rule, channel, recipient)` returns the message to one of them.
template <class Make>
planned_delivery plan(const leased_notification& leased, const notifier_rules& rules,
                      const std::string& fallback_role, unix_milliseconds now, Make make) {
  planned_delivery planned;
  planned.what = leased.what;
  planned.lease = leased.lease;
  planned.at = now;
  const auto route = make_route(leased.what, rules, fallback_role);
  planned.steps = route.size();
  if (!is_due(planned, now))
    return planned;
  const auto& step = route[static_cast<std::size_t>(planned.what.step)];
  const bool is_same_step = planned.what.step == leased.what.step;
  const auto rule = find_rule(rules, planned.what.rule, planned.what.study, planned.what.site);
  const auto* channel = rules.find_channel(step.channel);
  for (const auto& recipient : step.recipients) {
    const auto name = reached_name(step.channel, recipient.address);
    if (is_same_step && has(leased.reached, name)) {
      ++planned.reached_before;
      continue;
    }
    if (is_same_step && has(leased.refused, name)) {
      ++planned.refused_before;
      continue;
    }
    if (const auto end = quiet_until(recipient, planned.what.urgency, now); end > 0) {
      planned.quiet_until = planned.quiet_until == 0 ? end : std::min(planned.quiet_until, end);
      continue;
    }
    planned.messages.push_back(make(planned.what, rule, channel, recipient));
  }
  if (planned.messages.empty() &&
      planned.quiet_until > 0) // Its time begins when they can be disturbed.
    planned.what.next_at = planned.what.step_since = planned.quiet_until;
  else
    planned.channel =
        step.channel; // Without messages: all were reached before, and the report of it was lost.
  return planned;
}

} // namespace

std::string reached_name(const std::string& channel, const std::string& recipient) {
  return channel + ' ' + recipient;
}

planned_delivery plan_delivery(const leased_notification& leased, const notifier_rules& rules,
                               const std::string& fallback_role, unix_milliseconds now,
                               const link_options& links) {
  return plan(leased, rules, fallback_role, now,
              [&](const notification& what, const alert_rule_settings& rule,
                  const channel_settings* channel, const route_recipient& recipient) {
                return make_message(what, rule, channel, recipient,
                                    link_for(what, channel, recipient, links, now));
              });
}

planned_delivery plan_flood_member(const leased_notification& leased, const notifier_rules& rules,
                                   const std::string& fallback_role, unix_milliseconds now) {
  return plan(leased, rules, fallback_role, now,
              [](const notification& what, const alert_rule_settings&,
                 const channel_settings* channel, const route_recipient& recipient) {
                channel_message made;
                made.key =
                    message_key(what, what.step, channel == nullptr ? std::string() : channel->name,
                                recipient.address);
                made.recipient = recipient.address;
                made.fields["recipient"] = recipient.name;
                return made;
              });
}

std::vector<delivery_attempt> attempts_of(const planned_delivery& delivery,
                                          std::span<const channel_outcome> outcomes,
                                          const std::string& node, unix_milliseconds now) {
  std::vector<delivery_attempt> attempts;
  for (std::size_t i = 0; i < delivery.messages.size() && i < outcomes.size(); ++i)
    attempts.push_back({delivery.what.id, delivery.what.step, now, delivery.channel,
                        delivery.messages[i].recipient, node, outcomes[i].result,
                        outcomes[i].receipt, outcomes[i].detail});
  return attempts;
}

namespace {

step_outcome outcome_of(const planned_delivery& delivery,
                        std::span<const channel_outcome> outcomes) {
  step_outcome all;
  all.reached = delivery.reached_before;
  all.refused = delivery.refused_before;
  for (const auto& outcome : outcomes) {
    switch (outcome.result) {
      case attempt_result::delivered: ++all.reached; break;
      case attempt_result::failed: ++all.failed; break;
      case attempt_result::refused: ++all.refused; break;
    }
    all.retry_after = std::max(all.retry_after, outcome.retry_after);
  }
  return all;
}

} // namespace

notification after_delivery(const planned_delivery& delivery,
                            std::span<const channel_outcome> outcomes,
                            const escalation_options& options, unix_milliseconds now,
                            std::uint64_t random) {
  auto after = after_try(delivery.what, outcome_of(delivery, outcomes), delivery.steps, options,
                         now, random);
  if (delivery.quiet_until == 0 || after.state == notification_state::waiting)
    return after;
  auto later = delivery.what;
  later.next_at = later.step_since = delivery.quiet_until;
  return later;
}

} // namespace aepro
