#include "actors/validation/rules/rule_table.hpp"
#include "test/support/decide_one.hpp"
#include "test/support/shared_data.hpp"

#include <boost/test/unit_test.hpp>

using namespace aepro;

BOOST_AUTO_TEST_SUITE(pilot_data)

namespace {

struct pilot {
  std::vector<test::decided_event> events;

  int count(int rule) const {
    return static_cast<int>(
        std::ranges::count_if(events, [rule](const auto& event) { return event.breaks(rule); }));
  }
};

/// Decides on all adverse events of the CDISC pilot, each with its subject's reference data.
std::optional<pilot> decide_pilot() {
  const auto subjects = test::read_shared_csv("sdtm_pilot/dm_pilot_v1.csv");
  const auto rows = test::read_shared_csv("sdtm_pilot/ae_pilot_v1.csv");
  if (!subjects || !rows)
    return std::nullopt;
  std::map<std::string, subject_context_ptr> contexts;
  for (const auto& row : *subjects)
    contexts[row.at("USUBJID")] = test::subject_with(row);
  pilot result;
  for (const auto& row : *rows) {
    auto event = test::adverse_event(row);
    event.set_study(row.at("STUDYID"));
    event.set_subject(row.at("USUBJID"));
    result.events.push_back(test::decide_one(event, {.subject = contexts.at(row.at("USUBJID"))}));
  }
  return result;
}

} // namespace

BOOST_AUTO_TEST_CASE(the_counts_of_the_pilot_are_reproduced) {
  const auto data = decide_pilot();
  if (!data)
    return;
  BOOST_TEST(data->events.size() == 1191u);
  const auto accepted = std::ranges::count_if(
      data->events, [](const auto& event) { return event.decision.rejection == rejection::none; });
  BOOST_TEST(accepted == 1191);
  const auto serious =
      std::ranges::count_if(data->events, [](const auto& event) { return event.decision.serious; });
  BOOST_TEST(serious == 3 + 36);
  const std::map<int, int> expected{
      {100, 36},             // CORE-000022: a criterion without AESER = Y
      {101, 0},              // every AESER = Y has a criterion
      {130, 0},   {131, 0},  // FATAL and AESDTH agree
      {132, 0},   {133, 0},  // and so does DM
      {180, 0},              // no end before its start
      {181, 0},              // optional: 447 where it applied
      {184, 473},            // SD0021: no end
      {192, 250},            // not recovered although it ended
      {200, 1},              // 01-716-1063: AESTDY 366 for day 1
      {170, 0},   {171, 0},  // partial dates are legal
      {220, 39},  {221, 39}, // serious reports that name neither product nor reporter
  };
  for (const auto& [rule, count] : expected)
    BOOST_TEST(data->count(rule) == count, "rule " << rule << ": " << data->count(rule));
  for (const auto& row : rule_table())
    if (!expected.contains(row.number))
      BOOST_TEST(data->count(row.number) == 0,
                 "rule " << row.number << ": " << data->count(row.number));
}

BOOST_AUTO_TEST_CASE(every_death_of_the_pilot_alerts_although_none_is_called_serious) {
  const auto data = decide_pilot();
  if (!data)
    return;
  int deaths = 0;
  for (const auto& event : data->events) {
    const auto& report = std::get<adverse_event_view>(event.event.body);
    if (report[ae::aeout] != "FATAL")
      continue;
    ++deaths;
    BOOST_TEST(report[ae::aeser] == "N");
    BOOST_TEST(event.decision.serious);
    BOOST_TEST(event.breaks(100));
    BOOST_TEST(event.alerts() == "serious-adverse-event/2 fatal-or-life-threatening/3");
  }
  BOOST_TEST(deaths == 3);
}

BOOST_AUTO_TEST_SUITE_END()
