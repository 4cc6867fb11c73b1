#include "actors/notifier/alert_text.hpp"
#include "actors/review/review_alert.hpp"
#include "test/support/review_forms.hpp"

#include <boost/test/unit_test.hpp>

#include <fmt/format.h>

#include <set>

using namespace aepro;
using namespace aepro::test;

BOOST_AUTO_TEST_SUITE(review_alerts)

namespace {

constexpr unix_milliseconds published = first_noon + 1'000;

form_alert changed(std::size_t scales = 1) {
  form_alert alert;
  alert.form = reviewed("F-2", 7, 8);
  alert.form.study = "S-1";
  alert.form.site = "701";
  alert.form.subject = "007";
  alert.form.produced_at = published;
  alert.form.durable_at = published + 5;
  alert.alert = "score-change";
  for (std::size_t i = 0; i < scales; ++i)
    alert.changes.push_back({fmt::format("scale {}", i),
                             i == 0 ? change_reference::previous : change_reference::baseline, true,
                             urgency::urgent, 2, 8.123456, first_day});
  return alert;
}

notification told(const form_alert& alert, const notifier_rules& rules = {},
                  const std::vector<notification_mute>& mutes = {},
                  unix_milliseconds now = published + 10) {
  return review_notification(alert, {rules, {"store", std::chrono::hours{72}}, "safety-desk", {}},
                             mutes, now);
}

} // namespace

BOOST_AUTO_TEST_CASE(a_notification_names_the_form_and_what_has_changed) {
  const auto what = told(changed(2));
  BOOST_TEST(what.rule == "score-change");
  BOOST_TEST((what.urgency == urgency::urgent));
  BOOST_TEST((what.state == notification_state::waiting));
  BOOST_TEST(what.study == "S-1");
  BOOST_TEST(what.site == "701");
  BOOST_TEST(what.subject == "007");
  BOOST_TEST(what.stream.topic == "aepro.questionnaire-responses");
  BOOST_TEST(what.offset == 7);
  BOOST_TEST(what.produced_at == published);
  BOOST_TEST(what.durable_at == published + 5);
  BOOST_TEST(what.created_at == published + 10);
  BOOST_TEST(what.case_key == "");
  BOOST_TEST(what.detail == "Changed: scale 0 since the form before; scale 1 since baseline.");
  BOOST_TEST(what.term == "scale 0 2 to 8.123 (since 2025-06-15); scale 1 2 to 8.123 (since "
                          "2025-06-15)");
}

BOOST_AUTO_TEST_CASE(its_key_is_that_of_record_and_alert) {
  auto other = changed();
  BOOST_TEST(told(other).key == told(changed(2)).key);
  other.alert = "pro-ctcae-worsening";
  BOOST_TEST(told(other).key != told(changed()).key);
  other = changed();
  other.form.offset = 8;
  BOOST_TEST(told(other).key != told(changed()).key);
}

BOOST_AUTO_TEST_CASE(of_many_scales_ten_are_named) {
  const auto what = told(changed(12));
  BOOST_TEST(what.detail.ends_with("scale 9 since baseline; 2 more."));
  BOOST_TEST(what.term.ends_with("; 2 more"));
}

BOOST_AUTO_TEST_CASE(old_forms_and_those_of_history_tell_nobody) {
  BOOST_TEST((told(changed(), {}, {}, published + 4LL * 86'400'000).state ==
              notification_state::withheld));
  auto past = changed();
  past.form.origin = event_origin::history;
  BOOST_TEST((told(past).state == notification_state::withheld));
}

BOOST_AUTO_TEST_CASE(history_of_which_people_are_told_is_labelled_and_says_what_has_changed) {
  auto past = changed();
  past.form.origin = event_origin::history_with_alerts;
  const auto what = told(past);
  BOOST_TEST((what.state == notification_state::waiting));
  BOOST_TEST(is_history(what));
  BOOST_TEST(what.detail.ends_with("Changed: scale 0 since the form before."));
  BOOST_TEST(make_message(what, {}, nullptr, {}).subject.find("History: ") != std::string::npos);
  BOOST_TEST(!is_history(told(changed())));
}

BOOST_AUTO_TEST_CASE(a_mute_and_a_rule_hold_for_changes_as_well) {
  BOOST_TEST((told(changed(), {},
                   {{.id = 1, .rule = "score-change", .since = 0, .until = published + 1'000}})
                  .state == notification_state::muted));
  notifier_rules rules;
  rules.rules.emplace_back().alert = "score-change";
  rules.rules[0].enabled_given = true;
  rules.rules[0].enabled = false;
  BOOST_TEST((told(changed(), rules).state == notification_state::withheld));
}

BOOST_AUTO_TEST_CASE(values_are_shown_by_confidential_channels_alone) {
  alert_rule_settings rule;
  rule.text = "{{what}}: {{detail}} {{term}}";
  channel_settings channel;
  channel.confidential = false;
  const auto open = make_message(told(changed()), rule, &channel, {}).text;
  BOOST_TEST(open.find("Score that has changed") == 0U);
  BOOST_TEST(open.find("2 to 8") == std::string::npos);
  channel.confidential = true;
  BOOST_TEST(make_message(told(changed()), rule, &channel, {}).text.find("2 to 8.123") !=
             std::string::npos);
}

BOOST_AUTO_TEST_CASE(what_is_raised_again_for_the_same_record_has_a_key_of_its_own) {
  auto again = changed();
  again.again = true;
  BOOST_TEST(told(again).key != told(changed()).key);
  BOOST_TEST(told(again).key == told(again).key);
  auto other = again;
  other.changes[0].rises = false;
  BOOST_TEST(told(again).key != told(other).key);
}

BOOST_AUTO_TEST_CASE(a_routine_change_waits_for_others_like_it) {
  review_audience audience;
  audience.planning = {"store", std::chrono::hours{72}};
  audience.fallback_role = "safety-desk";
  audience.digests = {{20, 10'000, 60'000}, std::chrono::minutes{1}};
  auto& channel = audience.rules.channels.emplace_back();
  channel.name = "mail";
  channel.type = channel_type::smtp;
  auto& desk = audience.rules.recipients.emplace_back();
  desk.name = "Desk";
  desk.roles = {"safety-desk"};
  desk.addresses = {{"mail", "desk@example.org"}};
  auto routine = changed();
  routine.changes[0].urgency = urgency::routine;
  const auto waits = review_notification(routine, audience, {}, published);
  BOOST_TEST(waits.next_at == published + 60'000);
  BOOST_TEST(review_notification(changed(), audience, {}, published).next_at == published);
}

BOOST_AUTO_TEST_CASE(a_form_keeps_what_was_raised_for_it_and_whether_people_were_told) {
  const review_audience audience{{}, {"store", std::chrono::hours{72}}, "safety-desk", {}};
  const review_rules rules{{*parse_score_change("PAIN-NRS>=+3:urgent")}, 200};
  auto late = reviewed("F-2", 7, 8);
  late.produced_at = published;
  const form_list forms{reviewed("F-1", 0, 2), late};
  const auto now = review_forms({}, forms, rules, audience, {}, published);
  BOOST_REQUIRE(now.kept.size() == 2U);
  BOOST_TEST(now.told.size() == 1U);
  BOOST_TEST(now.kept[0].raised.empty());
  const raised_change told{"score-change", "PAIN-NRS",      change_reference::baseline,
                           true,           urgency::urgent, true};
  BOOST_TEST((now.kept[1].raised == std::vector{told}));
  const auto later = review_forms({}, forms, rules, audience, {}, published + 4LL * 86'400'000);
  BOOST_TEST((later.told[0].state == notification_state::withheld));
  BOOST_TEST(!later.kept[1].raised.at(0).told);
  // As nobody was told, the same form once more raises it again.
  late.offset = 8;
  const form_list again{late};
  const auto third =
      review_forms({later.kept, ""}, again, rules, audience, {}, published + 5LL * 86'400'000);
  BOOST_TEST(third.told.size() == 1U);
  BOOST_TEST(third.kept.at(0).raised.size() == 1U);
}

BOOST_AUTO_TEST_CASE(each_more_urgent_change_of_one_record_has_a_key_of_its_own) {
  const review_audience audience{{}, {"store", std::chrono::hours{72}}, "safety-desk", {}};
  const review_rules rules{{*parse_score_change("PAIN-NRS>=+2 since previous:routine"),
                            *parse_score_change("PAIN-NRS>=+4 since previous:urgent"),
                            *parse_score_change("PAIN-NRS>=+6 since previous:immediate")},
                           200};
  form_history history{{reviewed("F-9", 30, 8)}, ""};
  history.forms[0].produced_at = published;
  std::set<std::string> keys;
  for (std::int32_t n = 0; n < 3; ++n) {
    auto earlier = reviewed("E-" + std::to_string(n), 10 + n, 6 - 2 * n);
    earlier.produced_at = published;
    const form_list forms{earlier};
    const auto changes = review_forms(history, forms, rules, audience, {}, published);
    BOOST_REQUIRE(changes.told.size() == 1U);
    BOOST_TEST(static_cast<int>(changes.told[0].urgency) == n + 1);
    keys.insert(changes.told[0].key);
    for (const auto& kept : changes.kept)
      if (kept.form_id == "F-9")
        history.forms[0] = kept;
      else
        history.forms.push_back(kept);
  }
  BOOST_TEST(keys.size() == 3U);
}

BOOST_AUTO_TEST_SUITE_END()
