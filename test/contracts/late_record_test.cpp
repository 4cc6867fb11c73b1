// Records that are stored after the deadline that their sender set: marked, counted, and reported
// where they are adverse events, once.
#include "test/support/contracts/filled_store.hpp"

#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <fmt/format.h>

namespace data = boost::unit_test::data;
using namespace aepro;
using namespace aepro::test;

BOOST_AUTO_TEST_SUITE(late_records)

namespace {

using namespace std::chrono_literals;

const auto all_stores = data::make({store_kind::memory, store_kind::sqlite, store_kind::postgres});
constexpr auto late_alerts =
    "SELECT count(*) FROM alert WHERE rule = 'late-adverse-event' AND urgency = 2";

struct claimed_store {
  claimed_store(store_kind kind, const stream_name& stream)
      : store(kind), connection(store.connect()) {
    value_of(connection->claim(stream));
  }

  store_under_test store;
  std::unique_ptr<event_store> connection;
};

std::int64_t from_now(std::chrono::milliseconds distance) {
  const auto then = std::chrono::system_clock::now() + distance;
  return std::chrono::duration_cast<std::chrono::milliseconds>(then.time_since_epoch()).count();
}

/// Offsets: 0 late, 1 in time, 2 without a deadline, 3 late and serious, 4 late but the same as 0,
/// 5 undecodable.
std::vector<std::string> reports() {
  const auto late = adverse_event_value({.event_id = ordered_id(1), .deadline_ms = from_now(-1h)});
  return {
      late,
      adverse_event_value({.event_id = ordered_id(2), .deadline_ms = from_now(1h)}),
      adverse_event_value({.event_id = ordered_id(3)}),
      adverse_event_value({.event_id = ordered_id(4), .deadline_ms = from_now(-2h)}, "DEATH", true),
      late,
      std::string{}};
}

settlement store(event_store& connection, const stream_name& stream, std::int64_t begin,
                 const std::vector<std::string>& values) {
  const std::vector batches{decided({.stream = stream, .begin_offset = begin, .values = values})};
  return value_of(connection.append(batches, far_away())).front().settled;
}

/// Two reports, the second with a deadline to come, and a duplicate, of a lane whose time was up
/// `ago`.
settlement store_delayed(event_store& connection, std::chrono::milliseconds ago) {
  const auto report = adverse_event_value({.event_id = ordered_id(1)});
  return value_of(
             connection.append(
                 std::vector{decided({.stream = adverse_events,
                                      .values = {report,
                                                 adverse_event_value({.event_id = ordered_id(2),
                                                                      .deadline_ms = from_now(1h)}),
                                                 report},
                                      .due = std::chrono::steady_clock::now() - ago})},
                 far_away()))
      .front()
      .settled;
}

constexpr auto delayed_alerts =
    "SELECT count(*) FROM alert WHERE rule = 'delayed-adverse-event' AND urgency = 1";

int exit_code_of_second_verifier(const store_under_test& store) {
  return std::stoi(
      output_of(fmt::format("'{}/scripts/verify_ledger.py' '{}' >/dev/null 2>&1; echo $?",
                            AEPRO_SOURCE_DIR, store.url())));
}

} // namespace

BOOST_DATA_TEST_CASE(a_store_says_how_many_accepted_records_came_late, all_stores, kind) {
  claimed_store one(kind, adverse_events);
  const auto settled = store(*one.connection, adverse_events, -1, reports());
  BOOST_TEST(settled.counts.accepted == 4U);
  BOOST_TEST(settled.late == 2U);
  BOOST_TEST(store(*one.connection, adverse_events, 6, {reports()[0], reports()[2]}).late ==
             0U); // Duplicates.
}

BOOST_DATA_TEST_CASE(a_late_adverse_event_makes_an_alert_due_once, databases, kind) {
  claimed_store one(kind, adverse_events);
  store(*one.connection, adverse_events, -1, reports());
  BOOST_TEST(run_sql(one.store.url(), late_alerts) == "2");
  store(*one.connection, adverse_events, 6,
        {reports()[0], reports()[3]}); // Sent again: late again, and known.
  BOOST_TEST(run_sql(one.store.url(), late_alerts) == "2");
  BOOST_TEST(
      run_sql(one.store.url(),
              "SELECT count(*) FROM event e JOIN alert a USING (stream_id, record_offset) WHERE "
              "a.rule = 'late-adverse-event' AND e.lateness_ms > 0") == "2");
  BOOST_TEST(audit(one.store).ok());
  BOOST_TEST(exit_code_of_second_verifier(one.store) == 0);
}

BOOST_DATA_TEST_CASE(a_late_form_is_marked_and_makes_no_alert_due, databases, kind) {
  claimed_store one(kind, responses);
  const auto form =
      response_value({.event_id = "Q-1", .deadline_ms = from_now(-1h)}, {"1", "0", "0"});
  BOOST_TEST(store(*one.connection, responses, -1, {form}).late == 1U);
  BOOST_TEST(run_sql(one.store.url(), "SELECT count(*) FROM event WHERE lateness_ms > 0") == "1");
  BOOST_TEST(run_sql(one.store.url(), late_alerts) == "0");
  BOOST_TEST(audit(one.store).ok());
  BOOST_TEST(exit_code_of_second_verifier(one.store) == 0);
}

BOOST_DATA_TEST_CASE(a_store_says_how_many_records_took_longer_than_their_lane_allows, all_stores,
                     kind) {
  claimed_store one(kind, adverse_events);
  BOOST_TEST(store_delayed(*one.connection, 1min).late == 1U);
}

BOOST_DATA_TEST_CASE(a_delayed_adverse_event_makes_an_alert_due_that_is_not_urgent, databases,
                     kind) {
  claimed_store one(kind, adverse_events);
  store_delayed(*one.connection, 1min);
  BOOST_TEST(run_sql(one.store.url(), delayed_alerts) == "1");
  BOOST_TEST(run_sql(one.store.url(), late_alerts) == "0");
  BOOST_TEST(run_sql(one.store.url(),
                     "SELECT count(*) FROM event WHERE lateness_ms BETWEEN 60000 AND "
                     "90000 AND record_offset = 0") == "1");
  BOOST_TEST(run_sql(one.store.url(), "SELECT count(*) FROM event WHERE lateness_ms > 0") == "1");
  BOOST_TEST(audit(one.store).ok());
  BOOST_TEST(exit_code_of_second_verifier(one.store) == 0);
}

BOOST_DATA_TEST_CASE(an_adverse_event_within_its_lane_s_time_is_not_late, databases, kind) {
  claimed_store one(kind, adverse_events);
  BOOST_TEST(store_delayed(*one.connection, -1min).late == 0U);
  BOOST_TEST(run_sql(one.store.url(), "SELECT count(*) FROM event WHERE lateness_ms > 0") == "0");
  BOOST_TEST(run_sql(one.store.url(), "SELECT count(*) FROM alert") == "0");
  BOOST_TEST(run_sql(one.store.url(),
                     "SELECT count(*) FROM ledger_segment WHERE due_at > stored_at") == "1");
  BOOST_TEST(audit(one.store).ok());
}

BOOST_DATA_TEST_CASE(when_a_segment_was_due_cannot_be_changed_unseen, databases, kind) {
  claimed_store one(kind, adverse_events);
  store_delayed(*one.connection, 1min);
  run_sql(one.store.url(), "UPDATE ledger_segment SET due_at = due_at - 1");
  BOOST_TEST(names(audit(one.store), "row_differs", 0));
  run_sql(one.store.url(), "UPDATE event SET lateness_ms = NULL");
  run_sql(one.store.url(), "DELETE FROM alert");
  for (const auto change : {"stored_at + 3600001", "-9223372036854775808"}) {
    run_sql(one.store.url(), std::string("UPDATE ledger_segment SET due_at = ") + change);
    BOOST_TEST(names(audit(one.store), "row_differs", 0), change);
  }
  run_sql(one.store.url(), "UPDATE ledger_segment SET due_at = stored_at + 3600001");
  BOOST_TEST(exit_code_of_second_verifier(one.store) == 1);
}

BOOST_DATA_TEST_CASE(a_segment_that_lost_when_it_was_due_is_found_behind_one_that_has_it, databases,
                     kind) {
  claimed_store one(kind, adverse_events);
  for (const auto begin : {std::int64_t{-1}, std::int64_t{1}})
    value_of(one.connection->append(
        std::vector{decided({.stream = adverse_events,
                             .begin_offset = begin,
                             .values = {adverse_event_value(
                                 {.event_id = ordered_id(static_cast<std::uint64_t>(begin + 2))})},
                             .due = far_away()})},
        far_away()));
  BOOST_TEST(audit(one.store).ok());
  run_sql(one.store.url(), "UPDATE ledger_segment SET due_at = NULL WHERE first_offset = 1");
  BOOST_TEST(names(audit(one.store), "row_differs", 1));
  BOOST_TEST(exit_code_of_second_verifier(one.store) == 1);
}

BOOST_DATA_TEST_CASE(both_verifiers_know_which_alert_a_late_adverse_event_raises, databases, kind) {
  claimed_store one(kind, adverse_events);
  store_delayed(*one.connection, 1min);
  run_sql(one.store.url(), "UPDATE alert SET rule = 'late-adverse-event', urgency = 2");
  BOOST_TEST(names(audit(one.store), "row_differs", 0));
  BOOST_TEST(exit_code_of_second_verifier(one.store) == 1);
}

BOOST_DATA_TEST_CASE(both_verifiers_miss_the_alert_of_a_late_adverse_event, databases, kind) {
  claimed_store one(kind, adverse_events);
  store(*one.connection, adverse_events, -1, reports());
  run_sql(one.store.url(), "DELETE FROM alert WHERE rule = 'late-adverse-event' AND " +
                               of_record(adverse_events, 3));
  const auto report = audit(one.store);
  BOOST_TEST(names(report, "row_missing", 3));
  BOOST_TEST(report.problems_total == 1U);
  BOOST_TEST(exit_code_of_second_verifier(one.store) == 1);
}

BOOST_DATA_TEST_CASE(both_verifiers_name_the_late_alert_of_an_event_that_was_in_time, databases,
                     kind) {
  claimed_store one(kind, adverse_events);
  store(*one.connection, adverse_events, -1, reports());
  run_sql(one.store.url(),
          "UPDATE alert SET record_offset = 1, event_key = (SELECT event_key FROM event WHERE " +
              of_record(adverse_events, 1) + ") WHERE rule = 'late-adverse-event' AND " +
              of_record(adverse_events, 0));
  const auto report = audit(one.store);
  BOOST_TEST(names(report, "row_missing", 0));
  BOOST_TEST(names(report, "row_inserted", 1));
  BOOST_TEST(exit_code_of_second_verifier(one.store) == 1);
}

BOOST_AUTO_TEST_SUITE_END()
