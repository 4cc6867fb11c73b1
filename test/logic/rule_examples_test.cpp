#include "actors/notifier/example_event.hpp"
#include "actors/notifier/rule_check.hpp"
#include "actors/notifier/rule_examples.hpp"
#include "aepro/v1/event.pb.h"
#include "config/example_document.hpp"
#include "config/notifier_document.hpp"

#include <boost/test/unit_test.hpp>
#include <fmt/format.h>

#include <algorithm>

using namespace aepro;

BOOST_AUTO_TEST_SUITE(rule_examples)

namespace {

constexpr std::string_view people = R"yaml(channels:
  robot: {type: webhook, url: https://chat.example/hook, preset: slack}
  mail: {type: smtp, url: smtp://mail.example:587, from: aepro@example.org}
recipients:
  - {name: Dr. Wang, roles: [medical-monitor], study: ABC-1, addresses: {mail: wang@example.org, robot: wang}}
  - {name: Safety desk, roles: [safety-desk], addresses: {mail: desk@example.org}}
alert_rules:
)yaml";

setting_sources file(const std::string& rules) {
  setting_sources sources;
  sources.file_name = "aepro.yaml";
  sources.file_text = std::string(people) + rules;
  sources.read_file = [](const std::string&) { return std::nullopt; };
  return sources;
}

/// Of a file without mistakes.
notifier_rules rules_of(const std::string& text) {
  const auto loaded = load_settings(file(text));
  if (const auto* problems = std::get_if<std::vector<setting_problem>>(&loaded))
    for (const auto& one : *problems)
      BOOST_ERROR(to_string(one));
  BOOST_REQUIRE(std::holds_alternative<loaded_settings>(loaded));
  return std::get<loaded_settings>(loaded).values.alerts;
}

std::string joined(const std::vector<setting_problem>& problems) {
  std::string all;
  for (const auto& one : problems)
    all += to_string(one) + "\n";
  return all;
}

std::string failures(const std::string& text, const decide_options& options = {},
                     const std::vector<score_change_rule>& changes = {}) {
  const auto rules = rules_of(text);
  BOOST_TEST(joined(check_alert_settings(rules)) == "");
  return joined(failures_of(run_examples(rules, {options, changes}, "safety-desk")));
}

/// What is wrong with the file, whoever finds it.
std::string problems_of(const std::string& text) {
  std::vector<setting_problem> found;
  const auto rules = read_notifier_rules(file(text), found);
  return joined(found) + joined(find_notifier_problems(rules)) +
         joined(check_alert_settings(rules));
}

bool has(const std::string& text, std::string_view part) {
  const bool found = text.find(part) != std::string::npos;
  if (!found)
    BOOST_TEST_MESSAGE(text);
  return found;
}

const std::string fatal = "{study: ABC-1, site: \"01\", subject: \"001\", adverse_event: "
                          "{report_id: R1, aeterm: STROKE, aesdth: Y}}";

/// A rule with one example, whose keys are `more`, at line 11 of the file.
std::string with_example(const std::string& more, const std::string& event = fatal) {
  return "  fatal-or-life-threatening:\n    audience: [medical-monitor, safety-desk]\n    expect:\n"
         "      - name: a death at night\n        event: " +
         event + "\n" + more;
}

} // namespace

BOOST_AUTO_TEST_CASE(what_comes_as_expected_is_no_failure) {
  BOOST_TEST(failures(with_example(
                 "        at: 2026-03-01T03:00:00+08:00\n        urgency: immediate\n"
                 "        tells: [Dr. Wang over robot, Dr. Wang over mail, Safety desk over mail]\n"
                 "        subject: \"[aepro] immediate: Fatal or life-threatening adverse event, "
                 "ABC-1 001\"\n"
                 "        subject_contains: ABC-1\n"
                 "        text_contains: [\"Site: 01\", \"Reported: 2026-02-28T19:00:00Z\"]\n"
                 "        text_lacks: [STROKE]\n")) == "");
}

BOOST_AUTO_TEST_CASE(each_expectation_that_fails_says_where_what_was_expected_and_what_came) {
  const auto text = failures(
      with_example("        urgency: urgent\n        tells: [Dr. Wang over mail]\n"
                   "        subject: another\n        subject_contains: [nowhere]\n"
                   "        text_contains: [nothing]\n        text_lacks: [\"Site: 01\"]\n"));
  const std::string place =
      "aepro.yaml:11: alert_rules.fatal-or-life-threatening.expect[0]: a death at night: ";
  BOOST_TEST(has(text, place + "urgency: expected urgent; came: immediate\n"));
  BOOST_TEST(has(
      text,
      place +
          "tells: expected [Dr. Wang over mail]; came: [Dr. Wang over robot, Dr. Wang over mail, "
          "Safety desk over mail]\n"));
  BOOST_TEST(has(text, place + "subject: expected another; came: [aepro] immediate: Fatal"));
  BOOST_TEST(has(text, place + "subject_contains: expected nowhere; came: [aepro]"));
  BOOST_TEST(has(text, place + "text_contains: expected nothing; came: Fatal"));
  BOOST_TEST(std::ranges::count(text, '\n') == 6); // A line for each.
  BOOST_TEST(has(text, place + "text_lacks: expected none with Site: 01; came: [aepro]"));
}

BOOST_AUTO_TEST_CASE(an_alert_that_is_not_raised_says_what_is) {
  const std::string serious =
      "{study: ABC-1, subject: \"001\", adverse_event: {report_id: R1, aeterm: X, aeser: Y}}";
  BOOST_TEST(has(
      failures(with_example("", serious)),
      "the alert: expected fatal-or-life-threatening; came: raised is serious-adverse-event\n"));
  BOOST_TEST(failures(with_example("        raises: false\n", serious)) == "");
  const std::string mild =
      "{study: ABC-1, subject: \"001\", adverse_event: {report_id: R1, aeterm: X, aeser: N}}";
  BOOST_TEST(has(failures(with_example("", mild)), "came: none is raised\n"));
  const std::string lost = "{study: ABC-1, adverse_event: {report_id: R1, aeterm: X, aesdth: Y}}";
  BOOST_TEST(has(failures(with_example("", lost)), "(the record is rejected as subject_missing)"));
  BOOST_TEST(has(failures(with_example("        raises: false\n")),
                 "nobody told by this rule: expected raises: false; came: it tells of the alert"));
}

BOOST_AUTO_TEST_CASE(a_rule_of_another_study_or_one_that_is_switched_off_tells_nobody) {
  const std::string other =
      "{study: XYZ-9, subject: \"001\", adverse_event: {report_id: R1, aeterm: X, aesdth: Y}}";
  const auto narrow = [](std::string text) {
    return text.replace(text.find("    audience"), 0, "    study: ABC-1\n");
  };
  BOOST_TEST(failures(narrow(with_example("        raises: false\n", other))) == "");
  BOOST_TEST(has(failures(narrow(with_example("", other))), "counts for study XYZ-9 site "));
  const auto off = [](std::string text) {
    return text.replace(text.find("    audience"), 0, "    enabled: no\n");
  };
  BOOST_TEST(failures(off(with_example("        raises: false\n"))) == "");
  BOOST_TEST(has(failures(off(with_example(""))), "came: its rule is switched off"));
  BOOST_TEST(has(
      failures(with_example("") + "  deaths: {alert: fatal-or-life-threatening, study: ABC-1}\n"),
      "came: alert_rules.deaths counts for study ABC-1 site 01"));
}

BOOST_AUTO_TEST_CASE(an_example_is_decided_as_the_node_decides) {
  decide_options options;
  options.studies = {"XYZ-9"};
  BOOST_TEST(has(failures(with_example(""), options), "(the record is rejected as unknown_study)"));
}

BOOST_AUTO_TEST_CASE(a_form_is_an_example_too) {
  const std::string form =
      "{study: ABC-1, subject: \"001\", questionnaire_response: {response_id: F1, "
      "response_version: 1, status: "
      "RESPONSE_STATUS_COMPLETED, instrument: PHQ-9, answers: [{link_id: PHQ0109, value: 2}]}}";
  BOOST_TEST(failures("  phq9-item-9:\n    expect:\n      - event: " + form +
                      "\n        urgency: immediate\n        tells: Safety desk over mail\n") ==
             "");
}

BOOST_AUTO_TEST_CASE(an_example_shows_whom_a_severe_symptom_is_told) {
  const auto example = [](const std::string& answers, const std::string& more) {
    return "  pro-ctcae-severe:\n    expect:\n      - event: {study: ABC-1, subject: \"001\", "
           "questionnaire_response: {response_id: F1, response_version: 1, status: "
           "RESPONSE_STATUS_COMPLETED, instrument: PRO-CTCAE, answers: [" +
           answers + "]}}\n" + more;
  };
  const std::string severe = "{link_id: NAUSEA_F, value: 4}, {link_id: NAUSEA_S, value: 3}";
  BOOST_TEST(
      failures(example(severe, "        urgency: urgent\n        tells: Safety desk over mail\n"
                               "        subject: \"[aepro] urgent: PRO-CTCAE: severe "
                               "symptom, ABC-1 001\"\n")) == "");
  const std::string moderate = "{link_id: NAUSEA_F, value: 4}, {link_id: NAUSEA_S, value: 2}";
  BOOST_TEST(failures(example(moderate, "        raises: false\n")) == "");
  BOOST_TEST(has(failures(example(moderate, "")), "came: none is raised\n"));
}

BOOST_AUTO_TEST_CASE(an_event_that_is_none_is_named_with_its_line) {
  const auto text = problems_of(
      "  phq9-item-9:\n    expect:\n      - event:\n          study: ABC-1\n"
      "          sujbect: x\n"
      "          adverse_event:\n            report_version: two\n            aesdth: Y\n"
      "            aesdt: Y\n            report_kind: [a]\n          subject_data: {}\n"
      "          recorded_at: soon\n        at: yesterday\n");
  const std::string place = ": alert_rules.phq9-item-9.expect[0]: ";
  BOOST_TEST(has(text, "aepro.yaml:12" + place +
                           "event.sujbect is not in the schema; did you mean subject?\n"));
  BOOST_TEST(has(
      text, "aepro.yaml:14" + place +
                "the value of event.adverse_event.report_version does not fit its type, uint32\n"));
  BOOST_TEST(
      has(text, "aepro.yaml:16" + place +
                    "event.adverse_event.aesdt is not in the schema; did you mean aesdth?\n"));
  BOOST_TEST(
      has(text, "aepro.yaml:17" + place +
                    "the value of event.adverse_event.report_kind does not fit its type, one of "
                    "REPORT_KIND_INITIAL, "));
  BOOST_TEST(has(text, "aepro.yaml:18" + place + "event.subject_data: an event has one body"));
  BOOST_TEST(has(text, "aepro.yaml:19" + place + "event.recorded_at expects NAME: VALUE lines\n"));
  BOOST_TEST(
      has(text, "aepro.yaml:20: alert_rules.phq9-item-9.expect[0].at: 'yesterday' is no instant"));
}

BOOST_AUTO_TEST_CASE(a_list_that_is_none_and_a_plain_value_that_is_a_list_are_named) {
  const auto text =
      problems_of("  phq9-item-9:\n    expect:\n      - event:\n          study: [a]\n"
                  "          questionnaire_response:\n            answers: {link_id: a}\n");
  const std::string place = ": alert_rules.phq9-item-9.expect[0]: ";
  BOOST_TEST(has(text, "aepro.yaml:11" + place +
                           "the value of event.study does not fit its type, string\n"));
  BOOST_TEST(has(text, "aepro.yaml:13" + place + "event.questionnaire_response.answers is a list"));
}

BOOST_AUTO_TEST_CASE(an_event_keeps_what_the_file_says_letter_by_letter) {
  example_value value;
  value.kind = example_value::kind_type::map;
  example_value text;
  text.text = "007";
  value.members = {{"subject", text}, {"sourceSystem", text}};
  v1::Event event;
  BOOST_REQUIRE(event.ParseFromString(make_example_event(value).bytes));
  BOOST_TEST(event.subject() == "007");
  BOOST_TEST(event.source_system() == "007");
  BOOST_TEST(event.event_id() == "example");
}

BOOST_AUTO_TEST_CASE(an_example_of_another_shape_is_refused) {
  const std::string rule = "  phq9-item-9:\n    expect: ";
  BOOST_TEST(has(problems_of(rule + "{a: b}\n"),
                 "aepro.yaml:9: alert_rules.phq9-item-9.expect: is a list"));
  BOOST_TEST(has(problems_of(rule + "[{name: x}]\n"),
                 "alert_rules.phq9-item-9.expect[0]: event is missing"));
  BOOST_TEST(
      has(problems_of(rule + "[{evnt: x}]\n"), "expect[0].evnt: no such key; did you mean event?"));
  BOOST_TEST(has(problems_of(rule + "[{event: {}, urgency: soon}]\n"),
                 "'soon' is not one of routine, urgent, immediate"));
  BOOST_TEST(has(problems_of(rule + "[{event: {study: a, study: b}}]\n"),
                 "expect[0].event.study: is set twice"));
  BOOST_TEST(has(problems_of(rule + "[{event: x}]\n"), "event expects NAME: VALUE lines"));
}

BOOST_AUTO_TEST_CASE(there_may_be_so_many_examples_and_no_more) {
  std::string many = "  phq9-item-9:\n    expect:\n";
  for (std::size_t i = 0; i < examples_max; ++i)
    many += "      - {raises: no, event: {study: a}}\n";
  BOOST_TEST(problems_of(many) == "");
  BOOST_TEST(has(problems_of(many + "      - {raises: no, event: {study: a}}\n"),
                 "there are more than 1000 examples"));
}

BOOST_AUTO_TEST_CASE(an_event_that_repeats_itself_or_is_too_deep_is_refused) {
  std::string bomb =
      "  phq9-item-9:\n    expect:\n      - event: {a0: &a0 [x, x, x, x, x, x, x, x, x, x]";
  for (int i = 1; i < 7; ++i)
    bomb += fmt::format(
        ", a{0}: &a{0} [*a{1}, *a{1}, *a{1}, *a{1}, *a{1}, *a{1}, *a{1}, *a{1}, *a{1}]", i, i - 1);
  BOOST_TEST(has(problems_of(bomb + "}\n"), "is nested too deeply, or repeats itself too often"));
  BOOST_TEST(has(problems_of("  phq9-item-9:\n    expect: [{event: [[[[[[[[[[x]]]]]]]]]]}]\n"),
                 "is nested too deeply"));
}

BOOST_AUTO_TEST_CASE(every_mistake_of_a_rule_has_its_line) {
  const auto text = problems_of(
      "  phq9-item9:\n    audience: [nobody]\n  deaths:\n"
      "    alert: fatal-or-life-threatening\n    channels: [fax]\n    subject: \"{{subjct}}\"\n");
  BOOST_TEST(has(
      text,
      "aepro.yaml:9: alert_rules.phq9-item9.audience: nobody among the recipients has the role"));
  BOOST_TEST(has(
      text, "alert_rules.phq9-item9: no alert is called phq9-item9; did you mean phq9-item-9?"));
  BOOST_TEST(has(text, "aepro.yaml:12: alert_rules.deaths.channels: there is no channel fax"));
  BOOST_TEST(has(text, "aepro.yaml:13: alert_rules.deaths.subject: there is no field 'subjct'"));
  BOOST_TEST(!has(text, "\nalert_rules")); // Each has one.
}

namespace {

/// An example of a form with `pain`, behind those events.
std::string pain_example(int pain, const std::string& before, const std::string& expected) {
  return fmt::format(R"(  score-change:
    expect:
      - event: {{study: ABC-1, subject: "001", questionnaire_response: {{instrument: PAIN-NRS, status: RESPONSE_STATUS_COMPLETED, response_version: 1, completed_at: {{unix_milliseconds: 1768000000000}}, answers: [{{link_id: PAIN, value: {}}}]}}}}
        before:
{}{})",
                     pain, before, expected);
}

/// An event before it: subject, day of 2026-01, value.
std::string earlier(const std::string& subject, int day, int pain,
                    const std::string& instrument = "PAIN-NRS") {
  return fmt::format(
      R"(          - {{study: ABC-1, subject: "{}", questionnaire_response: {{instrument: {}, status: RESPONSE_STATUS_COMPLETED, response_version: 1, completed_at: {{unix_milliseconds: {}}}, answers: [{{link_id: PAIN, value: {}}}]}}}}
)",
      subject, instrument, 1'767'225'600'000 + (day - 1) * 86'400'000LL, pain);
}

const std::vector<score_change_rule> pain_rises{*parse_score_change("PAIN-NRS>=+3:urgent")};

std::string pain_failures(int pain, const std::string& before, const std::string& expected) {
  return failures(pain_example(pain, before, expected), {}, pain_rises);
}

} // namespace

BOOST_AUTO_TEST_CASE(a_change_is_seen_beside_the_events_before_it) {
  BOOST_TEST(pain_failures(6, earlier("001", 1, 2),
                           "        urgency: urgent\n        text_contains: [\"Changed: PAIN-NRS "
                           "since baseline.\"]\n") == "");
  BOOST_TEST(pain_failures(4, earlier("001", 1, 2), "        raises: false\n") == "");
  BOOST_TEST(pain_failures(4, earlier("001", 1, 2), "").find("none is raised") !=
             std::string::npos);
}

BOOST_AUTO_TEST_CASE(forms_of_others_and_rejected_ones_are_not_compared_with_an_examples) {
  BOOST_TEST(
      pain_failures(6, earlier("002", 1, 2) + earlier("001", 1, 2, "\"\"") + earlier("001", 2, 5),
                    "        raises: false\n") == "");
}

BOOST_AUTO_TEST_CASE(an_example_may_say_when_the_subject_was_treated) {
  const auto two = earlier("001", 1, 2) + earlier("001", 5, 5);
  BOOST_TEST(pain_failures(6, two, "") == "");
  for (const auto* treated : {"rfxstdtc: 2026-01-05", "rfstdtc: 2026-01-05"})
    BOOST_TEST(pain_failures(6,
                             two + "          - {study: ABC-1, subject: \"001\", subject_data: {" +
                                 treated + "}}\n",
                             "        raises: false\n") == "",
               treated);
}

BOOST_AUTO_TEST_CASE(when_another_subject_was_treated_is_nothing_to_an_examples) {
  BOOST_TEST(pain_failures(6,
                           earlier("001", 1, 2) + earlier("001", 5, 5) +
                               "          - {study: ABC-1, subject: \"002\", subject_data: "
                               "{rfxstdtc: 2026-01-05}}\n",
                           "") == "");
}

BOOST_AUTO_TEST_CASE(an_event_that_is_no_form_shows_no_change) {
  const std::string report = R"(  score-change:
    expect:
      - {raises: false, before: [], event: {study: ABC-1, subject: "001", adverse_event: {aeterm: FALL}}}
)";
  BOOST_TEST(failures(report, {}, pain_rises) == "");
}

BOOST_AUTO_TEST_CASE(what_is_wrong_with_an_event_before_it_is_named_with_its_line) {
  BOOST_TEST(problems_of(R"(  score-change:
    expect:
      - event: {study: ABC-1, subject: "001", adverse_event: {aeterm: FALL}}
        before:
          - {study: ABC-1, subjekt: "001"}
)")
                 .find("aepro.yaml:12: alert_rules.score-change.expect[0]: event.subjekt is not in "
                       "the schema; "
                       "did you mean subject?") != std::string::npos);
  BOOST_TEST(problems_of(R"(  score-change:
    expect:
      - {event: {study: ABC-1}, before: {study: ABC-1}}
)")
                 .find("expect[0].before: is a list of events; begin each with a dash") !=
             std::string::npos);
}

BOOST_AUTO_TEST_SUITE_END()
