#include "actors/notifier/alert_text.hpp"
#include "actors/notifier/local_time.hpp"
#include "actors/notifier/rule_check.hpp"
#include "test/support/alerts.hpp"

#include <boost/test/unit_test.hpp>

#include <functional>

using namespace aepro;
using namespace aepro::test;
using namespace std::chrono_literals;

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

BOOST_AUTO_TEST_CASE(what_counts_only_where_people_were_told_stays_so) {
  auto nullified = death();
  BOOST_TEST(!planned(team(), {}, nullified).only_if_told);
  nullified.only_if_told = true;
  BOOST_TEST(planned(team(), {}, nullified).only_if_told);
}

BOOST_AUTO_TEST_CASE(nobody_is_told_of_history_unless_its_sender_asks_and_then_it_is_labelled) {
  auto past = death();
  past.origin = event_origin::history;
  BOOST_TEST((planned(team(), {}, past).state == notification_state::withheld));
  BOOST_TEST(planned(team(), {}, past).ended_reason == "its sender says that it is history");
  past.origin = event_origin::history_with_alerts;
  const auto told = planned(team(), {}, past);
  BOOST_TEST((told.state == notification_state::waiting));
  BOOST_TEST(told.detail == history_detail);
  BOOST_TEST(fields_of(told, false).at("what") ==
             "History: Fatal or life-threatening adverse event");
  BOOST_TEST(fields_of(planned(team()), false).at("what") ==
             "Fatal or life-threatening adverse event");
  BOOST_TEST(planned(team()).detail == "");
}

BOOST_AUTO_TEST_CASE(what_is_of_the_past_is_labelled_whatever_texts_its_rule_has) {
  auto past = death();
  past.origin = event_origin::history_with_alerts;
  const auto told = planned(team(), {}, past);
  alert_rule_settings rule;
  rule.subject = "SAE {{study}}";
  rule.text = "Call the site of {{subject}}.";
  const route_recipient person{"wang", "w@example.org", "UTC", 0, 0};
  const auto message = make_message(told, rule, nullptr, person, "");
  BOOST_TEST(message.subject == "History: SAE S1");
  BOOST_TEST(message.text.starts_with("History: Call the site of "));
  const auto usual = make_message(told, {}, nullptr, person, "");
  BOOST_TEST(usual.subject.find("History: ") == usual.subject.rfind("History: ")); // Once.
  BOOST_TEST(make_message(planned(team()), rule, nullptr, person, "").subject == "SAE S1");
}

BOOST_AUTO_TEST_CASE(a_rule_that_is_switched_off_withholds) {
  auto rules = team();
  rules.rules[0].enabled = false;
  BOOST_TEST((planned(rules).state == notification_state::withheld));
}

BOOST_AUTO_TEST_CASE(the_most_specific_rule_counts) {
  auto rules = team();
  for (const auto& [study, site, text] :
       std::vector<std::array<std::string, 3>>{{"S1", "701", "both"},
                                               {"S1", "", "study"},
                                               {"", "701", "site"},
                                               {"S2", "", "another"}}) {
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

BOOST_AUTO_TEST_CASE(what_a_row_leaves_out_is_as_in_the_next_more_general_one) {
  auto rules = team();
  rules.rules[0].channels = {"robot"};
  rules.rules[0].subject = "general";
  rules.rules[0].texts["zh"].text = "allgemein";
  auto& study = rules.rules.emplace_back();
  study.alert = "fatal-or-life-threatening";
  study.study = "S1";
  study.urgency_given = true;
  study.urgency = urgency::routine;
  auto& site = rules.rules.emplace_back(study);
  site.site = "701";
  site.urgency_given = false;
  site.subject = "of the site";
  const auto found = find_rule(rules, "fatal-or-life-threatening", "S1", "701");
  BOOST_TEST(found.subject == "of the site");
  BOOST_TEST((found.urgency_given && found.urgency == urgency::routine));
  BOOST_TEST(found.audience == std::vector<std::string>{"monitor"},
             boost::test_tools::per_element());
  BOOST_TEST(found.channels == std::vector<std::string>{"robot"}, boost::test_tools::per_element());
  BOOST_TEST(found.texts.at("zh").text == "allgemein");
  BOOST_TEST(found.site == "701");
}

BOOST_AUTO_TEST_CASE(
    a_rule_that_is_switched_off_is_so_for_its_studies_as_well_until_one_says_otherwise) {
  auto rules = team();
  rules.rules[0].enabled = false;
  rules.rules[0].enabled_given = true;
  auto& study = rules.rules.emplace_back();
  study.alert = "fatal-or-life-threatening";
  study.study = "S1";
  study.subject = "of the study";
  BOOST_TEST((planned(rules).state == notification_state::withheld));
  rules.rules.back().enabled_given = true;
  BOOST_TEST((planned(rules).state == notification_state::waiting));
}

BOOST_AUTO_TEST_CASE(a_report_of_another_subject_is_another_case) {
  auto other = death();
  other.subject = "1016";
  BOOST_TEST(planned(team(), {}, other).case_key != planned(team()).case_key);
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
    const auto plan =
        plan_delivery({planned(team(), {}, alert), 1, {}, {}}, team(), "safety-desk", noon);
    BOOST_TEST(plan.messages[0].text.find("{{") == std::string::npos);
    BOOST_TEST(plan.messages[0].text.find(known.title) == 0U);
    BOOST_TEST(plan.messages[0].subject.find("{{") == std::string::npos);
  }
}

BOOST_AUTO_TEST_CASE(
    a_rule_for_no_alert_or_with_an_unknown_field_is_refused_with_the_nearest_name) {
  alert_rule_settings rule;
  rule.alert = "phq9-item9";
  BOOST_TEST(problems_of(rule).find("did you mean phq9-item-9?") != std::string::npos);
  rule.alert = "phq9-item-9";
  rule.text = "{{subjct}}";
  BOOST_TEST(
      problems_of(rule).find(
          "alert_rules.phq9-item-9.text: there is no field 'subjct'; did you mean subject?") !=
      std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_channel_that_could_never_send_is_refused_with_its_place) {
  const auto problem_of = [](const std::function<void(notifier_rules&)>& spoil) {
    auto rules = team();
    rules.channels[0].type = channel_type::smtp;
    rules.channels[0].url = "smtp://mail.example.org";
    rules.channels[0].from = "aepro <aepro@example.org>";
    rules.channels[1].type = channel_type::webhook;
    rules.channels[1].url = "https://hooks.example.org/x";
    rules.channels[1].preset = "slack";
    spoil(rules);
    const auto found = check_alert_settings(rules);
    return found.size() == 1 ? found.front().name : std::to_string(found.size()) + " problems";
  };
  BOOST_TEST(problem_of([](auto&) {}) == "0 problems");
  BOOST_TEST(problem_of([](auto& rules) { rules.channels[0].url = "http://mail.example.org"; }) ==
             "channels.mail.url");
  BOOST_TEST(problem_of([](auto& rules) { rules.channels[0].from = "aepro"; }) ==
             "channels.mail.from");
  BOOST_TEST(problem_of([](auto& rules) { rules.channels[1].url = "http://hooks.example.org"; }) ==
             "channels.robot");
  BOOST_TEST(problem_of([](auto& rules) { rules.channels[1].preset = "slck"; }) ==
             "channels.robot");
  BOOST_TEST(problem_of([](auto& rules) { rules.recipients[0].name = ""; }) == "recipients[0]");
  BOOST_TEST(problem_of([](auto& rules) { rules.recipients[1].addresses["mail"] = "a@b, c@d"; }) ==
             "recipients[1].addresses");
  BOOST_TEST(problem_of([](auto& rules) { rules.rules[0].texts["zh"].text = "{{subjct}}"; }) ==
             "alert_rules.fatal-or-life-threatening.texts.zh.text");
}

BOOST_AUTO_TEST_CASE(a_time_zone_that_is_none_is_refused) {
  auto rules = team();
  BOOST_TEST(check_alert_settings(rules).empty());
  rules.recipients[1].time_zone = "Berlin";
  BOOST_REQUIRE(check_alert_settings(rules).size() == 1U);
  BOOST_TEST(check_alert_settings(rules).front().name == "recipients[1].time_zone");
}

BOOST_AUTO_TEST_CASE(names_without_end_are_cut_in_notifications_and_whole_in_keys) {
  stored_alert alert;
  alert.study = alert.site = alert.subject = std::string(9'000, 'x');
  const auto made = plan_notification(alert, {}, {}, {"store", std::chrono::hours{72}}, 0);
  for (const auto& name : {made.study, made.site, made.subject})
    BOOST_TEST(name.size() == 500U);
  alert.report_id = "R";
  const auto one = plan_notification(alert, {}, {}, {"store", std::chrono::hours{72}}, 0);
  alert.subject += 'y';
  const auto other = plan_notification(alert, {}, {}, {"store", std::chrono::hours{72}}, 0);
  BOOST_TEST(one.case_key != other.case_key);
}

BOOST_AUTO_TEST_CASE(an_address_that_is_a_secret_needs_one) {
  notifier_rules rules;
  auto& channel = rules.channels.emplace_back();
  channel.name = "pager";
  channel.type = channel_type::webhook;
  channel.url = "https://events.pagerduty.com/v2/enqueue";
  channel.preset = "pagerduty";
  auto& desk = rules.recipients.emplace_back();
  desk.name = "Desk";
  desk.addresses = {{"pager", "{{secret}}"}};
  const auto found = check_alert_settings(rules);
  BOOST_REQUIRE(found.size() == 1U);
  BOOST_TEST(found.front().message == "names {{secret}}, and channels.pager has no secret_file");
  channel.secret = "routing-key";
  BOOST_TEST(check_alert_settings(rules).empty());
  channel.secret.clear();
  desk.addresses["pager"] = "key";
  BOOST_TEST(check_alert_settings(rules).empty());
}

BOOST_AUTO_TEST_SUITE_END()
