#include "actors/validation/seriousness.hpp"

#include "test/support/decide_one.hpp"

#include <boost/test/unit_test.hpp>

using namespace aepro;
using test::adverse_event;

BOOST_AUTO_TEST_SUITE(derived_seriousness)

namespace {

test::decided_event decide_on(const std::map<std::string, std::string>& values,
                              v1::ReportKind kind = v1::REPORT_KIND_INITIAL) {
  auto event = adverse_event(values);
  event.mutable_adverse_event()->set_report_kind(kind);
  return test::decide_one(event);
}

} // namespace

BOOST_AUTO_TEST_CASE(any_sign_of_seriousness_makes_a_report_serious) {
  for (const auto* flag :
       {"AESER", "AESHOSP", "AESDISAB", "AESCONG", "AESMIE", "AESCAN", "AESOD"}) {
    const auto decided = decide_on({{flag, "Y"}});
    BOOST_TEST(decided.decision.serious, flag);
    BOOST_TEST(decided.alerts() == "serious-adverse-event/2");
    BOOST_TEST(!decide_on({{flag, "N"}}).decision.serious, flag);
  }
}

BOOST_AUTO_TEST_CASE(a_serious_report_that_is_rejected_alerts_at_once) {
  const auto no_term = [](std::map<std::string, std::string> values) {
    auto event = adverse_event(values);
    event.mutable_adverse_event()->clear_aeterm();
    return event;
  };
  const auto serious = test::decide_one(no_term({{"AESDTH", "Y"}}));
  BOOST_TEST((serious.decision.rejection == rejection::term_missing));
  BOOST_TEST(serious.alerts() == "rejected-serious-report/3");
  BOOST_TEST(test::decide_one(no_term({{"AESER", "N"}})).alerts() == "");
  auto nobody = adverse_event({{"AESHOSP", "Y"}});
  nobody.clear_subject();
  BOOST_TEST(test::decide_one(nobody).alerts() == "rejected-serious-report/3");
  auto cut = adverse_event({{"AESDTH", "Y"}}).SerializeAsString();
  cut.resize(cut.size() - 1); // Whatever a broken value seems to say, it may be something else.
  BOOST_TEST((test::decide_bytes(cut).decision.rejection == rejection::undecodable));
  BOOST_TEST(test::decide_bytes(cut).alerts() == "");
}

BOOST_AUTO_TEST_CASE(death_and_danger_to_life_are_immediate_whatever_aeser_says) {
  for (const std::map<std::string, std::string>& values :
       {std::map<std::string, std::string>{{"AESER", "N"}, {"AESDTH", "Y"}},
        {{"AESER", "N"}, {"AESLIFE", "Y"}},
        {{"AESER", "N"}, {"AEOUT", "FATAL"}},
        {{"AESER", "N"}, {"AETOXGR", "5"}},
        {{"AETOXGR", "Grade 5"}}}) {
    const auto decided = decide_on(values);
    BOOST_TEST(decided.decision.serious);
    BOOST_TEST(decided.alerts() == "serious-adverse-event/2 fatal-or-life-threatening/3");
  }
}

BOOST_AUTO_TEST_CASE(a_sloppy_yes_counts_for_the_alert) {
  for (const auto* yes : {"y", "Yes", "YES", " Y ", "Y "})
    BOOST_TEST(decide_on({{"AESER", yes}}).decision.serious, yes);
  BOOST_TEST(decide_on({{"AEOUT", "Fatal"}}).decision.serious);
  for (const auto* no : {"N", "n", "", " ", "U", "NO", "YN"})
    BOOST_TEST(!decide_on({{"AESER", no}}).decision.serious, no);
}

BOOST_AUTO_TEST_CASE(an_unexpected_suspected_reaction_starts_a_regulatory_clock) {
  BOOST_TEST(decide_on({{"AESHOSP", "Y"}, {"AESUSPECTED", "Y"}, {"AEEXPECTED", "N"}}).alerts() ==
             "serious-adverse-event/2 suspected-unexpected-serious/2");
  BOOST_TEST(decide_on({{"AESLIFE", "Y"}, {"AESUSPECTED", "Y"}, {"AEEXPECTED", "N"}}).alerts() ==
             "serious-adverse-event/2 fatal-or-life-threatening/3 "
             "suspected-unexpected-serious/3");
  BOOST_TEST(decide_on({{"AESHOSP", "Y"}, {"AESUSPECTED", "Y"}, {"AEEXPECTED", "Y"}}).alerts() ==
             "serious-adverse-event/2");
  BOOST_TEST(decide_on({{"AESUSPECTED", "Y"}, {"AEEXPECTED", "N"}}).alerts() == "");
}

BOOST_AUTO_TEST_CASE(a_nullified_report_raises_no_alarm_but_is_told) {
  BOOST_TEST(decide_on({{"AESDTH", "Y"}}, v1::REPORT_KIND_NULLIFICATION).alerts() ==
             "serious-report-nullified/1");
  BOOST_TEST(decide_on({{"AESER", "N"}}, v1::REPORT_KIND_NULLIFICATION).alerts() == "");
}

BOOST_AUTO_TEST_CASE(a_rejected_report_is_marked_serious_all_the_same) {
  const auto decided = decide_on({{"AETERM", ""}, {"AESDTH", "Y"}});
  BOOST_TEST((decided.decision.rejection == rejection::term_missing));
  BOOST_TEST(decided.decision.serious);
}

BOOST_AUTO_TEST_CASE(grades_are_read_with_or_without_the_word) {
  BOOST_TEST(toxicity_grade("3") == 3);
  BOOST_TEST(toxicity_grade("GRADE 3") == 3);
  BOOST_TEST(toxicity_grade(" grade 5 ") == 5);
  for (const auto* none : {"", "0", "6", "GRADE", "GRADE 6", "III", "33", "GRADE  x"})
    BOOST_TEST(toxicity_grade(none) == 0, none);
}

BOOST_AUTO_TEST_CASE(a_yes_may_stand_between_blanks_and_tabs_but_is_no_other_sign) {
  BOOST_TEST(means_yes("\tyes \t"));
  BOOST_TEST(means_yes("y"));
  BOOST_TEST(!means_yes("{"));
  BOOST_TEST(!means_yes("\t"));
}

BOOST_AUTO_TEST_SUITE_END()
