#include "actors/validation/instruments/form_result.hpp"
#include "test/support/decide_one.hpp"
#include "test/support/forms.hpp"
#include "test/support/shared_data.hpp"

#include <nlohmann/json.hpp>

#include <boost/test/unit_test.hpp>

#include <sstream>

using namespace aepro;
using test::gad7;
using test::phq9;

BOOST_AUTO_TEST_SUITE(scoring)

namespace {

/// "value band" of the only score; "none" without one.
std::string score_of(const v1::Event& event, const decide_options& options = {}) {
  const auto decided = test::decide_one(event, {.options = options});
  if (decided.decision.scores.empty())
    return "none";
  BOOST_TEST(decided.decision.scores.size() == 1u);
  std::ostringstream out;
  out << decided.decision.scores[0].value << " " << decided.decision.scores[0].band;
  return out.str();
}

std::string alerts_of(const v1::Event& event) {
  return test::decide_one(event).alerts();
}

std::vector<std::string> texts(const nlohmann::json& answers) {
  std::vector<std::string> result;
  for (const auto& answer : answers)
    result.push_back(answer.is_null() ? "-" : answer.dump());
  return result;
}

} // namespace

BOOST_AUTO_TEST_CASE(worked_examples_give_their_scores) {
  BOOST_TEST(score_of(phq9({"3", "0", "1", "2", "0", "0", "1", "0", "3"})) == "10 moderate");
  BOOST_TEST(score_of(gad7({"3", "0", "1", "2", "0", "0", "1"})) == "7 mild");
  const auto decided = test::decide_one(phq9({"3", "0", "1", "2", "0", "0", "1", "0", "3"}));
  BOOST_TEST(decided.decision.scores[0].scale == "PHQ-9");
  BOOST_TEST(decided.decision.scores[0].algorithm == "phq9/1");
}

BOOST_AUTO_TEST_CASE(bands_begin_where_they_are_published_to_begin) {
  const auto of_sum = [](int sum, std::size_t items, const auto& make) {
    std::vector<std::string> values(items, "0");
    for (auto& value : values) {
      const int part = std::min(sum, 3);
      value = std::to_string(part);
      sum -= part;
    }
    return score_of(make(values));
  };
  const auto phq = [](const auto& values) { return phq9(values); };
  const auto gad = [](const auto& values) { return gad7(values); };
  for (const auto& [sum, band] : {std::pair{0, "minimal"},
                                  {4, "minimal"},
                                  {5, "mild"},
                                  {9, "mild"},
                                  {10, "moderate"},
                                  {14, "moderate"},
                                  {15, "moderately severe"},
                                  {19, "moderately severe"},
                                  {20, "severe"},
                                  {27, "severe"}})
    BOOST_TEST(of_sum(sum, 9, phq) == std::to_string(sum) + " " + band);
  for (const auto& [sum, band] : {std::pair{0, "minimal"},
                                  {4, "minimal"},
                                  {5, "mild"},
                                  {9, "mild"},
                                  {10, "moderate"},
                                  {14, "moderate"},
                                  {15, "severe"},
                                  {21, "severe"}})
    BOOST_TEST(of_sum(sum, 7, gad) == std::to_string(sum) + " " + band);
}

BOOST_AUTO_TEST_CASE(phq9_replaces_up_to_two_missing_items_by_the_mean) {
  BOOST_TEST(score_of(phq9({"1", "1", "1", "1", "1", "1", "1", "2", "-"})) == "10.125 moderate");
  BOOST_TEST(score_of(phq9({"1", "1", "1", "1", "1", "1", "2", "", "-"})) == "10.2857 moderate");
  BOOST_TEST(score_of(phq9({"1", "1", "1", "1", "1", "1", "-", "-", "-"})) == "none");
  const auto decided = test::decide_one(phq9({"1", "1", "1", "1", "1", "1", "2", "-", "-"}));
  BOOST_TEST(decided.decision.scores[0].value == 72.0 / 7.0);
}

BOOST_AUTO_TEST_CASE(a_setting_asks_for_complete_phq9_forms) {
  const decide_options strict{.phq9_missing = phq9_missing_items::none_allowed};
  BOOST_TEST(score_of(phq9({"1", "1", "1", "1", "1", "1", "1", "1", "-"}), strict) == "none");
  BOOST_TEST(score_of(phq9(std::vector<std::string>(9, "1")), strict) == "9 mild");
}

BOOST_AUTO_TEST_CASE(gad7_is_scored_complete_or_not_at_all) {
  BOOST_TEST(score_of(gad7({"1", "1", "1", "1", "1", "1", "-"})) == "none");
  BOOST_TEST(score_of(gad7({"1", "1", "1", "1", "1", "1", "1"})) == "7 mild");
}

BOOST_AUTO_TEST_CASE(pain_is_its_own_score_without_bands) {
  for (const auto* link : {"1", "NRS0101", "PAIN", "72514-3"})
    BOOST_TEST(score_of(test::form("NRS", {{link, "7"}})) == "7 ", link);
  BOOST_TEST(score_of(test::form("pain-nrs", {{"1", "0"}})) == "0 ");
  BOOST_TEST(score_of(test::form("PAIN-NRS", {{"1", "10"}})) == "10 ");
  BOOST_TEST(score_of(test::form("PAIN-NRS", {{"1", "11"}})) == "none");
}

BOOST_AUTO_TEST_CASE(item_10_is_not_part_of_the_score) {
  auto values = std::vector<std::string>(10, "1");
  BOOST_TEST(score_of(phq9(values)) == "9 mild");
  values[9] = "Very difficult";
  BOOST_TEST(score_of(phq9(values)) == "9 mild");
}

BOOST_AUTO_TEST_CASE(items_are_matched_by_id_whatever_their_order_and_spelling) {
  BOOST_TEST(score_of(test::form("phq9", {{"9", "3"},
                                          {"/44250-9", "1"},
                                          {"44255-8", "LA6569-3"},
                                          {"PHQ0103", "More than half the days"},
                                          {"4", "0"},
                                          {"5", "0.0"},
                                          {"6", "not at all"},
                                          {"7", "0"},
                                          {"8", "0"}})) == "7 mild");
}

BOOST_AUTO_TEST_CASE(survey_codes_and_reasons_are_missing_not_scores) {
  BOOST_TEST(score_of(phq9({"1", "1", "1", "1", "1", "1", "1", "REFUSED", "don't know"})) ==
             "9 mild");
  auto event = phq9(std::vector<std::string>(9, "3"));
  event.mutable_questionnaire_response()->mutable_answers(0)->set_missing_reason("REFUSED");
  BOOST_TEST(score_of(event) == "27 severe"); // the mean of the other eight
  BOOST_TEST(test::decide_one(event).breaks(305));
}

BOOST_AUTO_TEST_CASE(item_9_always_alerts) {
  const std::string alert = "phq9-item-9/3";
  BOOST_TEST(alerts_of(phq9({"0", "0", "0", "0", "0", "0", "0", "0", "1"})) == alert);
  BOOST_TEST(alerts_of(phq9({"-", "-", "-", "-", "-", "-", "-", "-", "1"})) == alert);
  for (const auto status : {v1::RESPONSE_STATUS_IN_PROGRESS, v1::RESPONSE_STATUS_STOPPED,
                            v1::RESPONSE_STATUS_ENTERED_IN_ERROR, v1::RESPONSE_STATUS_UNSPECIFIED})
    BOOST_TEST(alerts_of(phq9({"-", "-", "-", "-", "-", "-", "-", "-", "3"}, status)) == alert);
  for (const auto* value : {"9", "1.0", "2.5", "Nearly every day", "LA6571-9", " 2", "2 ", "+2",
                            "2\n", "\tMore than half the days "})
    BOOST_TEST(alerts_of(phq9({"-", "-", "-", "-", "-", "-", "-", "-", value})) == alert, value);
  for (const auto* value : {" 0 ", "+", "++1", " ", "\n", "2 or 3"})
    BOOST_TEST(alerts_of(phq9({"-", "-", "-", "-", "-", "-", "-", "-", value})).empty(), value);
  // Answered twice, and only the first says yes; refused, but a value stands there.
  BOOST_TEST(alerts_of(test::form("PHQ-9", {{"9", "1"}, {"PHQ0109", "0"}})) == alert);
  BOOST_TEST(alerts_of(test::form("PHQ-9", {{"9", "1"}, {"PHQ0109", "2"}})) == alert);
}

BOOST_AUTO_TEST_CASE(item_9_alerts_though_the_form_is_rejected) {
  auto event = phq9({"0", "0", "0", "0", "0", "0", "0", "0", "1"});
  event.clear_subject();
  const auto nobody = test::decide_one(event);
  BOOST_TEST((nobody.decision.rejection == rejection::subject_missing));
  BOOST_TEST(nobody.alerts() == "rejected-form-with-alert/3");
  BOOST_TEST(nobody.decision.scores.empty());
  auto endless = phq9({"0", "0", "0", "0", "0", "0", "0", "0", "1"});
  for (int i = 0; i < 10'000; ++i)
    endless.mutable_questionnaire_response()->add_answers();
  const auto too_long = test::decide_one(endless);
  BOOST_TEST((too_long.decision.rejection == rejection::too_many_answers));
  BOOST_TEST(too_long.alerts() == "rejected-form-with-alert/3");
  BOOST_TEST(test::decide_bytes(
                 phq9({"0", "0", "0", "0", "0", "0", "0", "0", "1"}).SerializeAsString() + '\xff')
                 .alerts() == ""); // Bytes that are no event say nothing.
  event.mutable_questionnaire_response()
      ->clear_instrument(); // Which answer is item 9, nobody can know.
  BOOST_TEST(test::decide_one(event).alerts() == "");
  auto calm = phq9({"3", "3", "3", "3", "3", "3", "3", "3", "0"});
  calm.clear_subject();
  BOOST_TEST(test::decide_one(calm).alerts() == "");
}

BOOST_AUTO_TEST_CASE(a_score_that_passes_a_threshold_alerts_as_urgently_as_the_most_urgent_one) {
  const decide_options options{.score_alerts = {{"PHQ-9", true, 10, urgency::routine},
                                                {"PHQ-9", true, 20, urgency::urgent},
                                                {"PHQ-9", false, 1, urgency::immediate},
                                                {"GAD-7", true, 0, urgency::immediate}}};
  const auto with_sum = [&](int sum, v1::ResponseStatus status = v1::RESPONSE_STATUS_COMPLETED) {
    std::vector<std::string> values(9, "0"); // Item 9 stays 0.
    for (int i = 0; i < sum; ++i)
      values[static_cast<std::size_t>(i) % 8] = std::to_string(i / 8 + 1);
    return test::decide_one(phq9(values, status), {.options = options}).alerts();
  };
  BOOST_TEST(with_sum(9) == "");
  BOOST_TEST(with_sum(10) == "score-threshold/1");
  BOOST_TEST(with_sum(19) == "score-threshold/1");
  BOOST_TEST(with_sum(20) == "score-threshold/2");
  BOOST_TEST(with_sum(2) == "");
  BOOST_TEST(with_sum(1) == "score-threshold/3");
  BOOST_TEST(with_sum(20, v1::RESPONSE_STATUS_ENTERED_IN_ERROR) == "");
}

BOOST_AUTO_TEST_CASE(item_9_does_not_alert_on_none) {
  for (const auto* value : {"0", "-", "", "Not at all", "0.0", "REFUSED", "-1"})
    BOOST_TEST(alerts_of(phq9({"3", "3", "3", "3", "3", "3", "3", "3", value})) == "", value);
  BOOST_TEST(alerts_of(gad7({"3", "3", "3", "3", "3", "3", "3"})) == "");
}

BOOST_AUTO_TEST_CASE(unfinished_and_void_forms_are_not_scored) {
  const std::vector<std::string> values(9, "1");
  BOOST_TEST(score_of(phq9(values, v1::RESPONSE_STATUS_IN_PROGRESS)) == "none");
  BOOST_TEST(score_of(phq9(values, v1::RESPONSE_STATUS_ENTERED_IN_ERROR)) == "none");
  BOOST_TEST(score_of(phq9(values, v1::RESPONSE_STATUS_STOPPED)) == "9 mild");
}

BOOST_AUTO_TEST_CASE(contradicting_answers_count_as_missing) {
  const std::vector<std::pair<std::string, std::string>> most{{"2", "1"}, {"3", "1"}, {"4", "1"},
                                                              {"5", "1"}, {"6", "1"}, {"7", "1"},
                                                              {"8", "1"}, {"9", "0"}};
  auto same = most, other = most;
  same.insert(same.end(), {{"1", "3"}, {"PHQ0101", "3"}});
  other.insert(other.end(), {{"1", "3"}, {"PHQ0101", "0"}});
  BOOST_TEST(score_of(test::form("PHQ-9", same)) == "10 moderate");
  BOOST_TEST(score_of(test::form("PHQ-9", other)) == "7.875 mild");
  BOOST_TEST(test::decide_one(test::form("PHQ-9", same)).detail(301) == "PHQ0101");
}

BOOST_AUTO_TEST_CASE(published_vectors_are_reproduced) {
  const auto text = test::read_shared_file("scoring/vectors.json");
  if (!text)
    return;
  int checked = 0;
  for (const auto& vector : nlohmann::json::parse(*text)) {
    const auto instrument = vector.at("instrument").get<std::string>();
    if (instrument != "PHQ-9" && instrument != "GAD-7")
      continue;
    const auto answers = texts(vector.at("answers"));
    const auto event = instrument == "PHQ-9" ? phq9(answers) : gad7(answers);
    const auto decided = test::decide_one(event);
    const auto& expected = vector.at("expected");
    const auto total = expected.at(expected.contains("sum") ? "sum" : "total").get<double>();
    BOOST_REQUIRE(decided.decision.scores.size() == 1u);
    BOOST_TEST(decided.decision.scores[0].value == total);
    ++checked;
  }
  BOOST_TEST(checked == 27);
}

BOOST_AUTO_TEST_CASE(of_cdiscs_30_recorded_totals_one_is_wrong) {
  const auto text = test::read_shared_file("msg2_datasetjson/qsph.ndjson");
  if (!text)
    return;
  std::map<std::string, std::vector<std::pair<std::string, std::string>>> forms;
  std::istringstream lines(*text);
  std::string line;
  std::getline(lines, line); // metadata
  while (std::getline(lines, line)) {
    const auto row = nlohmann::json::parse(line);
    const auto key = row[2].get<std::string>() + " " + row[12].get<std::string>() + " " +
                     row[14].get<std::string>();
    forms[key].emplace_back(row[4].get<std::string>(), row[8].get<std::string>());
  }
  std::string wrong, others;
  for (const auto& [key, answers] : forms) {
    const auto decided = test::decide_one(test::form("PHQ-9", answers));
    BOOST_TEST(decided.decision.scores.size() == 1u, key);
    for (const int rule : decided.rules())
      if (rule != 309)
        others += key + ": " + decided.detail(rule) + "; ";
    if (decided.breaks(309))
      wrong += key + ": " + decided.detail(309);
  }
  BOOST_TEST(forms.size() == 30u);
  // "Not at all" is no answer to item 10, which asks how difficult things are.
  BOOST_TEST(others == "CDISC014 BASELINE 2013-04-03: PHQ0110; "
                       "CDISC014 EARLY DISCONTINUATION RETRIEVAL 2013-09-18: PHQ0110; ");
  BOOST_TEST(wrong == "CDISC004 BASELINE 2013-10-08: shown 27, computed 26");
}

BOOST_AUTO_TEST_CASE(the_students_forms_sum_up) {
  const auto rows = test::read_shared_csv("phq9_gad7_students/Psychological_aspects.csv");
  if (!rows)
    return;
  int scored = 0, alerted = 0, item_9 = 0;
  for (const auto& row : *rows) {
    for (const auto& [letter, count] : {std::pair{"D", 9}, std::pair{"A", 7}}) {
      std::vector<std::string> values;
      int sum = 0;
      for (int i = 1; i <= count; ++i) {
        values.push_back(row.at(letter + std::to_string(i)));
        sum += std::stoi(values.back());
      }
      const auto decided = test::decide_one(count == 9 ? phq9(values) : gad7(values));
      BOOST_REQUIRE(decided.decision.scores.size() == 1u);
      BOOST_TEST(decided.decision.scores[0].value == sum);
      alerted += static_cast<int>(decided.decision.alerts.size());
      ++scored;
    }
    item_9 += row.at("D9") != "0" ? 1 : 0;
  }
  BOOST_TEST(scored == 2 * 223); // the lines of the file
  BOOST_TEST(alerted == item_9);
  BOOST_TEST(item_9 > 0);
}

BOOST_AUTO_TEST_CASE(numbers_are_plain_decimals) {
  BOOST_TEST(rules::parse_number("12.5").value() == 12.5);
  BOOST_TEST(rules::parse_number("-3").value() == -3);
  for (const auto* none : {"", "x", "1e5", "inf", "nan", "0x1", "1 ", "1-2", "--1", "+1", ".", "-"})
    BOOST_TEST(!rules::parse_number(none), none);
  BOOST_TEST(!rules::parse_number(std::string(41, '1')));
}

BOOST_AUTO_TEST_SUITE_END()
