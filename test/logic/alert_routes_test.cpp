#include "actors/notifier/alert_text.hpp"
#include "actors/notifier/local_time.hpp"
#include "actors/notifier/rule_check.hpp"
#include "test/support/alerts.hpp"

#include <boost/test/unit_test.hpp>

using namespace aepro;
using namespace aepro::test;
using namespace std::chrono_literals;

BOOST_AUTO_TEST_SUITE(alert_routes)

BOOST_AUTO_TEST_CASE(role_after_role_and_channel_after_channel_ends_at_the_fallback_role) {
  const std::vector<std::string> expected{"mail site", "robot site", "mail desk", "robot desk"};
  BOOST_TEST(names(make_route(planned(team()), team(), "safety-desk")) == expected,
             boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(those_named_most_closely_hold_a_role) {
  auto what = planned(team());
  what.site = "702";
  BOOST_TEST(names(make_route(what, team(), "safety-desk")).front() == "mail study");
  what.study = "S2";
  BOOST_TEST(names(make_route(what, team(), "safety-desk")).front() == "mail general");
}

BOOST_AUTO_TEST_CASE(one_named_closely_without_an_address_on_a_channel_hides_nobody_there) {
  auto rules = team();
  rules.recipients[2].addresses.erase("robot"); // The site's.
  const std::vector<std::string> expected{"mail site", "robot study", "mail desk", "robot desk"};
  BOOST_TEST(names(make_route(planned(rules), rules, "safety-desk")) == expected,
             boost::test_tools::per_element());
  rules.recipients[1].addresses.erase("robot"); // The study's.
  BOOST_TEST(names(make_route(planned(rules), rules, "safety-desk")).at(1) == "robot general");
  rules.recipients[0].addresses.erase("robot");
  BOOST_TEST(names(make_route(planned(rules), rules, "safety-desk")).at(1) ==
             "mail desk"); // The step is left out.
}

BOOST_AUTO_TEST_CASE(a_role_that_nobody_holds_falls_back) {
  auto rules = team();
  rules.rules[0].audience = {"nobody"};
  BOOST_TEST(names(make_route(planned(rules), rules, "safety-desk")).front() == "mail desk");
  rules.recipients.clear();
  BOOST_TEST(make_route(planned(rules), rules, "safety-desk").empty());
}

BOOST_AUTO_TEST_CASE(
    the_fallback_role_is_told_over_its_own_channels_where_a_rule_has_none_of_them) {
  auto rules = team();
  rules.rules[0].channels = {"robot"};
  rules.recipients[3].addresses.erase("robot"); // The desk's.
  const std::vector<std::string> expected{"robot site", "mail desk"};
  BOOST_TEST(names(make_route(planned(rules), rules, "safety-desk")) == expected,
             boost::test_tools::per_element());
}

namespace {

constexpr std::int32_t today = static_cast<std::int32_t>(noon / 86'400'000);

/// The site's monitor is away for those days from today on.
notifier_rules with_absence(std::int32_t first, std::int32_t last,
                            const std::string& stand_in = "") {
  auto rules = team();
  rules.recipients[2].away = {{today - 9, today - 8}, {today + first, today + last}};
  rules.recipients[2].stand_in = stand_in;
  return rules;
}

std::vector<std::string> told_by(const notifier_rules& rules) {
  return names(make_route(planned(rules), rules, "safety-desk"));
}

} // namespace

BOOST_AUTO_TEST_CASE(for_who_is_away_his_stand_in_is_told_on_the_days_that_are_said) {
  const std::vector<std::string> himself{"mail site", "robot site", "mail desk", "robot desk"};
  const std::vector<std::string> other{"mail general", "robot general", "mail desk", "robot desk"};
  BOOST_TEST(told_by(with_absence(0, 0, "general")) == other, boost::test_tools::per_element());
  BOOST_TEST(told_by(with_absence(-1, 5, "general")) == other, boost::test_tools::per_element());
  BOOST_TEST(told_by(with_absence(1, 5, "general")) == himself, boost::test_tools::per_element());
  BOOST_TEST(told_by(with_absence(-5, -1, "general")) == himself, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(days_are_those_of_the_time_zone_of_who_is_away) {
  auto rules = with_absence(1, 1, "general");
  rules.recipients[2].time_zone = "Pacific/Kiritimati"; // It is tomorrow there.
  BOOST_TEST(told_by(rules).front() == "mail general");
}

BOOST_AUTO_TEST_CASE(a_stand_in_who_is_away_or_not_on_the_channel_stands_in_no_more) {
  auto rules = with_absence(0, 0, "general");
  rules.recipients[0].addresses.erase("robot");
  const std::vector<std::string> expected{"mail general", "mail desk", "robot desk"};
  BOOST_TEST(told_by(rules) == expected, boost::test_tools::per_element());
  rules.recipients[0].away = {{today, today}};
  rules.recipients[0].stand_in = "study";
  BOOST_TEST(told_by(rules).front() == "mail study"); // Of the stand-in.
  rules.recipients[1].away = {{today, today}};
  rules.recipients[1].stand_in = "site";
  BOOST_TEST(told_by(rules).front() == "mail desk"); // All three.
}

BOOST_AUTO_TEST_CASE(who_is_away_without_a_stand_in_is_passed_by_unless_nobody_else_is_there) {
  BOOST_TEST(told_by(with_absence(0, 0)).front() == "mail desk");
  auto rules = with_absence(0, 0);
  rules.recipients[3].away = {{today, today}};
  const std::vector<std::string> desk{"mail desk", "robot desk"};
  BOOST_TEST(told_by(rules) == desk, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(the_route_stays_while_the_notification_lives) {
  const auto rules = with_absence(0, 0, "general");
  auto what = planned(rules);
  what.next_at = what.step_since = noon + 3LL * 86'400'000;
  BOOST_TEST(names(make_route(what, rules, "safety-desk")).front() == "mail general");
}

BOOST_AUTO_TEST_CASE(a_stand_in_that_is_none_is_refused) {
  const auto trouble = [](const std::string& stand_in) {
    const auto found = check_alert_settings(with_absence(0, 0, stand_in));
    return found.empty() ? "" : found.front().name + ": " + found.front().message;
  };
  BOOST_TEST(trouble("") == "");
  BOOST_TEST(trouble("general") == "");
  BOOST_TEST(trouble("genral") == "recipients[2].stand_in: no recipient has the name 'genral'; did "
                                  "you mean general?");
  BOOST_TEST(trouble("nothing alike") ==
             "recipients[2].stand_in: no recipient has the name 'nothing alike'");
  BOOST_TEST(trouble("site") == "recipients[2].stand_in: nobody stands in for himself");
  auto two = with_absence(0, 0, "general");
  two.recipients[1].name = "general";
  BOOST_TEST(check_alert_settings(two).front().message.starts_with("several recipients have"));
  auto rules = with_absence(0, 0, "desk");
  rules.recipients[3].addresses = {{"fax", "1"}};
  BOOST_TEST(check_alert_settings(rules).front().message ==
             "'desk' has an address on none of this recipient's channels");
}

BOOST_AUTO_TEST_CASE(an_alert_without_rule_goes_to_the_fallback_role_over_every_channel) {
  auto rules = team();
  rules.rules.clear();
  const std::vector<std::string> expected{"mail desk", "robot desk"};
  BOOST_TEST(names(make_route(planned(rules), rules, "safety-desk")) == expected,
             boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(quiet_hours_hold_routine_alerts_back_until_they_end) {
  route_recipient person{"wang", "w@example.org", "Asia/Shanghai", 22 * 60, 7 * 60};
  const auto at = [](int hour) {
    return noon + (hour - 12) * 60 * minute;
  }; // Hour in UTC; Shanghai is 8 ahead.
  BOOST_TEST(quiet_until(person, urgency::routine, at(13)) == 0);      // 21:00
  BOOST_TEST(quiet_until(person, urgency::routine, at(14)) == at(23)); // 22:00, to 07:00
  BOOST_TEST(quiet_until(person, urgency::routine, at(22)) == at(23)); // 06:00
  BOOST_TEST(quiet_until(person, urgency::routine, at(23)) == 0);      // 07:00
  BOOST_TEST(quiet_until(person, urgency::urgent, at(22)) == 0);
  person.quiet_from = person.quiet_to = 0;
  BOOST_TEST(quiet_until(person, urgency::routine, at(22)) == 0);
}

BOOST_AUTO_TEST_CASE(a_minute_that_summer_time_skips_is_the_instant_of_the_change) {
  constexpr unix_milliseconds change =
      1'743'296'400'000; // 2025-03-30T01:00:00Z, Berlin: 02:00 becomes 03:00.
  BOOST_TEST(next_minute_of_day(change - 60 * minute, "Europe/Berlin", 2 * 60 + 30) == change);
  BOOST_TEST(minute_of_day(change, "Europe/Berlin") == 3 * 60);
}

BOOST_AUTO_TEST_CASE(a_minute_that_comes_twice_when_summer_time_ends_is_the_next_of_both) {
  constexpr unix_milliseconds change =
      1'761'440'400'000; // 2025-10-26T01:00:00Z, Berlin: 03:00 becomes 02:00.
  constexpr int half_past_two = 2 * 60 + 30;
  BOOST_TEST(next_minute_of_day(change - 45 * minute, "Europe/Berlin", half_past_two) ==
             change - 30 * minute);
  BOOST_TEST(next_minute_of_day(change + 15 * minute, "Europe/Berlin", half_past_two) ==
             change + 30 * minute);
  const route_recipient person{"wang", "w@example.org", "Europe/Berlin", 22 * 60, half_past_two};
  BOOST_TEST(quiet_until(person, urgency::routine, change + 15 * minute) == change + 30 * minute);
}

BOOST_AUTO_TEST_CASE(a_zone_is_one_of_the_machines_database) {
  BOOST_TEST(is_time_zone("Pacific/Kiritimati"));
  BOOST_TEST(!is_time_zone("Mars/Olympus"));
  BOOST_TEST(!is_time_zone(""));
}

BOOST_AUTO_TEST_CASE(
    an_alarm_that_comes_back_within_ten_minutes_has_the_same_key_and_another_on_another_node) {
  const system_alarm stuck{"partition-stuck", "t/3 is stuck"};
  const auto made = plan_alarm(stuck, team(), {}, "one", noon);
  BOOST_TEST((made.state == notification_state::waiting));
  BOOST_TEST((made.urgency == urgency::immediate));
  BOOST_TEST(made.detail == "t/3 is stuck");
  BOOST_TEST(plan_alarm(stuck, team(), {}, "one", noon + 9 * minute).key == made.key);
  BOOST_TEST(plan_alarm(stuck, team(), {}, "one", noon + 10 * minute).key != made.key);
  const auto named =
      plan_alarm({"audit-chain-broken", "text", "first"}, team(), {}, "verify", noon);
  BOOST_TEST(
      plan_alarm({"audit-chain-broken", "text", "first"}, team(), {}, "verify", noon + 60 * minute)
          .key == named.key);
  BOOST_TEST(plan_alarm({"audit-chain-broken", "text", "other"}, team(), {}, "verify", noon).key !=
             named.key);
  BOOST_TEST(plan_alarm(stuck, team(), {}, "two", noon).key != made.key);
  BOOST_TEST(plan_alarm({"stage-down", ""}, team(), {}, "one", noon).key != made.key);
}

BOOST_AUTO_TEST_CASE(an_alarm_is_as_urgent_as_its_rule_says_and_can_be_muted_and_switched_off) {
  const system_alarm hang{"workers-hang", "text"};
  BOOST_TEST((plan_alarm(hang, team(), {}, "one", noon).urgency == urgency::urgent));
  auto rules = team();
  rules.rules.emplace_back().alert = "workers-hang";
  rules.rules.back().urgency = urgency::routine;
  rules.rules.back().urgency_given = true;
  BOOST_TEST((plan_alarm(hang, rules, {}, "one", noon).urgency == urgency::routine));
  const std::vector<notification_mute> mutes{
      {.rule = "workers-hang", .since = noon, .until = noon + 1, .who = "wang", .reason = "known"}};
  const auto muted = plan_alarm(hang, rules, mutes, "one", noon);
  BOOST_TEST((muted.state == notification_state::muted));
  BOOST_TEST(muted.ended_reason == "muted by wang: known");
  rules.rules.back().enabled = false;
  BOOST_TEST((plan_alarm(hang, rules, {}, "one", noon).state == notification_state::withheld));
}

BOOST_AUTO_TEST_SUITE_END()
