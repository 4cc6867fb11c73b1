#include "actors/notifier/alert_planner.hpp"
#include "actors/notifier/alert_text.hpp"
#include "actors/notifier/channel_gate.hpp"
#include "actors/notifier/delivery_plan.hpp"
#include "actors/notifier/local_time.hpp"
#include "actors/notifier/rule_check.hpp"

#include <boost/test/unit_test.hpp>

using namespace aepro;
using namespace std::chrono_literals;

namespace {

constexpr unix_milliseconds minute = 60'000;
constexpr unix_milliseconds noon = 1'764'417'600'000; // 2025-11-29T12:00:00Z

stored_alert death() {
  return {.alert_id = 1,
          .stream = {"aepro.adverse-events", 2},
          .offset = 7,
          .produced_at = noon - minute,
          .durable_at = noon - minute + 12,
          .kind = event_kind::adverse_event,
          .urgency = urgency::immediate,
          .rule = "fatal-or-life-threatening",
          .study = "S1",
          .site = "701",
          .subject = "1015",
          .report_id = "R-1",
          .term = "heart attack, he said"};
}

recipient_settings somebody(std::string name, std::string role, std::string study = "", std::string site = "") {
  recipient_settings made;
  made.name = name;
  made.roles = {std::move(role)};
  made.study = std::move(study);
  made.site = std::move(site);
  made.addresses = {{"mail", name + "@example.org"}, {"robot", name}};
  return made;
}

/// Two channels; a monitor of the study, one of the site, and the desk.
notifier_rules team() {
  notifier_rules rules;
  rules.channels.resize(2);
  rules.channels[0].name = "mail";
  rules.channels[1].name = "robot";
  rules.recipients = {somebody("general", "monitor"), somebody("study", "monitor", "S1"),
                      somebody("site", "monitor", "S1", "701"), somebody("desk", "safety-desk")};
  alert_rule_settings rule;
  rule.alert = "fatal-or-life-threatening";
  rule.audience = {"monitor"};
  rules.rules = {rule};
  return rules;
}

notification planned(const notifier_rules& rules, std::vector<notification_mute> mutes = {},
                     const stored_alert& alert = death()) {
  return plan_notification(alert, rules, mutes, {"store", 72h}, noon);
}

const escalation_options deadlines{{1min, 15min}, {5min, 4h}, {1h, 0ms}, 1s, 1min};

std::vector<std::string> names(const std::vector<route_step>& route) {
  std::vector<std::string> all;
  for (const auto& step : route)
    for (const auto& one : step.recipients)
      all.push_back(step.channel + " " + one.name);
  return all;
}

} // namespace

BOOST_AUTO_TEST_SUITE(alert_planning)

BOOST_AUTO_TEST_CASE(an_alert_is_waiting_with_a_key_that_every_node_makes_alike) {
  const auto made = planned(team());
  BOOST_TEST((made.state == notification_state::waiting));
  BOOST_TEST(made.next_at == noon);
  BOOST_TEST(made.key.size() == 32U);
  BOOST_TEST(made.key == planned({}).key);
  auto other = death();
  other.offset = 8;
  BOOST_TEST(planned(team(), {}, other).key != made.key);
  BOOST_TEST(notification_key("another store", death()) != made.key);
}

BOOST_AUTO_TEST_CASE(versions_of_a_report_share_their_case_and_reports_of_other_studies_do_not) {
  auto next = death();
  next.offset = 9;
  BOOST_TEST(planned(team(), {}, next).case_key == planned(team()).case_key);
  next.study = "S2";
  BOOST_TEST(planned(team(), {}, next).case_key != planned(team()).case_key);
  next.report_id = "";
  BOOST_TEST(planned(team(), {}, next).case_key == "");
}

BOOST_AUTO_TEST_CASE(an_alert_of_an_old_record_is_withheld) {
  auto old = death();
  old.produced_at = noon - 72 * 60 * minute;
  BOOST_TEST((planned(team(), {}, old).state == notification_state::waiting));
  old.produced_at -= 1;
  const auto made = planned(team(), {}, old);
  BOOST_TEST((made.state == notification_state::withheld));
  BOOST_TEST(made.ended_at == noon);
}

BOOST_AUTO_TEST_CASE(a_record_without_timestamp_is_not_taken_for_old) {
  auto timeless = death();
  timeless.produced_at = -1;
  BOOST_TEST((planned(team(), {}, timeless).state == notification_state::waiting));
}

BOOST_AUTO_TEST_CASE(a_rule_that_is_switched_off_withholds) {
  auto rules = team();
  rules.rules[0].enabled = false;
  BOOST_TEST((planned(rules).state == notification_state::withheld));
}

BOOST_AUTO_TEST_CASE(the_most_specific_rule_counts) {
  auto rules = team();
  for (const auto& [study, site, text] : std::vector<std::array<std::string, 3>>{
         {"S1", "701", "both"}, {"S1", "", "study"}, {"", "701", "site"}, {"S2", "", "another"}}) {
    auto rule = rules.rules[0];
    rule.study = study;
    rule.site = site;
    rule.subject = text;
    rules.rules.push_back(rule);
  }
  const auto of = [&](const std::string& study, const std::string& site) {
    return find_rule(rules, "fatal-or-life-threatening", study, site).subject;
  };
  BOOST_TEST(of("S1", "701") == "both");
  BOOST_TEST(of("S1", "702") == "study");
  BOOST_TEST(of("S3", "701") == "site");
  BOOST_TEST(of("S3", "702") == "");
}

BOOST_AUTO_TEST_CASE(a_mute_covers_what_it_names_until_it_ends) {
  notification_mute mute;
  mute.study = "S1";
  mute.since = noon - 1;
  mute.until = noon + 1;
  mute.who = "wang";
  BOOST_TEST((planned(team(), {mute}).state == notification_state::muted));
  mute.until = noon;
  BOOST_TEST((planned(team(), {mute}).state == notification_state::waiting));
  mute.until = noon + 1;
  mute.site = "702";
  BOOST_TEST((planned(team(), {mute}).state == notification_state::waiting));
}

BOOST_AUTO_TEST_CASE(a_rules_urgency_replaces_that_of_the_alert_only_where_it_is_given) {
  auto rules = team();
  BOOST_TEST((planned(rules).urgency == urgency::immediate));
  rules.rules[0].urgency = urgency::routine;
  rules.rules[0].urgency_given = true;
  BOOST_TEST((planned(rules).urgency == urgency::routine));
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(alert_settings)

namespace {

std::string problems_of(const alert_rule_settings& rule) {
  notifier_rules rules;
  rules.rules = {rule};
  std::string all;
  for (const auto& one : check_alert_settings(rules))
    all += to_string(one) + "\n";
  return all;
}

} // namespace

BOOST_AUTO_TEST_CASE(every_alert_that_is_known_has_words_and_default_texts_that_can_be_filled) {
  for (const auto& known : known_alerts()) {
    alert_rule_settings rule;
    rule.alert = known.alert;
    BOOST_TEST(problems_of(rule) == "");
    auto alert = death();
    alert.rule = known.alert;
    const auto plan = plan_delivery({planned(team(), {}, alert), 1, {}}, team(), "safety-desk", noon);
    BOOST_TEST(plan.messages[0].text.find("{{") == std::string::npos);
    BOOST_TEST(plan.messages[0].text.find(known.title) == 0U);
    BOOST_TEST(plan.messages[0].subject.find("{{") == std::string::npos);
  }
}

BOOST_AUTO_TEST_CASE(a_rule_for_no_alert_or_with_an_unknown_field_is_refused_with_the_nearest_name) {
  alert_rule_settings rule;
  rule.alert = "phq9-item9";
  BOOST_TEST(problems_of(rule).find("did you mean phq9-item-9?") != std::string::npos);
  rule.alert = "phq9-item-9";
  rule.text = "{{subjct}}";
  BOOST_TEST(problems_of(rule).find("alert_rules.phq9-item-9.text: there is no field 'subjct'; did you mean subject?")
             != std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_time_zone_that_is_none_is_refused) {
  auto rules = team();
  BOOST_TEST(check_alert_settings(rules).empty());
  rules.recipients[1].time_zone = "Berlin";
  BOOST_REQUIRE(check_alert_settings(rules).size() == 1U);
  BOOST_TEST(check_alert_settings(rules).front().name == "recipients[1].time_zone");
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(alert_routes)

BOOST_AUTO_TEST_CASE(role_after_role_and_channel_after_channel_ends_at_the_fallback_role) {
  const std::vector<std::string> expected{"mail site", "robot site", "mail desk", "robot desk"};
  BOOST_TEST(names(make_route(planned(team()), team(), "safety-desk")) == expected, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(those_named_most_closely_hold_a_role) {
  auto what = planned(team());
  what.site = "702";
  BOOST_TEST(names(make_route(what, team(), "safety-desk")).front() == "mail study");
  what.study = "S2";
  BOOST_TEST(names(make_route(what, team(), "safety-desk")).front() == "mail general");
}

BOOST_AUTO_TEST_CASE(a_role_that_nobody_holds_falls_back) {
  auto rules = team();
  rules.rules[0].audience = {"nobody"};
  BOOST_TEST(names(make_route(planned(rules), rules, "safety-desk")).front() == "mail desk");
  rules.recipients.clear();
  BOOST_TEST(make_route(planned(rules), rules, "safety-desk").empty());
}

BOOST_AUTO_TEST_CASE(an_alert_without_rule_goes_to_the_fallback_role_over_every_channel) {
  auto rules = team();
  rules.rules.clear();
  const std::vector<std::string> expected{"mail desk", "robot desk"};
  BOOST_TEST(names(make_route(planned(rules), rules, "safety-desk")) == expected, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(quiet_hours_hold_routine_alerts_back_until_they_end) {
  route_recipient person{"wang", "w@example.org", "Asia/Shanghai", 22 * 60, 7 * 60};
  const auto at = [](int hour) { return noon + (hour - 12) * 60 * minute; }; // Hour in UTC; Shanghai is 8 ahead.
  BOOST_TEST(quiet_until(person, urgency::routine, at(13)) == 0);            // 21:00
  BOOST_TEST(quiet_until(person, urgency::routine, at(14)) == at(23));       // 22:00, to 07:00
  BOOST_TEST(quiet_until(person, urgency::routine, at(22)) == at(23));       // 06:00
  BOOST_TEST(quiet_until(person, urgency::routine, at(23)) == 0);            // 07:00
  BOOST_TEST(quiet_until(person, urgency::urgent, at(22)) == 0);
  person.quiet_from = person.quiet_to = 0;
  BOOST_TEST(quiet_until(person, urgency::routine, at(22)) == 0);
}

BOOST_AUTO_TEST_CASE(a_minute_that_summer_time_skips_is_the_instant_of_the_change) {
  constexpr unix_milliseconds change = 1'743'296'400'000; // 2025-03-30T01:00:00Z, Berlin: 02:00 becomes 03:00.
  BOOST_TEST(next_minute_of_day(change - 60 * minute, "Europe/Berlin", 2 * 60 + 30) == change);
  BOOST_TEST(minute_of_day(change, "Europe/Berlin") == 3 * 60);
}

BOOST_AUTO_TEST_CASE(a_zone_is_one_of_the_machines_database) {
  BOOST_TEST(is_time_zone("Pacific/Kiritimati"));
  BOOST_TEST(!is_time_zone("Mars/Olympus"));
  BOOST_TEST(!is_time_zone(""));
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(alert_escalation)

namespace {

notification waiting() {
  notification what;
  what.urgency = urgency::immediate;
  what.step_since = what.next_at = noon;
  return what;
}

} // namespace

BOOST_AUTO_TEST_CASE(who_was_reached_has_time_to_acknowledge) {
  const auto after = after_try(waiting(), {.reached = 1}, 3, deadlines, noon + 5, 0);
  BOOST_TEST((after.state == notification_state::sent));
  BOOST_TEST(after.next_at == noon + 5 + 15 * minute);
}

BOOST_AUTO_TEST_CASE(where_nobody_has_to_acknowledge_it_is_closed) {
  auto what = waiting();
  what.urgency = urgency::routine;
  const auto after = after_try(what, {.reached = 1}, 3, deadlines, noon, 0);
  BOOST_TEST((after.state == notification_state::closed));
  BOOST_TEST(after.ended_at == noon);
}

BOOST_AUTO_TEST_CASE(a_failure_is_tried_again_with_backoff_until_the_delivery_deadline_then_comes_the_next_step) {
  auto what = waiting();
  auto now = noon;
  int tries = 0;
  while (what.step == 0) {
    what = after_try(what, {.failed = 1}, 3, deadlines, now, 0);
    ++tries;
    BOOST_REQUIRE(tries < 100);
    BOOST_TEST(what.next_at >= now);
    BOOST_TEST((what.state == notification_state::waiting));
    now = what.next_at;
  }
  BOOST_TEST(tries == 61); // Each after a second, the shortest draw, and one when the time is over.
  BOOST_TEST(now == noon + 60'000);
  BOOST_TEST(what.step_since == now);
  BOOST_TEST(what.tries == 0);
}

BOOST_AUTO_TEST_CASE(backoff_doubles_up_to_its_maximum) {
  auto what = waiting();
  what.urgency = urgency::routine;
  what.tries = 3;
  constexpr std::uint64_t longest = 7'000; // 8 s at most, 1 s at least.
  BOOST_TEST(after_try(what, {.failed = 1}, 3, deadlines, noon, longest).next_at == noon + 8'000);
  BOOST_TEST(after_try(what, {.failed = 1}, 3, deadlines, noon, longest + 1).next_at == noon + 1'000);
  what.tries = 1'000'000;
  BOOST_TEST(after_try(what, {.failed = 1}, 3, deadlines, noon, 59'000).next_at == noon + minute);
}

BOOST_AUTO_TEST_CASE(a_channel_that_asks_for_more_time_gets_it) {
  const auto after = after_try(waiting(), {.failed = 1, .retry_after = 30s}, 3, deadlines, noon, 0);
  BOOST_TEST(after.next_at == noon + 30'000);
  const auto longer = after_try(waiting(), {.failed = 1, .retry_after = 10min}, 3, deadlines, noon, 0);
  BOOST_TEST(longer.step == 1); // Not until after the delivery deadline: somebody else is told.
}

BOOST_AUTO_TEST_CASE(what_is_refused_goes_to_the_next_step_at_once) {
  const auto after = after_try(waiting(), {.refused = 2}, 3, deadlines, noon, 0);
  BOOST_TEST(after.step == 1);
  BOOST_TEST(after.next_at == noon);
}

BOOST_AUTO_TEST_CASE(who_failed_is_tried_again_though_others_were_reached) {
  const auto after = after_try(waiting(), {.reached = 1, .failed = 1}, 3, deadlines, noon, 0);
  BOOST_TEST((after.state == notification_state::waiting));
  BOOST_TEST(after.step == 0);
  auto late = waiting();
  late.step_since = noon - 2 * minute;
  BOOST_TEST((after_try(late, {.reached = 1, .failed = 1}, 3, deadlines, noon, 0).state == notification_state::sent));
}

BOOST_AUTO_TEST_CASE(silence_leads_to_the_next_step_and_after_the_last_to_exhausted) {
  auto what = waiting();
  what.state = notification_state::sent;
  what = after_silence(what, 2, noon + minute);
  BOOST_TEST((what.state == notification_state::waiting));
  BOOST_TEST(what.step == 1);
  what.state = notification_state::sent;
  what = after_silence(what, 2, noon + 2 * minute);
  BOOST_TEST((what.state == notification_state::exhausted));
  BOOST_TEST(what.ended_reason == "nobody acknowledged it");
}

BOOST_AUTO_TEST_CASE(nobody_to_tell_is_exhausted_at_once) {
  const auto planned = plan_delivery({waiting(), 1, {}}, {}, "safety-desk", noon);
  BOOST_TEST((planned.what.state == notification_state::exhausted));
  BOOST_TEST(planned.channel == "");
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(alert_delivery)

namespace {

leased_notification leased(notification what) {
  return {std::move(what), 3, {}};
}

channel_outcome outcome(attempt_result result) {
  return {result, "receipt", "said", 0ms};
}

} // namespace

BOOST_AUTO_TEST_CASE(each_of_a_steps_recipients_gets_a_message_with_a_key_of_his_own_that_stays) {
  auto rules = team();
  rules.recipients.push_back(somebody("second", "monitor", "S1", "701"));
  const auto first = plan_delivery(leased(planned(rules)), rules, "safety-desk", noon);
  BOOST_TEST(first.channel == "mail");
  BOOST_TEST(first.steps == 4U);
  BOOST_REQUIRE(first.messages.size() == 2U);
  BOOST_TEST(first.messages[0].recipient == "site@example.org");
  BOOST_TEST(first.messages[0].key != first.messages[1].key);
  BOOST_TEST(plan_delivery(leased(planned(rules)), rules, "safety-desk", noon + 1).messages[0].key
             == first.messages[0].key);
}

BOOST_AUTO_TEST_CASE(who_was_reached_before_is_not_told_again) {
  auto rules = team();
  rules.recipients.push_back(somebody("second", "monitor", "S1", "701"));
  auto again = leased(planned(rules));
  again.reached = {reached_name("mail", "site@example.org")};
  const auto plan = plan_delivery(again, rules, "safety-desk", noon);
  BOOST_REQUIRE(plan.messages.size() == 1U);
  BOOST_TEST(plan.messages[0].recipient == "second@example.org");
  const std::array failed{outcome(attempt_result::refused)};
  BOOST_TEST((after_delivery(plan, failed, deadlines, noon, 0).state == notification_state::sent));
}

BOOST_AUTO_TEST_CASE(a_report_that_was_lost_after_all_were_reached_needs_no_message) {
  auto again = leased(planned(team()));
  again.reached = {reached_name("mail", "site@example.org")};
  const auto plan = plan_delivery(again, team(), "safety-desk", noon);
  BOOST_TEST(plan.messages.empty());
  BOOST_TEST((after_delivery(plan, {}, deadlines, noon, 0).state == notification_state::sent));
}

BOOST_AUTO_TEST_CASE(without_acknowledgement_the_next_channel_is_told) {
  auto sent = planned(team());
  sent.state = notification_state::sent;
  const auto plan = plan_delivery(leased(sent), team(), "safety-desk", noon);
  BOOST_TEST(plan.channel == "robot");
  BOOST_TEST(plan.what.step == 1);
}

BOOST_AUTO_TEST_CASE(one_in_quiet_hours_is_told_when_they_end_though_others_are_told_now) {
  auto rules = team();
  rules.rules[0].urgency_given = true;
  rules.rules[0].urgency = urgency::routine;
  rules.recipients.push_back(somebody("sleeping", "monitor", "S1", "701"));
  rules.recipients.back().quiet_from = 11 * 60;
  rules.recipients.back().quiet_to = 13 * 60;
  const auto plan = plan_delivery(leased(planned(rules)), rules, "safety-desk", noon);
  BOOST_REQUIRE(plan.messages.size() == 1U);
  const std::array done{outcome(attempt_result::delivered)};
  const auto after = after_delivery(plan, done, deadlines, noon, 0);
  BOOST_TEST((after.state == notification_state::waiting));
  BOOST_TEST(after.next_at == noon + 60 * minute);
  auto later = leased(after);
  later.reached = {reached_name("mail", "site@example.org")};
  const auto second = plan_delivery(later, rules, "safety-desk", after.next_at);
  BOOST_REQUIRE(second.messages.size() == 1U);
  BOOST_TEST(second.messages[0].recipient == "sleeping@example.org");
}

BOOST_AUTO_TEST_CASE(what_a_patient_wrote_leaves_only_over_a_confidential_channel) {
  auto rules = team();
  rules.rules[0].text = "{{term}}|{{subject}}|";
  const auto text = [&] { return plan_delivery(leased(planned(rules)), rules, "x", noon).messages[0].text; };
  BOOST_TEST(text() == "|1015|");
  rules.channels[0].confidential = true;
  BOOST_TEST(text() == "heart attack, he said|1015|");
}

BOOST_AUTO_TEST_CASE(what_a_field_holds_is_neither_a_template_nor_another_line_of_the_subject) {
  auto rules = team();
  rules.rules[0].study = "";
  rules.rules[0].subject = "{{subject}}";
  auto alert = death();
  alert.subject = "{{study}}\r\nBcc: everybody@example.org";
  const auto plan = plan_delivery(leased(planned(rules, {}, alert)), rules, "x", noon);
  BOOST_TEST(plan.messages[0].subject == "{{study}}  Bcc: everybody@example.org");
}

BOOST_AUTO_TEST_CASE(every_attempt_is_one_row) {
  const auto plan = plan_delivery(leased(planned(team())), team(), "safety-desk", noon);
  const std::array outcomes{outcome(attempt_result::failed)};
  const auto attempts = attempts_of(plan, outcomes, "node-1", noon + 3);
  BOOST_REQUIRE(attempts.size() == 1U);
  BOOST_TEST(attempts[0].channel == "mail");
  BOOST_TEST(attempts[0].recipient == "site@example.org");
  BOOST_TEST(attempts[0].node == "node-1");
  BOOST_TEST(attempts[0].at == noon + 3);
  BOOST_TEST((attempts[0].result == attempt_result::failed));
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(channel_gates)

BOOST_AUTO_TEST_CASE(a_channel_holds_so_many_messages_at_a_time) {
  channel_gate gate({.waiting_max = 3});
  const auto now = channel_gate::time_point{} + 1h;
  gate.begin(2, now);
  BOOST_TEST(gate.room(now) == 1U);
  gate.answered(2, false, now);
  BOOST_TEST(gate.room(now) == 3U);
}

BOOST_AUTO_TEST_CASE(so_many_messages_go_within_any_minute) {
  channel_gate gate({.waiting_max = 100, .per_minute_max = 3});
  const auto now = channel_gate::time_point{} + 1h;
  gate.begin(2, now);
  gate.answered(2, false, now);
  gate.begin(1, now + 30s);
  gate.answered(1, false, now + 30s);
  BOOST_TEST(gate.room(now + 59s) == 0U);
  BOOST_TEST(gate.room(now + 60s) == 2U);
  BOOST_TEST(gate.room(now + 90s) == 3U);
}

BOOST_AUTO_TEST_CASE(a_channel_that_fails_gets_a_probe_now_and_then_until_it_answers) {
  channel_gate gate({.probe_interval = 5s});
  auto now = channel_gate::time_point{} + 1h;
  int went = 0;
  for (int second = 0; second < 60; ++second, now += 1s)
    if (gate.admits(now)) {
      ++went;
      gate.begin(1, now);
      gate.answered(1, true, now);
    }
  BOOST_TEST(went >= 12);
  BOOST_TEST(went <= 20);
  BOOST_TEST(gate.admits(now + 5s));
}

BOOST_AUTO_TEST_SUITE_END()
