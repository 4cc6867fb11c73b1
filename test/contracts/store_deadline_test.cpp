// A deadline reaches the database: what runs there when it passes is ended there, and the
// connection goes on.
#include "actors/storage/clock_store.hpp"
#include "actors/storage/postgres_connection.hpp"
#include "actors/storage/publication_store.hpp"
#include "actors/storage/sqlite_connection.hpp"
#include "messages/error_text.hpp"
#include "test/support/store/postgres_proxy.hpp"
#include "test/support/store/store_fixture.hpp"
#include "test/support/store/table_lock.hpp"
#include "test/support/test_events.hpp"

#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <array>
#include <future>
#include <thread>

using namespace aepro;
using namespace aepro::test;

BOOST_AUTO_TEST_SUITE(store_deadlines)

namespace {

using namespace std::chrono_literals;
using steady = std::chrono::steady_clock;

const stream_name stream{"aepro.adverse-events", 0};
const std::array asked{subject_key{"STUDY-1", "01-701-1015"}};
constexpr std::chrono::milliseconds patience{300};
constexpr std::chrono::milliseconds cancel_max{
    1'500}; ///< Beyond the deadline, where the server answers.
constexpr std::chrono::milliseconds hang_max{6'000}; ///< Beyond it, where nothing does.

caf::expected<std::vector<append_outcome>> append(event_store& store, steady::time_point deadline) {
  const std::vector values{adverse_event_value({.event_id = "A-1"}), std::string{}};
  const std::vector batches{decided({.stream = stream, .begin_offset = -1, .values = values})};
  return store.append(batches, deadline);
}

store_options impatient(const std::string& url) {
  store_options options;
  options.url = url;
  options.operation_timeout = patience;
  options.claim_wait = 10s;
  return options;
}

template <class T>
void expect_deadline_exceeded(const caf::expected<T>& answer) {
  BOOST_REQUIRE(!answer);
  BOOST_TEST((code_of(answer.error()) == errc::deadline_exceeded), error_text(answer.error()));
}

constexpr auto ours =
    "FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'aepro'";

std::string sessions(const std::string& url) {
  return run_sql(url, std::string("SELECT coalesce(string_agg(pid::text, ',' ORDER BY pid), '') ") +
                          ours);
}

void expect_nothing_runs(const std::string& url) {
  BOOST_TEST(run_sql(url, std::string("SELECT count(*) ") + ours + " AND state <> 'idle'") == "0");
  BOOST_TEST(run_sql(url, "SELECT count(*) FROM pg_locks WHERE NOT granted") == "0");
}

const auto tables =
    boost::unit_test::data::make({"partition_state", "event", "dead_letter", "ledger_segment"});

} // namespace

BOOST_DATA_TEST_CASE(an_append_behind_a_blocked_table_is_cancelled_on_the_server, tables, table) {
  store_under_test store(store_kind::postgres);
  const auto connection = store.connect();
  value_of(connection->claim(stream));
  const auto before = sessions(store.url());
  table_lock lock(store.url(), table);
  const auto begin = steady::now();
  expect_deadline_exceeded(append(*connection, begin + patience));
  BOOST_TEST((steady::now() - begin < patience + cancel_max));
  expect_nothing_runs(store.url());
  lock.release();
  BOOST_TEST(run_sql(store.url(), "SELECT count(*) FROM event") == "0");
  BOOST_TEST(value_of(append(*connection, far_away())).front().committed);
  BOOST_TEST(sessions(store.url()) == before); // Over the same connection.
}

BOOST_AUTO_TEST_CASE(a_claim_behind_a_blocked_table_is_cancelled_on_the_server) {
  store_under_test store(store_kind::postgres);
  const auto connection = value_of(value_of(make_store(impatient(store.url())))->connect());
  value_of(connection->claim(stream));
  const auto before = sessions(store.url());
  table_lock lock(store.url(), "partition_state");
  const auto begin = steady::now();
  expect_deadline_exceeded(connection->claim(stream));
  BOOST_TEST((steady::now() - begin < patience + cancel_max));
  expect_nothing_runs(store.url());
  lock.release();
  BOOST_TEST(value_of(connection->claim(stream)).epoch == 2U);
  BOOST_TEST(sessions(store.url()) == before);
}

BOOST_AUTO_TEST_CASE(look_ups_behind_a_blocked_table_are_cancelled_on_the_server) {
  store_under_test store(store_kind::postgres);
  const auto connection = value_of(value_of(make_store(impatient(store.url())))->connect());
  const auto before = sessions(store.url());
  table_lock lock(store.url(), "subject, partition_state");
  expect_deadline_exceeded(connection->load_subjects(asked));
  expect_nothing_runs(store.url());
  expect_deadline_exceeded(connection->partitions());
  expect_nothing_runs(store.url());
  lock.release();
  BOOST_TEST(value_of(connection->load_subjects(asked)).size() == 1U);
  BOOST_TEST(sessions(store.url()) == before);
}

BOOST_AUTO_TEST_CASE(
    where_the_cancel_does_not_get_through_the_server_ends_an_append_and_a_claim_by_itself) {
  store_under_test store(store_kind::postgres);
  postgres_proxy proxy(store.url());
  const auto connection = value_of(value_of(make_store(impatient(proxy.url())))->connect());
  value_of(connection->claim(stream));
  table_lock lock(store.url(), "partition_state");
  proxy.refuse_new();
  expect_deadline_exceeded(append(*connection, steady::now() + patience));
  expect_nothing_runs(store.url());
  expect_deadline_exceeded(connection->claim(stream));
  expect_nothing_runs(store.url());
  lock.release();
  BOOST_TEST(value_of(append(*connection, far_away())).front().committed);
}

BOOST_AUTO_TEST_CASE(a_server_that_hangs_holds_nobody_past_the_deadline_for_long) {
  store_under_test store(store_kind::postgres);
  postgres_proxy proxy(store.url());
  auto options = impatient(proxy.url());
  options.connect_timeout = patience;
  const auto connection = value_of(value_of(make_store(options))->connect());
  const auto epoch = value_of(connection->claim(stream)).epoch;
  proxy.freeze();
  auto begin = steady::now();
  expect_deadline_exceeded(append(*connection, begin + patience));
  BOOST_TEST((steady::now() - begin < patience + hang_max));
  begin = steady::now();
  const auto again = append(*connection, begin + patience);
  BOOST_REQUIRE(!again);
  BOOST_TEST(is_transient(code_of(again.error())));
  BOOST_TEST((steady::now() - begin < patience + cancel_max));
  proxy.heal();
  BOOST_TEST(epoch == 1U);
  BOOST_TEST(value_of(append(*connection, far_away())).front().settled.next_offset == 2);
}

/// A node that stops sets it while calls are under way.
BOOST_AUTO_TEST_CASE(calls_under_way_end_at_the_limit_of_all_calls) {
  store_under_test store(store_kind::postgres);
  const auto limit = std::make_shared<call_limit>();
  auto options = impatient(store.url());
  options.operation_timeout = 60s;
  options.limit = limit;
  const auto database = value_of(make_store(options));
  const auto connection = value_of(database->connect());
  const auto publisher = value_of(database->publish());
  const auto clocks = value_of(database->clocks());
  value_of(connection->claim(stream));
  table_lock lock(store.url(), "partition_state, regulatory_clock");
  const auto begin = steady::now();
  auto published = std::async(std::launch::async, [&] { return publisher->states(); });
  auto counted = std::async(std::launch::async, [&] { return clocks->counts(0); });
  auto appended = std::async(std::launch::async, [&] { return append(*connection, begin + 60s); });
  while (run_sql(store.url(), "SELECT count(*) FROM pg_locks WHERE NOT granted") != "3")
    std::this_thread::yield();
  limit->set(steady::now() + patience);
  expect_deadline_exceeded(published.get());
  expect_deadline_exceeded(counted.get());
  expect_deadline_exceeded(appended.get());
  BOOST_TEST((steady::now() - limit->latest() < cancel_max));
  expect_nothing_runs(store.url());
  lock.release();
  const auto late = connection->claim(stream);
  BOOST_REQUIRE(!late);
  BOOST_TEST(is_transient(code_of(late.error())));
  BOOST_TEST(value_of(append(*value_of(value_of(make_store(impatient(store.url())))->connect()),
                             far_away()))
                 .front()
                 .committed);
}

BOOST_AUTO_TEST_CASE(a_connection_is_not_waited_for_longer_than_the_deadline) {
  store_under_test store(store_kind::postgres);
  postgres_proxy proxy(store.url());
  store_options options;
  options.url = proxy.url();
  proxy.freeze();
  const auto begin = steady::now();
  const auto opened = postgres_connection::open(options, begin + patience);
  BOOST_REQUIRE(!opened);
  BOOST_TEST((code_of(opened.error()) == errc::deadline_exceeded));
  BOOST_TEST((steady::now() - begin < patience + cancel_max));
}

BOOST_AUTO_TEST_CASE(sqlite_claims_and_look_ups_give_up_at_their_deadline_and_go_on) {
  store_under_test store(store_kind::sqlite);
  const auto connection = value_of(value_of(make_store(impatient(store.url())))->connect());
  value_of(connection->claim(stream));
  const auto path = store.url().substr(std::string_view("sqlite:").size());
  auto other = value_of(sqlite_connection::open(path, sqlite_connection::mode::write));
  BOOST_REQUIRE(!other->run("BEGIN IMMEDIATE"));
  const auto begin = steady::now();
  expect_deadline_exceeded(connection->claim(stream));
  BOOST_TEST((steady::now() - begin < patience + cancel_max));
  BOOST_TEST(value_of(connection->load_subjects(asked)).size() ==
             1U); // Readers do not wait for a writer.
  BOOST_REQUIRE(!other->run("ROLLBACK"));
  BOOST_TEST(value_of(connection->claim(stream)).epoch == 2U);
}

BOOST_AUTO_TEST_CASE(a_call_of_sqlite_that_waits_for_a_lock_ends_at_the_limit_of_all_calls) {
  store_under_test store(store_kind::sqlite);
  const auto limit = std::make_shared<call_limit>();
  auto options = impatient(store.url());
  options.operation_timeout = 60s;
  options.limit = limit;
  const auto connection = value_of(value_of(make_store(options))->connect());
  auto other = value_of(sqlite_connection::open(
      store.url().substr(std::string_view("sqlite:").size()), sqlite_connection::mode::write));
  BOOST_REQUIRE(!other->run("BEGIN IMMEDIATE"));
  auto claimed = std::async(std::launch::async, [&] { return connection->claim(stream); });
  limit->set(steady::now() + patience);
  expect_deadline_exceeded(claimed.get());
  BOOST_TEST((steady::now() - limit->latest() < cancel_max));
}

BOOST_AUTO_TEST_CASE(
    a_statement_of_sqlite_that_runs_too_long_is_interrupted_and_the_connection_goes_on) {
  store_under_test store(store_kind::sqlite);
  auto connection = value_of(sqlite_connection::open(
      store.url().substr(std::string_view("sqlite:").size()), sqlite_connection::mode::write));
  const auto begin = steady::now();
  connection->set_deadline(begin + patience);
  const auto failed =
      connection->run("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) "
                      "SELECT max(i) FROM n");
  BOOST_TEST((code_of(failed) == errc::deadline_exceeded));
  BOOST_TEST((steady::now() - begin < patience + cancel_max));
  connection->set_deadline(steady::now() + 10s);
  BOOST_TEST(!connection->run("SELECT 1"));
}

/// Behind a waiting ALTER TABLE everybody waits: the reader here never goes before the other has
/// read.
BOOST_AUTO_TEST_CASE(a_migration_that_waits_for_a_reader_lets_others_by) {
  store_under_test store(store_kind::postgres);
  run_sql(store.url(), "DROP INDEX event_form_correction");
  run_sql(store.url(), "DROP TABLE review_scope, form_history, reviewed_form");
  run_sql(store.url(), "ALTER TABLE ledger_segment DROP COLUMN due_at");
  run_sql(store.url(), "DELETE FROM schema_version WHERE version >= 6");
  store_options options;
  options.url = store.url();
  const auto database = value_of(make_store(options));
  table_lock reader(store.url(), "ledger_segment", "ACCESS SHARE");
  auto migrated = std::async(std::launch::async, [&] { return database->migrate(); });
  wait_for_a_waiter(store.url());
  BOOST_TEST(run_sql(store.url(), "SELECT count(*) FROM ledger_segment") == "0");
  reader.release();
  BOOST_TEST(static_cast<bool>(migrated.get()));
  BOOST_TEST(value_of(database->schema()).found == 7);
}

BOOST_AUTO_TEST_SUITE_END()
