#include "actors/validation/rules/rule.hpp"
#include "test/support/decide_one.hpp"
#include "test/support/forms.hpp"

#include <boost/test/unit_test.hpp>

using namespace aepro;
using test::phq9;

BOOST_AUTO_TEST_SUITE(questionnaire_rules)

namespace {

constexpr std::int64_t minute = 60'000;
constexpr std::int64_t noon = 1'750'000'000'000 / minute * minute; // 2025-06-15T15:06Z

v1::Event good_form() {
  auto event = phq9({"1", "0", "1", "0", "1", "0", "1", "0", "0"});
  auto& form = *event.mutable_questionnaire_response();
  form.mutable_started_at()->set_unix_milliseconds(noon);
  form.mutable_completed_at()->set_unix_milliseconds(noon + 3 * minute);
  form.mutable_received_at()->set_unix_milliseconds(noon + 4 * minute);
  form.set_device_total("4");
  form.set_planned_dtc("2025-06-14");
  form.set_window_days("2");
  form.set_visitnum("3.1");
  return event;
}

using change = void (*)(v1::QuestionnaireResponse&);

struct breach {
  int rule;
  std::string detail;
  change make;
};

const std::vector<breach>& breaches() {
  static const std::vector<breach> all{
      {300, "", [](auto& form) { form.set_instrument("PHQ-8"); }},
      {301, "PHQ0101", [](auto& form) { form.mutable_answers(1)->set_link_id("1"); }},
      {302, "answers: 2",
       [](auto& form) {
         form.add_answers()->set_link_id("PHQ9999");
         form.add_answers()->set_link_id("my neighbour's name");
       }},
      {303, "answers: 1", [](auto& form) { form.add_answers()->set_value("1"); }},
      {304, "PHQ0101", [](auto& form) { form.mutable_answers(0)->set_value("4"); }},
      {304, "PHQ0102, PHQ0109",
       [](auto& form) {
         form.mutable_answers(1)->set_value("-1");
         form.mutable_answers(8)->set_value("often");
       }},
      {304, "PHQ0101", [](auto& form) { form.mutable_answers(0)->set_value("0.5"); }},
      {305, "answers: 1", [](auto& form) { form.mutable_answers(0)->set_missing_reason("X"); }},
      {306, "PHQ0101", [](auto& form) { form.mutable_answers(0)->clear_value(); }},
      {307, "", [](auto& form) { form.mutable_answers()->DeleteSubrange(0, 3); }},
      {308, "DEVICE_TOTAL=(4 bytes)", [](auto& form) { form.set_device_total("four"); }},
      {309, "shown 5, computed 4", [](auto& form) { form.set_device_total("5"); }},
      {309, "shown 4.5, computed 4", [](auto& form) { form.set_device_total("4.5"); }},
      {320, "-60000 ms",
       [](auto& form) { form.mutable_completed_at()->set_unix_milliseconds(noon - minute); }},
      {321, "device ahead by 300001 ms",
       [](auto& form) {
         form.mutable_received_at()->set_unix_milliseconds(noon - 2 * minute - 1);
       }},
      {322, "ahead by 300001 ms",
       [](auto& form) { form.mutable_completed_at()->set_unix_milliseconds(1'800'000'300'001); }},
      {323, "day 3 of a window of 2", [](auto& form) { form.set_planned_dtc("2025-06-12"); }},
      {323, "day -3 of a window of 2", [](auto& form) { form.set_planned_dtc("2025-06-18"); }},
      {324, "PLANNED_DTC=2025-02-30", [](auto& form) { form.set_planned_dtc("2025-02-30"); }},
      {325, "WINDOW_DAYS=-1", [](auto& form) { form.set_window_days("-1"); }},
      {326, "", [](auto& form) { form.set_visitnum("three"); }},
      {330, "status 0", [](auto& form) { form.clear_status(); }},
      {330, "status 99", [](auto& form) { form.set_status(static_cast<v1::ResponseStatus>(99)); }},
      {331, "version 1", [](auto& form) { form.set_status(v1::RESPONSE_STATUS_AMENDED); }},
  };
  return all;
}

v1::Event changed(change make) {
  auto event = good_form();
  make(*event.mutable_questionnaire_response());
  return event;
}

} // namespace

BOOST_AUTO_TEST_CASE(a_good_form_breaks_no_rule) {
  for (const auto& row : test::decide_one(good_form()).decision.findings)
    BOOST_ERROR("rule " << row.rule);
}

BOOST_AUTO_TEST_CASE(each_rule_is_broken_by_the_form_made_for_it) {
  std::set<int> tried;
  for (const auto& row : breaches()) {
    const auto decided = test::decide_one(changed(row.make));
    BOOST_TEST(decided.detail(row.rule) == row.detail,
               "rule " << row.rule << ": " << decided.detail(row.rule));
    tried.insert(row.rule);
  }
  for (const auto& rule : rules::questionnaire_rules())
    BOOST_TEST(tried.contains(rule.row.number), "rule " << rule.row.number);
}

BOOST_AUTO_TEST_CASE(a_rounded_total_of_a_form_with_missing_items_is_right) {
  const auto with_total = [](const char* total) {
    auto event = phq9({"1", "1", "1", "1", "1", "1", "2", "-", "-"}); // 10.2857...
    event.mutable_questionnaire_response()->set_device_total(total);
    return test::decide_one(event).breaks(309);
  };
  BOOST_TEST(!with_total("10"));
  BOOST_TEST(!with_total("10.29"));
  BOOST_TEST(with_total("8")); // the sum of those answered
}

BOOST_AUTO_TEST_CASE(a_total_among_the_answers_is_the_devices) {
  auto event = phq9(std::vector<std::string>(9, "1"));
  auto& total = *event.mutable_questionnaire_response()->add_answers();
  total.set_link_id("PHQ0111");
  total.set_value("10");
  BOOST_TEST(test::decide_one(event).detail(309) == "shown 10, computed 9");
  total.set_value("9");
  BOOST_TEST(test::decide_one(event).decision.findings.empty());
}

BOOST_AUTO_TEST_CASE(required_answers_count_only_for_finished_forms) {
  for (const auto status : {v1::RESPONSE_STATUS_IN_PROGRESS, v1::RESPONSE_STATUS_STOPPED})
    BOOST_TEST(!test::decide_one(phq9({"1"}, status)).breaks(306));
  BOOST_TEST(test::decide_one(phq9({"1"})).breaks(306));
}

BOOST_AUTO_TEST_CASE(the_window_is_judged_on_the_subjects_calendar) {
  // 2025-06-15T23:30 in UTC-5 is the 16th in UTC.
  const auto late = [](std::int32_t offset_minutes) {
    auto event = good_form();
    auto& form = *event.mutable_questionnaire_response();
    form.mutable_completed_at()->set_unix_milliseconds(1'750'048'200'000); // 2025-06-16T04:30Z
    form.mutable_completed_at()->set_utc_offset_minutes(offset_minutes);
    form.set_planned_dtc("2025-06-15");
    form.set_window_days("0");
    return test::decide_one(event).breaks(323);
  };
  BOOST_TEST(!late(-300));
  BOOST_TEST(late(0));
}

BOOST_AUTO_TEST_CASE(link_ids_of_unknown_instruments_are_counted) {
  const auto event =
      test::form("OTHER", {{"a", "1"}, {"b", "2"}, {"a", "3"}, {"a", "4"}, {"", "5"}});
  const auto decided = test::decide_one(event);
  BOOST_TEST(decided.detail(301) == "answers: 2");
  BOOST_TEST(decided.detail(303) == "answers: 1");
  BOOST_TEST(decided.decision.scores.empty());
}

BOOST_AUTO_TEST_CASE(ten_thousand_answers_are_decided_with_few_findings) {
  std::vector<std::pair<std::string, std::string>> answers;
  for (int i = 0; i < 10'000; ++i)
    answers.emplace_back("q" + std::to_string(i % 5'000), "1");
  for (const auto* instrument : {"PHQ-9", "OTHER"}) {
    const auto decided = test::decide_one(test::form(instrument, answers));
    BOOST_TEST((decided.decision.rejection == rejection::none));
    BOOST_TEST(decided.decision.findings.size() < 6u);
    BOOST_TEST(decided.decision.encoded.size() < 1'000u);
  }
  answers.emplace_back("x", "1");
  BOOST_TEST((test::decide_one(test::form("OTHER", answers)).decision.rejection ==
              rejection::too_many_answers));
}

BOOST_AUTO_TEST_CASE(instants_at_the_ends_of_time_do_no_harm) {
  for (const auto instant :
       {std::numeric_limits<std::int64_t>::min(), std::numeric_limits<std::int64_t>::max()}) {
    auto event = good_form();
    auto& form = *event.mutable_questionnaire_response();
    form.mutable_started_at()->set_unix_milliseconds(instant);
    form.mutable_completed_at()->set_unix_milliseconds(instant);
    form.mutable_completed_at()->set_utc_offset_minutes(std::numeric_limits<std::int32_t>::min());
    BOOST_TEST(test::decide_one(event).breaks(8));
    BOOST_TEST(test::decide_one(event).breaks(7));
  }
}

BOOST_AUTO_TEST_CASE(a_duration_has_two_ends) {
  const auto backwards = [](auto& form) {
    form.mutable_completed_at()->set_unix_milliseconds(noon - minute);
  };
  const auto endless = [](auto& form) { form.clear_completed_at(); };
  BOOST_TEST(test::decide_one(changed(backwards)).breaks(320));
  BOOST_TEST(!test::decide_one(changed(endless)).breaks(320));
}

BOOST_AUTO_TEST_CASE(without_kafka_s_timestamp_nothing_is_in_the_future) {
  const auto later = changed(
      [](auto& form) { form.mutable_completed_at()->set_unix_milliseconds(1'800'000'300'001); });
  BOOST_TEST(test::decide_one(later).breaks(322));
  BOOST_TEST(!test::decide_one(later, {.timestamp = -1}).breaks(322));
}

BOOST_AUTO_TEST_CASE(the_day_of_a_form_before_1970_is_rounded_down) {
  auto event = good_form();
  auto& form = *event.mutable_questionnaire_response();
  form.mutable_completed_at()->set_unix_milliseconds(-1); // The last millisecond of 1969.
  form.set_window_days("0");
  form.set_planned_dtc("1969-12-31");
  BOOST_TEST(!test::decide_one(event).breaks(323));
  form.set_planned_dtc("1970-01-01");
  BOOST_TEST(test::decide_one(event).detail(323) == "day -1 of a window of 0");
}

BOOST_AUTO_TEST_CASE(an_amendment_of_a_later_version_breaks_nothing) {
  const auto amended = changed([](auto& form) {
    form.set_status(v1::RESPONSE_STATUS_AMENDED);
    form.set_response_version(2);
  });
  BOOST_TEST(!test::decide_one(amended).breaks(331));
}

BOOST_AUTO_TEST_CASE(the_total_of_the_device_goes_before_the_total_among_the_answers) {
  auto event = good_form();
  auto& form = *event.mutable_questionnaire_response();
  auto& total = *form.add_answers();
  total.set_link_id("PHQ0111");
  total.set_value("9");
  BOOST_TEST(!test::decide_one(event).breaks(309));
  form.clear_device_total();
  BOOST_TEST(test::decide_one(event).detail(309) == "shown 9, computed 4");
}

BOOST_AUTO_TEST_CASE(signs_behind_the_letters_are_no_answer) {
  const auto odd =
      changed([](auto& form) { form.mutable_answers(0)->set_value("{{{"); }); // As long as UNK.
  BOOST_TEST(test::decide_one(odd).detail(304) == "PHQ0101");
}

BOOST_AUTO_TEST_SUITE_END()
