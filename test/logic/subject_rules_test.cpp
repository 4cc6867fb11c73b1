#include "actors/validation/rules/rule.hpp"
#include "test/support/decide_one.hpp"
#include "test/support/shared_data.hpp"

#include <boost/test/unit_test.hpp>

using namespace aepro;

BOOST_AUTO_TEST_SUITE(subject_rules)

namespace {

using values = std::map<std::string, std::string>;

test::decided_event decide_on(const values& subject) {
  v1::Event event;
  event.set_event_id("s-1");
  event.set_study("S1");
  event.set_subject("S1-001");
  test::set_variables(*event.mutable_subject_data(), subject);
  return test::decide_one(event, {.subject = make_unknown_subject("S1", "S1-001")});
}

} // namespace

BOOST_AUTO_TEST_CASE(each_rule_is_broken_by_the_subject_made_for_it) {
  const std::vector<std::tuple<int, values, std::string>> breaches{
      {400, {{"RFSTDTC", "x"}}, "RFSTDTC=x"},
      {401, {{"RFENDTC", "2014-02-30"}}, "RFENDTC=2014-02-30"},
      {402, {{"RFXSTDTC", "x"}}, "RFXSTDTC=x"},
      {403, {{"RFXENDTC", "x"}}, "RFXENDTC=x"},
      {404, {{"RFICDTC", "x"}}, "RFICDTC=x"},
      {405, {{"RFPENDTC", "x"}}, "RFPENDTC=x"},
      {406, {{"DTHDTC", "x"}}, "DTHDTC=x"},
      {407, {{"DMDTC", "x"}}, "DMDTC=x"},
      {408, {{"DSSTDTC", "x"}}, "DSSTDTC=x"},
      {420,
       {{"RFSTDTC", "2014-02-01"}, {"RFENDTC", "2014-01"}},
       "RFSTDTC=2014-02-01, RFENDTC=2014-01"},
      {421, {{"RFXSTDTC", "2015"}, {"RFXENDTC", "2014"}}, "RFXSTDTC=2015, RFXENDTC=2014"},
      {422, {{"RFICDTC", "2015"}, {"RFXSTDTC", "2014"}}, "RFICDTC=2015, RFXSTDTC=2014"},
      {430, {{"DTHDTC", "2015"}}, "DTHDTC=2015, DTHFL="},
      {431, {{"DTHFL", "Y"}}, "DTHFL=Y, DTHDTC="},
      {432, {{"DTHFL", "U"}}, "DTHFL=U"},
      {440, {{"AGE", "-1"}}, "AGE=-1"},
      {440, {{"AGE", "old"}}, "AGE=(3 bytes)"},
      {441, {{"AGE", "0"}}, "AGE=0, AGEU="},
      {442, {{"AGEU", "years"}}, "AGEU=(5 bytes)"},
      {443, {{"SEX", "W"}}, "SEX=W"},
      {444, {{"DMDY", "0"}}, "DMDY=0"},
  };
  std::set<int> tried;
  for (const auto& [rule, subject, detail] : breaches) {
    BOOST_TEST(decide_on(subject).detail(rule) == detail, "rule " << rule);
    tried.insert(rule);
  }
  for (const auto& rule : rules::subject_rules())
    BOOST_TEST(tried.contains(rule.row.number), "rule " << rule.row.number);
}

BOOST_AUTO_TEST_CASE(the_subjects_of_the_pilot_break_no_rule) {
  const auto rows = test::read_shared_csv("sdtm_pilot/dm_pilot_v1.csv");
  if (!rows)
    return;
  BOOST_TEST(rows->size() == 306u);
  for (const auto& row : *rows)
    for (const auto& found : decide_on(row).decision.findings)
      BOOST_ERROR("rule " << found.rule << " " << found.detail);
}

BOOST_AUTO_TEST_CASE(
    reference_data_that_cannot_be_read_is_a_known_subject_of_whom_nothing_is_known) {
  v1::Subject subject;
  test::set_variables(subject, {{"RFSTDTC", "2014-01-02"}});
  const auto sound = subject.SerializeAsString();
  BOOST_TEST(make_subject_context("S1", "S1-001", "", 1, sound)->view[dm::rfstdtc] == "2014-01-02");
  const auto damaged = make_subject_context("S1", "S1-001", "", 1, sound + "\xff");
  BOOST_TEST(damaged->known);
  BOOST_TEST(damaged->view[dm::rfstdtc].empty());
  BOOST_TEST(!damaged->dates[0].legal);
}

BOOST_AUTO_TEST_SUITE_END()
