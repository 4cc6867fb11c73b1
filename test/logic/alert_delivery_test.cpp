#include "actors/notifier/channel_gate.hpp"
#include "test/support/alerts.hpp"

#include <boost/test/unit_test.hpp>

using namespace aepro;
using namespace aepro::test;
using namespace std::chrono_literals;

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

BOOST_AUTO_TEST_CASE(
    a_failure_is_tried_again_with_backoff_until_the_delivery_deadline_then_comes_the_next_step) {
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
  BOOST_TEST(after_try(what, {.failed = 1}, 3, deadlines, noon, longest + 1).next_at ==
             noon + 1'000);
  what.tries = 1'000'000;
  BOOST_TEST(after_try(what, {.failed = 1}, 3, deadlines, noon, 59'000).next_at == noon + minute);
}

BOOST_AUTO_TEST_CASE(a_channel_that_asks_for_more_time_gets_it) {
  const auto after = after_try(waiting(), {.failed = 1, .retry_after = 30s}, 3, deadlines, noon, 0);
  BOOST_TEST(after.next_at == noon + 30'000);
  const auto longer =
      after_try(waiting(), {.failed = 1, .retry_after = 10min}, 3, deadlines, noon, 0);
  BOOST_TEST(longer.step == 1); // Not until after the delivery deadline: somebody else is told.
}

BOOST_AUTO_TEST_CASE(the_last_step_is_tried_until_it_works_or_all_have_refused) {
  auto what = waiting();
  what.step = 2;
  what.tries = 20;
  for (auto now = noon; now < noon + 60 * minute; now = what.next_at) {
    what = after_try(what, {.failed = 1}, 3, deadlines, now, 59'000);
    BOOST_REQUIRE((what.state == notification_state::waiting));
    BOOST_REQUIRE(what.step == 2);
    BOOST_REQUIRE(what.next_at > now);
  }
  BOOST_TEST(after_try(what, {.failed = 1, .retry_after = 10min}, 3, deadlines, noon, 0).next_at ==
             noon + 10 * minute);
  BOOST_TEST((after_try(what, {.refused = 1}, 3, deadlines, noon, 0).state ==
              notification_state::exhausted));
}

BOOST_AUTO_TEST_CASE(what_finds_no_room_waits_and_its_deadline_runs) {
  BOOST_TEST(after_waiting(waiting(), noon + 5, 3, deadlines, noon).next_at == noon + 5);
  BOOST_TEST(after_waiting(waiting(), noon + 2 * minute, 3, deadlines, noon).next_at ==
             noon + minute);
  auto late = waiting();
  late.step_since = noon - minute;
  BOOST_TEST(after_waiting(late, noon + 5, 3, deadlines, noon).step == 1);
  late.step = 2;
  BOOST_TEST(after_waiting(late, noon + 5, 3, deadlines, noon).step == 2);
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
  BOOST_TEST((after_try(late, {.reached = 1, .failed = 1}, 3, deadlines, noon, 0).state ==
              notification_state::sent));
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
  const auto planned = plan_delivery({waiting(), 1, {}, {}}, {}, "safety-desk", noon);
  BOOST_TEST((planned.what.state == notification_state::exhausted));
  BOOST_TEST(planned.channel == "");
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(alert_delivery)

namespace {

leased_notification leased(notification what) {
  return {std::move(what), 3, {}, {}};
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
  BOOST_TEST(
      plan_delivery(leased(planned(rules)), rules, "safety-desk", noon + 1).messages[0].key ==
      first.messages[0].key);
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

BOOST_AUTO_TEST_CASE(who_has_refused_is_not_told_again) {
  auto rules = team();
  rules.recipients.push_back(somebody("second", "monitor", "S1", "701"));
  auto again = leased(planned(rules));
  again.refused = {reached_name("mail", "site@example.org")};
  const auto plan = plan_delivery(again, rules, "safety-desk", noon);
  BOOST_REQUIRE(plan.messages.size() == 1U);
  BOOST_TEST(plan.messages[0].recipient == "second@example.org");
  const std::array refused{outcome(attempt_result::refused)};
  BOOST_TEST(after_delivery(plan, refused, deadlines, noon, 0).step == 1);
}

BOOST_AUTO_TEST_CASE(time_in_which_nobody_looked_is_not_the_channels) {
  const auto plan =
      plan_delivery(leased(planned(team())), team(), "safety-desk", noon + 60 * minute);
  const std::array failed{outcome(attempt_result::failed)};
  const auto after = after_delivery(plan, failed, deadlines, noon + 60 * minute, 0);
  BOOST_TEST(after.step == 0);
  BOOST_TEST(after.next_at == noon + 60 * minute + 1'000);
}

BOOST_AUTO_TEST_CASE(
    whoever_could_not_acknowledge_while_nobody_looked_gets_that_time_though_not_for_ever) {
  auto sent = planned(team());
  sent.state = notification_state::sent;
  const auto at = [&](unix_milliseconds late) {
    return plan_delivery(leased(sent), team(), "safety-desk", sent.next_at + late);
  };
  BOOST_TEST(at(minute - 1).what.step == 1);
  BOOST_TEST(at(minute).what.step == 0);
  BOOST_TEST(at(minute).channel == "");
  BOOST_TEST((at(minute).what.state == notification_state::sent));
  BOOST_TEST(at(minute).what.next_at == sent.next_at + 2 * minute);
  BOOST_TEST(at(600 * minute).what.next_at == sent.next_at + 615 * minute);
}

BOOST_AUTO_TEST_CASE(
    what_waits_beyond_the_last_step_of_changed_settings_is_told_over_the_last_there_is) {
  auto what = planned(team());
  what.step = 7;
  const auto plan = plan_delivery(leased(what), team(), "safety-desk", noon);
  BOOST_TEST(plan.what.step == 3);
  BOOST_TEST(plan.channel == "robot");
  BOOST_TEST(plan.messages.size() == 1U);
}

BOOST_AUTO_TEST_CASE(a_persons_retry_has_other_keys) {
  auto what = planned(team());
  const auto first = plan_delivery(leased(what), team(), "safety-desk", noon).messages[0].key;
  what.round = 7;
  BOOST_TEST(plan_delivery(leased(what), team(), "safety-desk", noon).messages[0].key != first);
}

BOOST_AUTO_TEST_CASE(two_who_share_an_address_get_one_message) {
  auto rules = team();
  rules.recipients.push_back(rules.recipients[2]);
  rules.recipients.back().name = "the same desk";
  BOOST_TEST(plan_delivery(leased(planned(rules)), rules, "safety-desk", noon).messages.size() ==
             1U);
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
  const auto text = [&] {
    return plan_delivery(leased(planned(rules)), rules, "x", noon).messages[0].text;
  };
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

BOOST_AUTO_TEST_CASE(names_stay_on_their_line_of_the_text) {
  auto alert = death();
  alert.site = "03\n\nAll clear, no action needed.";
  const auto plan = plan_delivery(leased(planned(team(), {}, alert)), team(), "safety-desk", noon);
  BOOST_TEST(plan.messages[0].text.find("Site: 03  All clear, no action needed.\n") !=
             std::string::npos);
}

BOOST_AUTO_TEST_CASE(each_recipient_reads_the_texts_of_his_language) {
  auto rules = team();
  rules.recipients[2].language = "zh";
  rules.recipients[3].language = "fr"; // Of which there are none.
  rules.rules[0].subject = "death of {{subject}}";
  rules.rules[0].texts["zh"].subject = "受试者 {{subject}} 死亡";
  auto what = planned(rules);
  const auto site = plan_delivery(leased(what), rules, "safety-desk", noon).messages.at(0);
  BOOST_TEST(site.subject == "受试者 1015 死亡");
  BOOST_TEST(site.html.find("lang=\"zh\"") != std::string::npos);
  BOOST_TEST(site.text.find("Subject: 1015") !=
             std::string::npos); // What the language leaves out is the rule's own.
  what.step = 2;
  BOOST_TEST(plan_delivery(leased(what), rules, "safety-desk", noon).messages.at(0).subject ==
             "death of 1015");
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
