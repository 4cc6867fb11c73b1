#include "actors/notifier/alert_text.hpp"
#include "actors/validation/instruments/form_scores.hpp"
#include "actors/validation/instruments/instrument.hpp"
#include "test/support/decide_one.hpp"
#include "test/support/forms.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <sstream>

using namespace aepro;

BOOST_AUTO_TEST_SUITE(pro_ctcae)

namespace {

using given = std::vector<std::pair<std::string, std::string>>;

v1::Event form(const given& answers, v1::ResponseStatus status = v1::RESPONSE_STATUS_COMPLETED) {
  return test::form("PRO-CTCAE", answers, status);
}

/// "Nausea 2; Pain 0": the scores of a decision, in order.
std::string grades_of(const test::decided_event& decided) {
  std::ostringstream out;
  for (const auto& score : decided.decision.scores)
    out << (out.str().empty() ? "" : "; ") << score.scale.substr(std::string("PRO-CTCAE ").size())
        << " " << score.value;
  return out.str();
}

std::string grades(const given& answers) {
  return grades_of(test::decide_one(form(answers)));
}

std::string alerts(const given& answers) {
  return test::decide_one(form(answers)).alerts();
}

/// The whole library, each item answered by 1.
given every_item() {
  given answers;
  for (const auto& item : find_instrument("PRO-CTCAE")->items)
    answers.emplace_back(item.link_id, "1");
  return answers;
}

std::string hex(std::string_view bytes) {
  std::string out;
  for (const unsigned char byte : bytes) {
    out += "0123456789abcdef"[byte >> 4];
    out += "0123456789abcdef"[byte & 15];
  }
  return out;
}

} // namespace

BOOST_AUTO_TEST_CASE(the_library_has_its_80_symptoms_and_124_items) {
  // By number, from the tables with which the algorithm's authors published it.
  const std::vector<std::pair<std::string, std::string>> symptoms{
      {"F", "16 67"},
      {"S", "1 2 4 6 7 15 21 25 26 28 30 36 45 60 61 66 68 71 72 80"},
      {"FS", "9 10 11 13 14 23 74 75 77 78"},
      {"FI", "18 62 63 65"},
      {"SI", "3 8 19 20 39 40 41 44 46 47 52 53"},
      {"FSI", "17 22 48 49 50 51 54 55 56"},
      {"A", "27 59"},
      {"P", "5 12 24 29 31 32 33 34 35 37 38 42 43 57 58 64 69 70 73 76 79"}};
  const auto& library = *find_instrument("PRO-CTCAE");
  int count = 0;
  std::size_t items = 0;
  for (const auto& [letters, numbers] : symptoms) {
    std::istringstream in(numbers);
    for (std::string number; in >> number; ++count)
      for (std::size_t i = 0; i < letters.size(); ++i, ++items) {
        const auto place = number + "ABC"[i];
        const auto found = library.find_item(place, 999);
        BOOST_TEST_REQUIRE(found.has_value(), place);
        BOOST_TEST(library.items[*found].link_id.ends_with(std::string("_") + letters[i]), place);
        BOOST_TEST(library.items[*found].maximum == (letters[i] == 'P' ? 1 : 4), place);
        BOOST_TEST(!library.items[*found].required, place);
      }
  }
  BOOST_TEST(count == 80);
  BOOST_TEST(items == 124u);
  BOOST_TEST(library.items.size() == 124u);
  BOOST_TEST(library.scales.size() == 57u); // All but those of presence and amount.
}

BOOST_AUTO_TEST_CASE(a_scale_asks_what_its_items_say) {
  const auto& library = *find_instrument("PRO-CTCAE");
  for (const auto& scale : library.scales) {
    std::string_view stem;
    std::uint8_t asked = 0;
    for (const auto index : scale.items) {
      const std::string_view link = library.items[index].link_id;
      asked = static_cast<std::uint8_t>(asked + (link.ends_with("_F")   ? asks_frequency
                                                 : link.ends_with("_S") ? asks_severity
                                                                        : asks_interference));
      if (!stem.empty())
        BOOST_TEST(link.substr(0, link.size() - 2) == stem, scale.name);
      stem = link.substr(0, link.size() - 2);
    }
    BOOST_TEST(scale.asked == asked, scale.name);
  }
}

BOOST_AUTO_TEST_CASE(a_form_with_one_symptom_has_one_score_and_nothing_is_missing) {
  const auto decided = test::decide_one(form({{"PAIN_F", "2"}, {"PAIN_S", "3"}, {"PAIN_I", "1"}}));
  BOOST_TEST(grades_of(decided) == "General pain 2");
  BOOST_TEST(decided.decision.scores[0].scale == "PRO-CTCAE General pain");
  BOOST_TEST(decided.decision.scores[0].band == "");
  BOOST_TEST(decided.decision.scores[0].algorithm == "pro-ctcae/1");
  BOOST_TEST(decided.rules().empty());
}

BOOST_AUTO_TEST_CASE(a_form_with_the_whole_library_has_a_score_for_each_that_is_graded) {
  const auto decided = test::decide_one(form(every_item()));
  BOOST_TEST(decided.decision.scores.size() == 57u);
  BOOST_TEST(decided.rules().empty());
  BOOST_TEST(decided.alerts() == "");
}

BOOST_AUTO_TEST_CASE(a_choice_of_symptoms_is_scored_in_any_order) {
  BOOST_TEST(
      grades({{"FATIGUE_I", "4"}, {"NAUSEA_S", "2"}, {"FATIGUE_S", "1"}, {"NAUSEA_F", "2"}}) ==
      "Nausea 2; Fatigue 2");
  BOOST_TEST(grades({{"DIARRHEA_F", "3"},
                     {"DRY_MOUTH_S", "2"},
                     {"URINARY_URGENCY_F", "3"},
                     {"URINARY_URGENCY_I", "2"}}) == "Dry mouth 2; Diarrhea 2; Urinary urgency 2");
  BOOST_TEST(grades({}) == "");
  BOOST_TEST(!test::decide_one(form({})).breaks(307));
}

BOOST_AUTO_TEST_CASE(a_symptom_that_was_not_there_is_grade_0_whatever_was_not_asked) {
  for (const auto& answers : {given{{"PAIN_F", "0"}}, given{{"PAIN_F", "0"}, {"PAIN_S", ""}},
                              given{{"PAIN_F", "0"}, {"PAIN_S", "3"}}}) {
    const auto decided = test::decide_one(form(answers));
    BOOST_TEST(grades_of(decided) == "General pain 0");
    BOOST_TEST(decided.rules().empty());
  }
}

BOOST_AUTO_TEST_CASE(a_symptom_with_an_answer_missing_has_no_score_and_a_finding) {
  for (const auto& answers :
       {given{{"PAIN_F", "3"}}, given{{"PAIN_F", "3"}, {"PAIN_S", "3"}, {"PAIN_I", ""}},
        given{{"PAIN_S", "4"}, {"PAIN_I", "4"}}, given{{"PAIN_F", ""}, {"PAIN_S", "4"}},
        given{{"PAIN_F", "REFUSED"}}, given{{"PAIN_F", ""}}}) {
    const auto decided = test::decide_one(form(answers));
    BOOST_TEST(grades_of(decided) == "");
    BOOST_TEST((decided.rules() == std::set<int>{307}));
    BOOST_TEST(decided.decision.findings.size() == 1u);
    BOOST_TEST(decided.alerts() == "");
  }
  // What is missing of one symptom keeps no other from its score.
  const auto both = test::decide_one(form({{"PAIN_F", "3"}, {"DRY_MOUTH_S", "1"}}));
  BOOST_TEST(grades_of(both) == "Dry mouth 1");
  BOOST_TEST(both.breaks(307));
}

BOOST_AUTO_TEST_CASE(contradicting_answers_count_as_missing) {
  const auto decided = test::decide_one(
      form({{"NAUSEA_F", "4"}, {"9A", "0"}, {"NAUSEA_S", "4"}, {"DRY_MOUTH_S", "0"}}));
  BOOST_TEST(grades_of(decided) == "Dry mouth 0");
  BOOST_TEST(decided.detail(301) == "NAUSEA_F");
}

BOOST_AUTO_TEST_CASE(presence_and_amount_are_kept_and_not_scored) {
  for (const auto* value : {"0", "1", "Y", "no", "Yes"}) {
    const auto decided = test::decide_one(form({{"RASH_P", value}, {"HAIR_LOSS_A", "4"}}));
    BOOST_TEST(grades_of(decided) == "", value);
    BOOST_TEST(decided.rules().empty(), value);
    BOOST_TEST(decided.alerts() == "", value);
  }
  BOOST_TEST(test::decide_one(form({{"RASH_P", "2"}})).detail(304) == "RASH_P");
}

BOOST_AUTO_TEST_CASE(an_answer_that_no_question_offers_is_missing) {
  const auto decided = test::decide_one(form({{"NAUSEA_F", "5"}, {"NAUSEA_S", "4"}}));
  BOOST_TEST(decided.detail(304) == "NAUSEA_F");
  BOOST_TEST(grades_of(decided) == "");
}

BOOST_AUTO_TEST_CASE(items_go_by_their_number_and_by_the_names_that_others_give_them) {
  for (const auto& [f, s] : {std::pair{"NAUSEA_F", "NAUSEA_S"},
                             {"9A", "9B"},
                             {"PT01009A", "PT01009B"},
                             {"PROCTCAE_9A_SCL", "PROCTCAE_9B_SCL"}})
    BOOST_TEST(grades({{f, "3"}, {s, "2"}}) == "Nausea 2", f);
  BOOST_TEST(grades({{"GENERAL_PAIN_F", "0"}}) == "General pain 0");
  BOOST_TEST(!test::decide_one(form({{"PROCTCAE_24A_IND", "1"}})).breaks(302));
}

BOOST_AUTO_TEST_CASE(what_does_not_apply_is_missing_where_the_instrument_says_so) {
  for (const auto* answer : {"Not applicable", "not sexually active", "Prefer not to answer"}) {
    const auto decided = test::decide_one(form({{"RADIATION_SKIN_REACTION_S", answer}}));
    BOOST_TEST((decided.rules() == std::set<int>{307}), answer);
  }
  BOOST_TEST(test::decide_one(test::phq9({"Not applicable"})).detail(304) == "PHQ0101");
}

BOOST_AUTO_TEST_CASE(a_severe_symptom_alerts) {
  const std::string severe = "pro-ctcae-severe/2";
  BOOST_TEST(alerts({{"NAUSEA_F", "3"}, {"NAUSEA_S", "3"}}) == severe);
  BOOST_TEST(alerts({{"NAUSEA_F", "2"}, {"NAUSEA_S", "3"}}) == ""); // Grade 2, though severe.
  BOOST_TEST(alerts({{"DIARRHEA_F", "4"}}) == severe);
  BOOST_TEST(alerts({{"DIARRHEA_F", "3"}}) == "");
  BOOST_TEST(alerts({{"HAIR_LOSS_A", "4"}, {"RASH_P", "1"}}) == "");
}

BOOST_AUTO_TEST_CASE(a_form_alerts_once_however_many_symptoms_are_severe) {
  BOOST_TEST(
      alerts({{"DRY_MOUTH_S", "4"}, {"DIARRHEA_F", "4"}, {"CHILLS_F", "4"}, {"CHILLS_S", "4"}}) ==
      "pro-ctcae-severe/2");
}

BOOST_AUTO_TEST_CASE(what_is_not_scored_is_not_severe) {
  const given severe{{"DRY_MOUTH_S", "4"}};
  for (const auto status :
       {v1::RESPONSE_STATUS_IN_PROGRESS, v1::RESPONSE_STATUS_ENTERED_IN_ERROR}) {
    const auto decided = test::decide_one(form(severe, status));
    BOOST_TEST(grades_of(decided) == "");
    BOOST_TEST(decided.alerts() == "");
  }
  for (const auto status : {v1::RESPONSE_STATUS_STOPPED, v1::RESPONSE_STATUS_AMENDED})
    BOOST_TEST(test::decide_one(form(severe, status)).alerts() == "pro-ctcae-severe/2");
}

BOOST_AUTO_TEST_CASE(a_severe_symptom_alerts_though_its_form_is_rejected) {
  auto event = form({{"DRY_MOUTH_S", "4"}});
  event.clear_subject();
  BOOST_TEST(test::decide_one(event).alerts() == "rejected-form-with-alert/2");
  auto calm = form({{"DRY_MOUTH_S", "2"}});
  calm.clear_subject();
  BOOST_TEST(test::decide_one(calm).alerts() == "");
}

BOOST_AUTO_TEST_CASE(a_setting_names_a_lower_grade_of_one_symptom) {
  const decide_options options{.score_alerts = {*parse_score_alert("PRO-CTCAE Nausea>=2:routine")}};
  const auto with = [&](const given& answers) {
    return test::decide_one(form(answers), {.options = options}).alerts();
  };
  BOOST_TEST(with({{"NAUSEA_F", "3"}, {"NAUSEA_S", "2"}}) == "score-threshold/1");
  BOOST_TEST(with({{"DIARRHEA_F", "3"}}) == "");
  BOOST_TEST(with({{"NAUSEA_F", "4"}, {"NAUSEA_S", "4"}}) ==
             "pro-ctcae-severe/2 score-threshold/1");
}

BOOST_AUTO_TEST_CASE(a_total_that_a_device_shows_is_compared_with_no_grade) {
  auto event = form({{"DRY_MOUTH_S", "2"}});
  event.mutable_questionnaire_response()->set_device_total("17");
  BOOST_TEST(test::decide_one(event).rules().empty());
}

BOOST_AUTO_TEST_CASE(a_form_raises_an_alert_once_and_as_urgently_as_any_of_its_reasons) {
  std::pmr::vector<alert> raised;
  rules::raise_once("a", urgency::urgent, raised);
  rules::raise_once("b", urgency::routine, raised);
  rules::raise_once("a", urgency::routine, raised);
  BOOST_TEST_REQUIRE(raised.size() == 2u);
  BOOST_TEST((raised[0].urgency == urgency::urgent));
  rules::raise_once("a", urgency::immediate, raised);
  BOOST_TEST((raised[0].urgency == urgency::immediate));
  BOOST_TEST((raised[1].urgency == urgency::routine));
}

BOOST_AUTO_TEST_CASE(each_alert_of_an_instrument_has_its_words) {
  const auto has_words = [](const std::string& rule) {
    return std::ranges::find(known_alerts(), rule, &alert_words::alert) != known_alerts().end();
  };
  int count = 0;
  for (const auto& instrument : instruments()) {
    for (const auto& alert : instrument.alerts)
      BOOST_TEST(has_words(alert.rule), alert.rule);
    for (const auto& scale : instrument.scales)
      for (const auto& alert : scale.alerts) {
        BOOST_TEST(has_words(alert.rule), alert.rule);
        ++count;
      }
  }
  BOOST_TEST(count == 57); // Each graded symptom.
}

BOOST_AUTO_TEST_CASE(a_decision_on_a_form_has_its_golden_bytes) {
  const auto decided = test::decide_one(form({{"NAUSEA_F", "4"}, {"NAUSEA_S", "4"}}));
  const std::string version = "01", rules = "00000001", accepted = "00", subject_known = "02",
                    context = "00000001", no_findings = "0000";
  const std::string nausea =
      "10" + hex("PRO-CTCAE Nausea") + "4008000000000000" + "00" + "0b" + hex("pro-ctcae/1");
  const std::string severe = "10" + hex("pro-ctcae-severe") + "02";
  BOOST_TEST(hex(decided.decision.encoded) == version + rules + accepted + subject_known + context +
                                                  no_findings + "01" + nausea + "01" + severe);
}

BOOST_AUTO_TEST_SUITE_END()
