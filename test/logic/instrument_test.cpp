#include "actors/validation/instruments/instrument.hpp"

#include <boost/test/unit_test.hpp>

using namespace aepro;

BOOST_AUTO_TEST_SUITE(instrument_definitions)

namespace {

/// A definition with one item, and places to spoil it.
std::string definition(const std::string& item, const std::string& scoring) {
  return R"({"questionnaire": {"resourceType": "Questionnaire", "item": [)" + item + R"(]},
             "scoring": {"instrument": "T", "algorithm": "t/1", )" +
         scoring + "}}";
}

const std::string item = R"({"linkId": "A", "prefix": "1", "type": "integer", "extension": [
  {"url": "http://hl7.org/fhir/StructureDefinition/minValue", "valueInteger": 1},
  {"url": "http://hl7.org/fhir/StructureDefinition/maxValue", "valueInteger": 4}]})";
const std::string scales = R"("scales": [{"name": "T", "method": "sum", "items": ["A"],
  "missingItemsMax": 0, "bands": [{"from": 0, "name": "low"}, {"from": 3, "name": "high"}]}])";

std::string problem_of(const std::string& json) {
  try {
    read_instrument("t.json", json);
  } catch (const std::runtime_error& problem) {
    return problem.what();
  }
  return "none";
}

} // namespace

BOOST_AUTO_TEST_CASE(a_definition_is_read) {
  const auto read = read_instrument("t.json", definition(item, scales + R"(, "aliases": ["tee"],
    "alerts": [{"rule": "t", "item": "A", "atLeast": 4, "urgency": "urgent"}])"));
  BOOST_TEST(read.items[0].minimum == 1);
  BOOST_TEST(read.items[0].maximum == 4);
  BOOST_TEST(!read.items[0].required);
  BOOST_TEST(read.aliases[1] == "TEE");
  BOOST_TEST((read.alerts[0].urgency == urgency::urgent));
  BOOST_TEST(read.find_item("1", 7).value() == 0);
  BOOST_TEST(!read.find_item("2", 0));
}

BOOST_AUTO_TEST_CASE(a_bad_definition_is_refused_with_its_name_and_reason) {
  BOOST_TEST(problem_of(definition(item, scales)) == "none");
  BOOST_TEST(problem_of("{").starts_with("instrument t.json: "));
  const auto twice = problem_of(definition(item + "," + item, scales));
  BOOST_TEST(twice == "instrument t.json: a link id names two items");
  std::string other = scales;
  other.replace(other.find("sum"), 3, "mean");
  BOOST_TEST(problem_of(definition(item, other)).ends_with("unknown scoring method \"mean\""));
  other = scales;
  other.replace(other.find("\"A\""), 3, "\"B\"");
  BOOST_TEST(problem_of(definition(item, other)).ends_with("no item B"));
  other = scales;
  other.replace(other.find("3"), 1, "-1");
  BOOST_TEST(problem_of(definition(item, other)).ends_with("bands of T are out of order"));
  other = scales;
  other.replace(other.find("Max\": 0"), 7, "Max\": 1");
  BOOST_TEST(problem_of(definition(item, other)).ends_with("scale T needs an answer"));
  BOOST_TEST(problem_of(definition(item, scales + R"(, "alerts": [{"rule": "t", "item": "A",
    "atLeast": 4, "urgency": "soon"}])"))
                 .ends_with("unknown urgency soon"));
  BOOST_TEST(problem_of(definition(R"({"linkId": "A", "answerOption": [{"valueCoding":
    {"code": "x", "display": "x"}}]})",
                                   scales))
                 .ends_with("without ordinalValue"));
  std::string many = item;
  for (int i = 0; i < 192; ++i)
    many += R"(, {"linkId": "X)" + std::to_string(i) + "\"}";
  BOOST_TEST(problem_of(definition(many, scales)).ends_with("more than 192 items"));
}

BOOST_AUTO_TEST_CASE(an_alert_is_of_an_item_a_scale_or_each_scale_of_a_method) {
  const auto alert = [](const std::string& of) {
    return R"(, "alerts": [{"rule": "t", "atLeast": 4, "urgency": "urgent")" + of + "}]";
  };
  const auto of_item =
      read_instrument("t.json", definition(item, scales + alert(R"(, "item": "A")")));
  BOOST_TEST(of_item.alerts.size() == 1u);
  BOOST_TEST(of_item.scales[0].alerts.empty());
  for (const auto* of : {R"(, "scale": "T")", R"(, "method": "sum")"}) {
    const auto read = read_instrument("t.json", definition(item, scales + alert(of)));
    BOOST_TEST(read.alerts.empty(), of);
    BOOST_TEST_REQUIRE(read.scales[0].alerts.size() == 1u, of);
    BOOST_TEST(read.scales[0].alerts[0].rule == "t");
    BOOST_TEST(read.scales[0].alerts[0].at_least == 4);
    BOOST_TEST((read.scales[0].alerts[0].urgency == urgency::urgent));
  }
  for (const auto* of : {R"(, "scale": "U")", R"(, "method": "composite-grade")"})
    BOOST_TEST(problem_of(definition(item, scales + alert(of))).ends_with("alert t is of no scale"),
               of);
  for (const auto* of :
       {"", R"(, "item": "A", "scale": "T")", R"(, "scale": "T", "method": "sum")"})
    BOOST_TEST(problem_of(definition(item, scales + alert(of)))
                   .ends_with("alert t names no item, scale or method, or several"),
               of);
  BOOST_TEST(problem_of(definition(item, scales + alert(R"(, "method": "mean")")))
                 .ends_with("unknown scoring method \"mean\""));
}

BOOST_AUTO_TEST_CASE(a_composite_grade_is_of_questions_that_are_answered_by_0_to_4) {
  const auto with = [](const std::string& minimum, const std::string& maximum,
                       const std::string& questions) {
    auto graded = item;
    graded.replace(graded.find(": 1}"), 3, ": " + minimum);
    graded.replace(graded.find(": 4}"), 3, ": " + maximum);
    return definition(graded,
                      R"("scales": [{"name": "T", "method": "composite-grade")" + questions + "}]");
  };
  const std::string severity = R"(, "severity": "A")";
  const auto read = read_instrument("t.json", with("0", "4", severity));
  BOOST_TEST((read.scales[0].method == scoring_method::composite_grade));
  BOOST_TEST(read.scales[0].asked == asks_severity);
  BOOST_TEST((read.scales[0].items == std::vector<std::uint8_t>{0}));
  BOOST_TEST(problem_of(with("1", "4", severity)).ends_with("answers of A are not 0 to 4"));
  BOOST_TEST(problem_of(with("0", "5", severity)).ends_with("answers of A are not 0 to 4"));
  BOOST_TEST(problem_of(with("0", "4", R"(, "severity": "B")")).ends_with("no item B"));
  BOOST_TEST(problem_of(with("0", "4", "")).ends_with("scale T needs an answer"));
}

BOOST_AUTO_TEST_CASE(a_definition_has_no_more_scales_than_a_decision_has_room_for) {
  const auto of_count = [](int count) {
    std::string many;
    for (int i = 0; i < count; ++i)
      many += std::string(i == 0 ? "" : ",") +
              R"({"name": "T", "method": "sum", "items": ["A"], "missingItemsMax": 0})";
    return problem_of(definition(item, "\"scales\": [" + many + "]"));
  };
  BOOST_TEST(of_count(255) == "none");
  BOOST_TEST(of_count(256).ends_with("more than 255 scales"));
}

BOOST_AUTO_TEST_CASE(this_build_knows_its_instruments_by_name_and_alias) {
  for (const auto* name : {"PHQ-9", "phq9", " PHQ-9 ", "PHQ01"})
    BOOST_TEST(find_instrument(name)->name == "PHQ-9", name);
  BOOST_TEST(find_instrument("gad-7")->name == "GAD-7");
  BOOST_TEST(find_instrument("NRS")->name == "PAIN-NRS");
  for (const auto* name : {"PRO-CTCAE", "proctcae", "PRO-CTCAE V1.0"})
    BOOST_TEST(find_instrument(name)->name == "PRO-CTCAE", name);
  BOOST_TEST(find_instrument("PHQ-8") == nullptr);
  BOOST_TEST(find_instrument("") == nullptr);
  BOOST_TEST(instruments().size() == 4u);
}

BOOST_AUTO_TEST_CASE(a_name_that_differs_in_a_sign_is_not_an_instrument_s) {
  BOOST_TEST((find_instrument("phq-9") != nullptr));
  BOOST_TEST((find_instrument("{hq-9") == nullptr));
}

BOOST_AUTO_TEST_SUITE_END()
