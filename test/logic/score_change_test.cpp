#include "actors/review/review_plan.hpp"
#include "actors/review/review_settings.hpp"
#include "actors/validation/instruments/instrument.hpp"
#include "messages/score_change.hpp"

#include <boost/test/unit_test.hpp>
#include <nlohmann/json.hpp>

using namespace aepro;

BOOST_AUTO_TEST_SUITE(score_change_rules)

namespace {

score_change_rule parsed(std::string_view text) {
  const auto rule = parse_score_change(text);
  BOOST_REQUIRE_MESSAGE(rule, text);
  return *rule;
}

settings with_changes(std::vector<std::string> changes) {
  settings values;
  values.review.score_changes = std::move(changes);
  return values;
}

/// A definition with one scale, and these changes.
instrument defined(const std::string& changes) {
  return read_instrument("test", R"({"questionnaire": {"item": [{"linkId": "A1"}]},
 "scoring": {"instrument": "A", "algorithm": "a/1",
  "scales": [{"name": "A total", "method": "sum", "items": ["A1"], "missingItemsMax": 0}],
  "changes": [)" + changes + "]}}");
}

} // namespace

BOOST_AUTO_TEST_CASE(a_rule_says_scale_direction_reference_and_urgency) {
  const auto rise = parsed("PHQ-9>=+5:urgent");
  BOOST_TEST(rise.scale == "PHQ-9");
  BOOST_TEST(rise.by == 5);
  BOOST_TEST((rise.since == change_reference::baseline));
  BOOST_TEST((rise.urgency == urgency::urgent));
  BOOST_TEST(rise.alert == "score-change");
  const auto fall = parsed("Physical function<=-7.5 since previous:immediate");
  BOOST_TEST(fall.scale == "Physical function");
  BOOST_TEST(fall.by == -7.5);
  BOOST_TEST((fall.since == change_reference::previous));
  BOOST_TEST((fall.urgency == urgency::immediate));
  BOOST_TEST((parsed("PHQ-9>=+5 since baseline:urgent") == rise));
}

BOOST_AUTO_TEST_CASE(a_rule_is_written_as_it_is_read) {
  for (const auto* text : {"PHQ-9>=+5:urgent", "PRO-CTCAE *>=+2 since previous:routine",
                           "PF<=-10.5:immediate", "A:B<=-1 since previous:routine"})
    BOOST_TEST(text_of(parsed(text)) == text);
}

BOOST_AUTO_TEST_CASE(what_is_no_rule_is_refused) {
  for (const auto* text :
       {"", ":", "PHQ-9", "PHQ-9>=+5", "PHQ-9>=+5:soon", "PHQ-9>=5:urgent", "PHQ-9>=-5:urgent",
        "PHQ-9<=+5:urgent", "PHQ-9<=5:urgent", "PHQ-9>+5:urgent", ">=+5:urgent", "PHQ-9>=+0:urgent",
        "PHQ-9>=+:urgent", "PHQ-9>=+x:urgent", "PHQ-9>=+inf:urgent", "PHQ-9>=+-5:urgent",
        "PHQ-9>=+5 since yesterday:urgent", "PHQ-9>=+5 since previous"})
    BOOST_TEST(!parse_score_change(text), text);
}

BOOST_AUTO_TEST_CASE(an_asterisk_stands_for_the_rest_of_a_name) {
  BOOST_TEST(names_scale("PHQ-9", "PHQ-9"));
  BOOST_TEST(!names_scale("PHQ-9", "PHQ-90"));
  BOOST_TEST(names_scale("PRO-CTCAE *", "PRO-CTCAE Nausea"));
  BOOST_TEST(!names_scale("PRO-CTCAE *", "PRO-CTCAE"));
  BOOST_TEST(names_scale("*", "anything"));
}

BOOST_AUTO_TEST_CASE(a_change_counts_from_its_size_on_and_in_its_direction) {
  const auto rise = parsed("A>=+5:urgent"), fall = parsed("A<=-5:urgent");
  BOOST_TEST(rise.is_reached(3, 8));
  BOOST_TEST(!rise.is_reached(3, 7.9));
  BOOST_TEST(!rise.is_reached(8, 3));
  BOOST_TEST(fall.is_reached(8, 3));
  BOOST_TEST(!fall.is_reached(8, 3.1));
  BOOST_TEST(!fall.is_reached(3, 8));
}

BOOST_AUTO_TEST_CASE(the_last_digits_of_a_mean_do_not_hide_a_change) {
  const double from = 9.0 * 10 / 9, to = from + 0.1 + 0.2; // 0.30000000000000004 and the like
  BOOST_TEST(parsed("A>=+0.3:urgent").is_reached(from, to));
  BOOST_TEST(parsed("A<=-0.3:urgent").is_reached(to, from));
}

BOOST_AUTO_TEST_CASE(an_instrument_may_have_changes_of_its_own) {
  const auto rules = score_changes_of(with_changes({"PHQ-9>=+5:urgent"}));
  BOOST_REQUIRE(rules.size() == 2U);
  BOOST_TEST(rules[0].alert == "pro-ctcae-worsening");
  BOOST_TEST(text_of(rules[0]) == "PRO-CTCAE *>=+2 since previous:routine");
  BOOST_TEST(text_of(rules[1]) == "PHQ-9>=+5:urgent");
}

BOOST_AUTO_TEST_CASE(a_definition_says_rise_or_fall_and_since_what) {
  const auto rise = defined(
      R"({"rule": "a-rise", "scale": "A *", "risesBy": 3, "since": "baseline", "urgency": "urgent"})");
  BOOST_REQUIRE(rise.changes.size() == 1U);
  BOOST_TEST(rise.changes[0].alert == "a-rise");
  BOOST_TEST(text_of(rise.changes[0]) == "A *>=+3:urgent");
  const auto fall = defined(
      R"({"rule": "a-fall", "scale": "A total", "fallsBy": 3, "since": "previous", "urgency": "routine"})");
  BOOST_TEST(text_of(fall.changes.at(0)) == "A total<=-3 since previous:routine");
}

BOOST_AUTO_TEST_CASE(a_definition_with_a_wrong_change_is_refused) {
  for (const auto* wrong :
       {R"("scale": "A total", "since": "baseline")",
        R"("scale": "A total", "risesBy": 3, "fallsBy": 3, "since": "baseline")",
        R"("scale": "A total", "risesBy": 0, "since": "baseline")",
        R"("scale": "A total", "risesBy": 3, "since": "yesterday")",
        R"("scale": "A total", "risesBy": 3)", R"("scale": "B", "risesBy": 3, "since": "baseline")",
        R"("risesBy": 3, "since": "baseline")"})
    BOOST_CHECK_THROW(defined(R"({"rule": "a", "urgency": "urgent", )" + std::string(wrong) + "}"),
                      std::runtime_error);
}

BOOST_AUTO_TEST_CASE(a_scale_that_no_instrument_has_is_named_with_the_nearest_one) {
  auto values = with_changes({"PHQ9>=+5:urgent", "PRO-CTCAE *>=+1:routine"});
  values.decide.score_alerts = {"GAD-8>=10:urgent", "PHQ-9>=20:urgent"};
  const auto found = check_scales(values);
  BOOST_REQUIRE(found.size() == 2U);
  BOOST_TEST(found[0].name == "decide.score_alerts");
  BOOST_TEST(found[0].message == "no instrument has the scale 'GAD-8'; did you mean GAD-7?");
  BOOST_TEST(found[1].name == "review.score_changes");
  BOOST_TEST(found[1].message == "no instrument has the scale 'PHQ9'; did you mean PHQ-9?");
  values.review.score_changes = {"phq-9>=+5:urgent"};
  BOOST_TEST(check_scales(values).back().message ==
             "no instrument has the scale 'phq-9'; did you mean PHQ-9?");
  values.review.score_changes = {"no rule"}; // What is none is named elsewhere.
  values.decide.score_alerts = {"no rule"};
  BOOST_TEST(check_scales(values).empty());
  BOOST_TEST(score_changes_of(values).size() == 1U);
  values.decide.score_alerts = {"nothing like it>=10:urgent"};
  BOOST_TEST(check_scales(values)[0].message == "no instrument has the scale 'nothing like it'");
}

BOOST_AUTO_TEST_CASE(the_scales_of_rules_are_each_named_once) {
  const std::vector rules{parsed("B>=+1:routine"), parsed("A *>=+1:routine"),
                          parsed("B<=-1:urgent")};
  const std::vector<std::string> expected{"A *", "B"};
  BOOST_TEST(reviewed_scales(rules) == expected, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_SUITE_END()
