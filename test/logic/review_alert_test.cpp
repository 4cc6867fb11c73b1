#include "actors/notifier/alert_text.hpp"
#include "actors/review/review_alert.hpp"
#include "test/support/review_forms.hpp"

#include <boost/test/unit_test.hpp>

#include <fmt/format.h>

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
  alert.urgency = urgency::urgent;
  for (std::size_t i = 0; i < scales; ++i)
    alert.changes.push_back({fmt::format("scale {}", i),
                             i == 0 ? change_reference::previous : change_reference::baseline, 2,
                             8.123456, first_day});
  return alert;
}

notification told(const form_alert& alert, const notifier_rules& rules = {},
                  const std::vector<notification_mute>& mutes = {},
                  unix_milliseconds now = published + 10) {
  return review_notification(alert, rules, mutes, {"store", std::chrono::hours{72}}, now);
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

BOOST_AUTO_TEST_SUITE_END()
