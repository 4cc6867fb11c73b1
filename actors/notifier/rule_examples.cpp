#include "actors/notifier/rule_examples.hpp"

#include "actors/notifier/alert_planner.hpp"
#include "actors/notifier/alert_text.hpp"
#include "actors/notifier/example_changes.hpp"
#include "actors/notifier/example_event.hpp"
#include "actors/notifier/message_template.hpp"
#include "actors/publish/sdtm_mapping.hpp"
#include "actors/review/review_alert.hpp"
#include "actors/validation/decide.hpp"
#include "actors/validation/subject_context.hpp"
#include "messages/rejection_name.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

namespace aepro {

namespace {

constexpr unix_milliseconds noon = 1'767'268'800'000; // 2026-01-01T12:00:00Z

unix_milliseconds instant_of(const alert_example& example) {
  const auto given = parse_instant(example.at);
  return given ? given->unix_milliseconds() : noon;
}

/// An alert, and what has changed where it is of that.
struct raised_alert {
  stored_alert alert;
  std::optional<form_alert> change = {};
};

/// What a node would know of the record.
struct raised_alerts {
  std::vector<raised_alert> all;
  std::string rejected; ///< Why the record would not be stored; empty: it would.
};

raised_alerts raise(const alert_example& example, const example_rules& rules) {
  const auto& options = rules.decide;
  const auto bytes = make_example_event(example.event).bytes;
  const auto at = instant_of(example);
  std::pmr::monotonic_buffer_resource memory;
  event_view event;
  const auto decoded = codec::event_decoder(options.limits()).decode(bytes, {}, memory, event);
  const auto subject = make_subject_context(std::string(event.study), std::string(event.subject),
                                            std::string(event.site), 1, "");
  const auto decided = decide(
      {.event = event, .decoded = decoded, .timestamp = at, .subject = *subject}, options, memory);
  raised_alerts raised;
  raised.rejected = rejection_name(decided.rejection);
  stored_alert alert{
      .stream = {"example", 0}, .produced_at = at, .durable_at = at, .kind = event.kind};
  alert.origin = event.origin;
  alert.study = event.study;
  alert.site = event.site;
  alert.subject = event.subject;
  if (const auto* report = std::get_if<adverse_event_view>(&event.body);
      report && raised.rejected.empty()) {
    alert.report_id = (*report)[ae::report_id];
    alert.term = (*report)[ae::aeterm];
  }
  for (const auto& one : decided.alerts) {
    alert.rule = one.rule;
    alert.urgency = one.urgency;
    raised.all.push_back({alert});
  }
  if (raised.rejected.empty())
    for (auto& change : example_changes(example, at, rules))
      raised.all.push_back({alert_of(change), change});
  return raised;
}

std::string names_of(const raised_alerts& raised) {
  std::vector<std::string> names;
  for (const auto& one : raised.all)
    names.push_back(one.alert.rule);
  return (names.empty() ? "none is raised" : fmt::format("raised is {}", fmt::join(names, ", "))) +
         (raised.rejected.empty()
              ? ""
              : fmt::format(" (the record is rejected as {})", raised.rejected));
}

class example_run {
public:
  example_run(const notifier_rules& rules, const example_rules& conditions,
              const std::string& fallback_role)
      : rules_(rules), conditions_(conditions), fallback_role_(fallback_role) {}

  std::vector<std::string> failures(const alert_rule_settings& row, const alert_example& example) {
    failures_.clear();
    const auto raised = raise(example, conditions_);
    const auto alert = std::ranges::find(raised.all, row.alert,
                                         [](const raised_alert& one) { return one.alert.rule; });
    const auto why_not =
        alert == raised.all.end() ? names_of(raised) : why_not_told(row, *alert, example);
    if (example.raises && !why_not.empty())
      fail("the alert", row.alert, why_not);
    else if (!example.raises && why_not.empty())
      fail("nobody told by this rule", "raises: false", "it tells of the alert");
    else if (example.raises)
      compare(example, plan(*alert, example));
    return std::move(failures_);
  }

private:
  notification plan(const raised_alert& raised, const alert_example& example) const {
    auto made = plan_notification(raised.alert, rules_, {}, {"example", std::chrono::hours{72}},
                                  instant_of(example));
    if (raised.change)
      say(*raised.change, made);
    return made;
  }

  std::string why_not_told(const alert_rule_settings& row, const raised_alert& raised,
                           const alert_example& example) const {
    const auto& alert = raised.alert;
    const auto counts = find_rule(rules_, alert.rule, alert.study, alert.site);
    if (counts.study != row.study || counts.site != row.site)
      return fmt::format("alert_rules.{} counts for study {} site {}", counts.row_name(),
                         alert.study, alert.site);
    const auto planned = plan(raised, example);
    return planned.state == notification_state::waiting ? "" : planned.ended_reason;
  }

  void compare(const alert_example& example, const notification& what) {
    if (example.urgency && *example.urgency != what.urgency)
      fail("urgency", name_of(*example.urgency), name_of(what.urgency));
    const auto rule = find_rule(rules_, what.rule, what.study, what.site);
    std::vector<std::string> told;
    std::vector<channel_message> messages;
    for (const auto& step : make_route(what, rules_, fallback_role_))
      for (const auto& recipient : step.recipients) {
        told.push_back(fmt::format("{} over {}", recipient.name, step.channel));
        messages.push_back(make_message(what, rule, rules_.find_channel(step.channel), recipient));
      }
    if (example.tells && *example.tells != told)
      fail("tells", fmt::format("[{}]", fmt::join(*example.tells, ", ")),
           fmt::format("[{}]", fmt::join(told, ", ")));
    compare_texts(example, messages.empty() ? channel_message{} : messages.front(), messages);
  }

  void compare_texts(const alert_example& example, const channel_message& first,
                     const std::vector<channel_message>& all) {
    const auto contains = [](const std::string& text, const std::string& part) {
      return text.find(part) != std::string::npos;
    };
    if (example.subject && *example.subject != first.subject)
      fail("subject", *example.subject, first.subject);
    for (const auto& part : example.subject_contains)
      if (!contains(first.subject, part))
        fail("subject_contains", part, first.subject);
    for (const auto& part : example.text_contains)
      if (!contains(first.text, part))
        fail("text_contains", part, first.text);
    for (const auto& part : example.text_lacks)
      for (const auto& message : all)
        if (contains(message.subject, part) || contains(message.text, part)) {
          fail("text_lacks", "none with " + part, message.subject + '\n' + message.text);
          break;
        }
  }

  /// One line, as each problem is: texts have several.
  void fail(std::string_view what, std::string_view expected, std::string_view came) {
    failures_.push_back(
        escaped(fmt::format("{}: expected {}; came: {}", what, expected, came), escaping::line));
  }

  const notifier_rules& rules_;
  const example_rules& conditions_;
  const std::string& fallback_role_;
  std::vector<std::string> failures_;
};

} // namespace

notifier_rules without_examples(notifier_rules rules) {
  for (auto& rule : rules.rules)
    rule.examples.clear();
  return rules;
}

std::vector<example_result> run_examples(const notifier_rules& rules,
                                         const example_rules& conditions,
                                         const std::string& fallback_role) {
  std::vector<example_result> results;
  const auto bare = without_examples(rules);
  example_run run(bare, conditions, fallback_role);
  for (const auto& row : rules.rules)
    for (const auto& example : row.examples)
      results.push_back({rules.origin_of(example.place), example.place, example.name,
                         run.failures(row, example)});
  return results;
}

std::vector<setting_problem> failures_of(const std::vector<example_result>& results) {
  std::vector<setting_problem> problems;
  for (const auto& one : results)
    for (const auto& failure : one.failures)
      problems.push_back(
          {one.origin, one.place, one.name.empty() ? failure : one.name + ": " + failure});
  return problems;
}

std::vector<setting_problem> check_examples(const notifier_rules& rules) {
  std::vector<setting_problem> found;
  for (const auto& row : rules.rules)
    for (const auto& example : row.examples) {
      const auto origin = rules.origin_of(example.place);
      auto events = example.before;
      events.push_back(example.event);
      for (const auto& event : events)
        for (const auto& [line, message] : make_example_event(event).troubles)
          found.push_back({fmt::format("{}:{}", origin.substr(0, origin.rfind(':')), line),
                           example.place, message});
      if (!example.at.empty() && !parse_instant(example.at))
        found.push_back(
            {rules.origin_of(example.place + ".at"), example.place + ".at",
             fmt::format("'{}' is no instant, as 2026-03-01T03:00:00+08:00 is", example.at)});
    }
  return found;
}

} // namespace aepro
