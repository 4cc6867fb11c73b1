// Reports under the id of another one that say something else: somebody is told of each.
#include "test/support/contracts/filled_store.hpp"

#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <fmt/format.h>

using namespace aepro;
using namespace aepro::test;

BOOST_AUTO_TEST_SUITE(conflict_alerts)

namespace {

constexpr auto conflict_alerts = "SELECT count(*) FROM alert WHERE rule = 'conflicting-report' AND "
                                 "urgency = 2 AND record_offset IN (1, 4)";
constexpr auto all_alerts = "SELECT count(*) FROM alert WHERE rule = 'conflicting-report'";

/// Offsets: 0 a report, 1 another under its id, 2 the same as 0, 3 a report of its own, 4 a fatal
/// one under the id of 0.
void fill(store_under_test& store) {
  const auto connection = store.connect();
  value_of(connection->claim(adverse_events));
  const std::vector<std::string> values{
      adverse_event_value({.event_id = ordered_id(1)}, "HEADACHE"),
      adverse_event_value({.event_id = ordered_id(1)}, "NAUSEA"),
      adverse_event_value({.event_id = ordered_id(1)}, "HEADACHE"),
      adverse_event_value({.event_id = ordered_id(2)}, "HEADACHE"),
      adverse_event_value({.event_id = ordered_id(1)}, "STROKE", true)};
  const std::vector batches{
      decided({.stream = adverse_events, .begin_offset = -1, .values = values})};
  const auto counts = value_of(connection->append(batches, far_away())).front().settled.counts;
  BOOST_REQUIRE(counts.conflict == 2U);
  BOOST_REQUIRE(counts.duplicate == 1U);
}

int exit_code_of_second_verifier(const store_under_test& store) {
  return std::stoi(
      output_of(fmt::format("'{}/scripts/verify_ledger.py' '{}' >/dev/null 2>&1; echo $?",
                            AEPRO_SOURCE_DIR, store.url())));
}

} // namespace

BOOST_DATA_TEST_CASE(
    a_report_that_contradicts_another_makes_an_alert_due_and_a_duplicate_makes_none, databases,
    kind) {
  store_under_test store_(kind);
  fill(store_);
  BOOST_TEST(run_sql(store_.url(), conflict_alerts) == "2");
  BOOST_TEST(run_sql(store_.url(), all_alerts) == "2");
  BOOST_TEST(audit(store_).ok());
  BOOST_TEST(exit_code_of_second_verifier(store_) == 0);
}

BOOST_DATA_TEST_CASE(both_verifiers_miss_the_alert_of_a_conflict, databases, kind) {
  store_under_test store_(kind);
  fill(store_);
  run_sql(store_.url(), "DELETE FROM alert WHERE rule = 'conflicting-report' AND " +
                            of_record(adverse_events, 4));
  const auto report = audit(store_);
  BOOST_TEST(names(report, "row_missing", 4));
  BOOST_TEST(report.problems_total == 1U);
  BOOST_TEST(exit_code_of_second_verifier(store_) == 1);
}

BOOST_AUTO_TEST_SUITE_END()
