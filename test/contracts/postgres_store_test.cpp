#include "actors/storage/batch_halves.hpp"
#include "actors/storage/postgres_connection.hpp"
#include "actors/storage/postgres_values.hpp"
#include "messages/error_text.hpp"
#include "test/support/store/store_fixture.hpp"
#include "test/support/test_events.hpp"

#include <boost/test/unit_test.hpp>

#include <fmt/format.h>

#include <array>
#include <atomic>
#include <stdexcept>
#include <thread>

using namespace aepro;
using namespace aepro::test;

BOOST_AUTO_TEST_SUITE(postgres_store_behavior)

namespace {

const stream_name stream{"aepro.adverse-events", 0};

batch_text batch_of(std::int64_t begin, std::uint64_t first_id, std::size_t count,
                    std::uint64_t epoch = 1) {
  batch_text text{.stream = stream, .begin_offset = begin, .epoch = epoch, .values = {}};
  for (std::size_t i = 0; i < count; ++i)
    text.values.push_back(adverse_event_value({.event_id = ordered_id(first_id + i)}));
  return text;
}

caf::expected<std::vector<append_outcome>>
append(event_store& store, const batch_text& text,
       std::chrono::steady_clock::time_point deadline = far_away()) {
  const std::vector batches{decided(text)};
  return store.append(batches, deadline);
}

errc code_of(const caf::error& reason) {
  BOOST_TEST_MESSAGE(error_text(reason));
  return static_cast<errc>(reason.code());
}

std::unique_ptr<postgres_connection> session(const std::string& url) {
  store_options options;
  options.url = url;
  auto connection = value_of(postgres_connection::open(options));
  connection->set_deadline(far_away());
  return connection;
}

std::string count_rows(store_under_test& store, const std::string& table) {
  return run_sql(store.url(), "SELECT count(*) FROM " + table);
}

/// Ends every other session in the store's database, as an administrator or a restart would.
void end_sessions(store_under_test& store) {
  run_sql(store.url(),
          "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = "
          "current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'");
}

} // namespace

BOOST_AUTO_TEST_CASE(a_password_in_the_address_is_not_shown) {
  BOOST_TEST(without_password("postgresql://node:secret@host:5432/aepro") ==
             "postgresql://node@host:5432/aepro");
  BOOST_TEST(without_password("postgresql://node@host:5432/aepro") ==
             "postgresql://node@host:5432/aepro");
  BOOST_TEST(without_password("postgresql://host:5432/aepro") == "postgresql://host:5432/aepro");
}

BOOST_AUTO_TEST_CASE(a_field_that_is_no_integer_is_not_read_as_one) {
  auto connection = session(postgres_server_url());
  const auto text = value_of(connection->run("SELECT 'abc', '12x', 17, NULL"));
  BOOST_CHECK_THROW(integer_field(text.get(), 0, 0), std::logic_error);
  BOOST_CHECK_THROW(integer_field(text.get(), 0, 1), std::logic_error);
  BOOST_TEST(integer_field(text.get(), 0, 2) == 17);
  BOOST_TEST(integer_field(text.get(), 0, 3) == 0);
  const std::array parameters{postgres_parameter{int4_oid, std::string_view("\0\0\0\7", 4)}};
  const auto binary = value_of(connection->run("SELECT 'abc'::text, $1, NULL::text", parameters));
  BOOST_CHECK_THROW(integer_field(binary.get(), 0, 0), std::logic_error);
  BOOST_TEST(integer_field(binary.get(), 0, 1) == 7);
  BOOST_TEST(integer_field(binary.get(), 0, 2) == 0);
}

BOOST_AUTO_TEST_CASE(an_unreachable_server_is_unavailable_within_the_time_to_connect) {
  store_options options;
  options.url = "postgresql://postgres@127.0.0.1:1/postgres";
  options.connect_timeout = std::chrono::milliseconds(2'000);
  const auto connected = value_of(make_store(options))->connect();
  BOOST_REQUIRE(!connected);
  BOOST_TEST((code_of(connected.error()) == errc::store_unavailable));
}

BOOST_AUTO_TEST_CASE(a_store_without_schema_says_what_to_do) {
  store_under_test store(store_kind::postgres);
  run_sql(store.url(), "DROP TABLE schema_version");
  const auto connected = store.database().connect();
  BOOST_REQUIRE(!connected);
  BOOST_TEST((code_of(connected.error()) == errc::store_broken));
  BOOST_TEST(error_text(connected.error()).find("aepro migrate") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_newer_schema_is_refused) {
  store_under_test store(store_kind::postgres);
  run_sql(store.url(), "INSERT INTO schema_version (version) VALUES (1000)");
  const auto connected = store.database().connect();
  BOOST_REQUIRE(!connected);
  BOOST_TEST((code_of(connected.error()) == errc::store_broken));
  const auto migrated = store.database().migrate();
  BOOST_REQUIRE(!migrated);
  BOOST_TEST(error_text(migrated.error()).find("newer aepro") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(two_nodes_may_migrate_at_once) {
  store_under_test store(store_kind::postgres);
  run_sql(store.url(), "DROP SCHEMA public CASCADE; CREATE SCHEMA public");
  std::atomic<int> done{0};
  const auto migrate = [&] {
    if (store.database().migrate())
      ++done;
  };
  std::thread other(migrate);
  migrate();
  other.join();
  BOOST_TEST(done == 2);
  BOOST_TEST(count_rows(store, "schema_version") ==
             std::to_string(value_of(store.database().schema()).known));
}

BOOST_AUTO_TEST_CASE(a_connection_comes_back_by_itself) {
  store_under_test store(store_kind::postgres);
  auto connection = store.connect();
  value_of(connection->claim(stream));
  end_sessions(store);
  // The first call may still find out about the broken connection; the second has a new one.
  auto outcomes = append(*connection, batch_of(-1, 1, 2));
  if (!outcomes) {
    BOOST_TEST((code_of(outcomes.error()) == errc::store_unavailable));
    outcomes = append(*connection, batch_of(-1, 1, 2));
  }
  BOOST_TEST(value_of(std::move(outcomes)).front().committed);
}

BOOST_AUTO_TEST_CASE(an_append_that_waits_for_a_lock_gives_up_at_its_deadline) {
  store_under_test store(store_kind::postgres);
  auto connection = store.connect();
  value_of(connection->claim(stream));
  auto holder = session(store.url());
  value_of(holder->run("BEGIN; SELECT * FROM partition_state FOR UPDATE"));
  const auto failed = append(*connection, batch_of(-1, 1, 2),
                             std::chrono::steady_clock::now() + std::chrono::milliseconds(300));
  BOOST_REQUIRE(!failed);
  BOOST_TEST((code_of(failed.error()) == errc::deadline_exceeded));
  value_of(holder->run("COMMIT"));
  BOOST_TEST(count_rows(store, "event") == "0");
  BOOST_TEST(value_of(append(*connection, batch_of(-1, 1, 2))).front().committed);
}

BOOST_AUTO_TEST_CASE(a_claim_ends_the_session_of_a_writer_that_hangs_in_its_transaction) {
  store_under_test store(store_kind::postgres);
  auto connection = store.connect();
  value_of(connection->claim(stream));
  auto zombie = session(store.url());
  value_of(zombie->run("BEGIN; SELECT * FROM partition_state FOR UPDATE"));
  store_options options;
  options.url = store.url();
  options.claim_wait = std::chrono::milliseconds(200);
  auto successor = value_of(value_of(make_store(options))->connect());
  BOOST_TEST(value_of(successor->claim(stream)).epoch == 2U);
  const auto woken = zombie->run("UPDATE partition_state SET next_offset = 99; COMMIT");
  BOOST_TEST(!woken);
  BOOST_TEST(value_of(successor->partitions()).front().next_offset == -1);
}

BOOST_AUTO_TEST_CASE(a_key_that_another_writer_has_not_committed_yet_is_waited_for) {
  store_under_test store(store_kind::postgres);
  auto connection = store.connect();
  value_of(connection->claim(stream));
  const auto batch = decided(batch_of(-1, 1, 2));
  const auto key = bytea_literal(batch->records[0].key);
  auto other = session(store.url());
  value_of(other->run(fmt::format(
      "INSERT INTO stream (topic, partition) VALUES ('other', 0); BEGIN; "
      "INSERT INTO event (event_key, content_check, record_offset, record_timestamp, stream_id, "
      "flags, kind) "
      "SELECT encode({}, 'hex')::uuid, {}, 5, 0, stream_id, 0, 1 FROM stream WHERE topic = 'other'",
      key, static_cast<std::int64_t>(batch->records[0].content_check))));
  caf::expected<std::vector<append_outcome>> outcomes{caf::error{}};
  std::thread waiting([&] { outcomes = append(*connection, batch_of(-1, 1, 2)); });
  // The append waits for the other transaction; committing it makes the record a duplicate.
  while (run_sql(store.url(), "SELECT count(*) FROM pg_locks WHERE NOT granted") == "0")
    std::this_thread::yield();
  value_of(other->run("COMMIT"));
  waiting.join();
  const auto settled = value_of(std::move(outcomes)).front().settled;
  BOOST_TEST(settled.counts.duplicate == 1U);
  BOOST_TEST(settled.counts.accepted == 1U);
}

BOOST_AUTO_TEST_CASE(a_session_that_ends_while_rows_are_sent_leaves_nothing_behind) {
  store_under_test store(store_kind::postgres);
  auto connection = store.connect();
  value_of(connection->claim(stream));
  run_sql(store.url(), "CREATE FUNCTION end_session() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
                       "PERFORM pg_terminate_backend(pg_backend_pid()); RETURN NEW; END $$; "
                       "CREATE TRIGGER end_session BEFORE INSERT ON event FOR EACH ROW EXECUTE "
                       "FUNCTION end_session()");
  const auto failed = append(*connection, batch_of(-1, 1, 2));
  BOOST_REQUIRE(!failed);
  BOOST_TEST((code_of(failed.error()) == errc::store_unavailable));
  run_sql(store.url(), "DROP TRIGGER end_session ON event");
  BOOST_TEST(count_rows(store, "event") == "0");
  BOOST_TEST(value_of(append(*connection, batch_of(-1, 1, 2))).front().settled.counts.accepted ==
             2U);
}

BOOST_AUTO_TEST_CASE(a_session_that_ends_in_the_commit_leaves_the_outcome_unknown) {
  store_under_test store(store_kind::postgres);
  auto connection = store.connect();
  value_of(connection->claim(stream));
  run_sql(store.url(), "CREATE FUNCTION end_session() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
                       "PERFORM pg_terminate_backend(pg_backend_pid()); RETURN NULL; END $$; "
                       "CREATE CONSTRAINT TRIGGER end_session AFTER UPDATE ON partition_state "
                       "DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION end_session()");
  const auto failed = append(*connection, batch_of(-1, 1, 2));
  BOOST_REQUIRE(!failed);
  BOOST_TEST((code_of(failed.error()) == errc::store_outcome_unknown));
  run_sql(store.url(), "DROP TRIGGER end_session ON partition_state");
  // The compare-and-set tells: here nothing was stored.
  BOOST_TEST(value_of(append(*connection, batch_of(-1, 1, 2))).front().settled.counts.accepted ==
             2U);
}

BOOST_AUTO_TEST_CASE(a_read_only_server_is_full_not_broken) {
  store_under_test store(store_kind::postgres);
  auto connection = store.connect();
  value_of(connection->claim(stream));
  const auto name = run_sql(store.url(), "SELECT current_database()");
  // Through a database that is not read-only: the change itself is a write.
  run_sql(postgres_server_url(),
          "ALTER DATABASE " + name + " SET default_transaction_read_only = on");
  end_sessions(store); // The setting counts for new sessions.
  auto failed = append(*connection, batch_of(-1, 1, 2));
  BOOST_REQUIRE(!failed);
  if (code_of(failed.error()) ==
      errc::store_unavailable) // The old session's end, found out only now.
    failed = append(*connection, batch_of(-1, 1, 2));
  BOOST_REQUIRE(!failed);
  BOOST_TEST((code_of(failed.error()) == errc::store_full));
  BOOST_TEST(is_transient(code_of(failed.error())));
  BOOST_TEST(count_rows(store, "event") == "0");
  run_sql(postgres_server_url(), "ALTER DATABASE " + name + " RESET default_transaction_read_only");
  // The same store, without anybody ending its session, takes up its work again.
  auto outcomes = append(*connection, batch_of(-1, 1, 2));
  for (int tries = 0; !outcomes && is_transient(code_of(outcomes.error())) && tries < 3; ++tries)
    outcomes = append(*connection, batch_of(-1, 1, 2));
  BOOST_TEST(value_of(std::move(outcomes)).front().committed);
}

BOOST_AUTO_TEST_CASE(a_node_may_write_the_ledger_and_never_change_it) {
  store_under_test store(store_kind::postgres);
  const auto role = "node_of_" + run_sql(store.url(), "SELECT current_database()");
  run_sql(store.url(), "CREATE ROLE " + role + " LOGIN IN ROLE aepro_node");
  auto url = store.url();
  url.replace(url.find("postgres@"), 9, role + "@");
  store_options options;
  options.url = url;
  auto node = value_of(value_of(make_store(options))->connect());
  value_of(node->claim(stream));
  BOOST_TEST(value_of(append(*node, batch_of(-1, 1, 3))).front().committed);
  BOOST_TEST(value_of(node->claim(stream)).epoch == 2U);
  auto direct = session(url);
  for (const std::string table :
       {"ledger_segment", "event", "finding", "alert", "dead_letter", "conflict", "subject",
        "stream", "rule", "place", "coding", "circumstance", "form", "schema_version",
        "decide_options", "store_identity"}) {
    const auto column = run_sql(
        store.url(), "SELECT column_name FROM information_schema.columns WHERE table_name = '" +
                         table + "' AND is_identity = 'NO' ORDER BY ordinal_position LIMIT 1");
    for (const auto& statement :
         {"DELETE FROM " + table, "TRUNCATE " + table, "DROP TABLE " + table,
          fmt::format("UPDATE {0} SET {1} = {1}", table, column),
          "ALTER TABLE " + table + " ADD COLUMN x integer"}) {
      const auto refused = direct->run(statement);
      BOOST_TEST(!refused, statement);
      BOOST_TEST(direct->last_sqlstate() == "42501", statement << " " << direct->last_sqlstate());
    }
  }
  for (const std::string statement :
       {"DELETE FROM partition_state", "TRUNCATE partition_state", "DELETE FROM publication",
        "TRUNCATE publication", "INSERT INTO store_identity VALUES ('x')",
        "CREATE TABLE x (y integer)"}) {
    BOOST_TEST(!direct->run(statement), statement);
    BOOST_TEST(direct->last_sqlstate() == "42501", statement << " " << direct->last_sqlstate());
  }
}

BOOST_AUTO_TEST_CASE(a_reader_may_look_and_nothing_else) {
  store_under_test store(store_kind::postgres);
  const auto role = "reader_of_" + run_sql(store.url(), "SELECT current_database()");
  run_sql(store.url(), "CREATE ROLE " + role + " LOGIN IN ROLE aepro_reader");
  auto url = store.url();
  url.replace(url.find("postgres@"), 9, role + "@");
  auto direct = session(url);
  for (const std::string view :
       {"adverse_event", "questionnaire_response", "questionnaire_answer", "score",
        "finding_detail", "discrepancy", "ledger_summary", "ledger_segment", "subject"})
    value_of(direct->run("SELECT * FROM " + view));
  for (const std::string statement :
       {"INSERT INTO stream (topic, partition) VALUES ('x', 0)",
        "UPDATE partition_state SET epoch = 0", "DELETE FROM event", "TRUNCATE event"})
    BOOST_TEST(!direct->run(statement), statement);
}

BOOST_AUTO_TEST_CASE(analysts_see_what_was_sent_under_standard_names) {
  store_under_test store(store_kind::postgres);
  auto connection = store.connect();
  value_of(connection->claim(stream));
  batch_text text{.stream = stream,
                  .begin_offset = -1,
                  .values = {adverse_event_value({.event_id = ordered_id(1)}, "DEATH", true),
                             response_value({.event_id = "Q-1"}, {"1", "0", "x\"'"})}};
  BOOST_TEST(value_of(append(*connection, text)).front().settled.counts.accepted == 2U);
  BOOST_TEST(
      run_sql(store.url(),
              "SELECT event_id, studyid, siteid, usubjid, aeterm, aedecod, aesev, aeser, aesdth, "
              "aeout, aestdtc, aerel, aellt, serious FROM adverse_event") ==
      "01890000-0000-7000-8000-000000000001|STUDY-1|701|01-701-1015|DEATH|Headache|MILD|N|Y|FATAL|"
      "2014-01-03|PROBABLE|HEADACHE NOS|t");
  BOOST_TEST(
      run_sql(
          store.url(),
          "SELECT event_id, qscat, visit, qsdtc, qstestcd, qsorres FROM questionnaire_answer") ==
      "Q-1|PHQ-9|BASELINE|2025-06-15T17:06:40.000+02:00|PHQ0101|1\n"
      "Q-1|PHQ-9|BASELINE|2025-06-15T17:06:40.000+02:00|PHQ0102|0\n"
      "Q-1|PHQ-9|BASELINE|2025-06-15T17:06:40.000+02:00|PHQ0103|x\"'");
}

BOOST_AUTO_TEST_CASE(a_node_whose_clock_is_wrong_marks_nothing_late_by_mistake) {
  for (const auto error : {std::chrono::hours{1}, std::chrono::hours{-1}}) {
    store_under_test store(store_kind::postgres);
    store_options options;
    options.url = store.url();
    options.wall = [error] { return wall_clock() + std::chrono::milliseconds(error).count(); };
    auto connection = value_of(value_of(make_store(options))->connect());
    BOOST_TEST(std::chrono::abs(options.clock->correction() + error).count() < 60'000);
    value_of(connection->claim(stream));
    const auto in_ten_minutes = wall_clock() + 600'000, ten_minutes_ago = wall_clock() - 600'000;
    const batch_text text{
        .stream = stream,
        .begin_offset = -1,
        .values = {adverse_event_value({.event_id = "in-time", .deadline_ms = in_ten_minutes}),
                   adverse_event_value({.event_id = "late", .deadline_ms = ten_minutes_ago})}};
    BOOST_TEST(value_of(append(*connection, text)).front().committed);
    BOOST_TEST(run_sql(store.url(),
                       "SELECT event_id, lateness_ms BETWEEN 540000 AND 660000 FROM adverse_event "
                       "WHERE lateness_ms IS NOT NULL") == "late|t");
    BOOST_TEST(run_sql(store.url(),
                       "SELECT abs(stored_at - extract(epoch FROM now()) * 1000) < 60000 "
                       "FROM ledger_segment") == "t");
  }
}

BOOST_AUTO_TEST_CASE(
    a_value_that_is_refused_is_told_from_a_broken_store_and_leaves_nothing_behind) {
  store_under_test store(store_kind::postgres);
  run_sql(store.url(),
          "CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
          "IF NEW.record_offset = 1 THEN RAISE SQLSTATE '22003'; END IF; RETURN NEW; END $$; "
          "CREATE TRIGGER refuse BEFORE INSERT ON event FOR EACH ROW EXECUTE FUNCTION refuse()");
  auto connection = store.connect();
  value_of(connection->claim(stream));
  const auto refused = append(*connection, batch_of(-1, 1, 3));
  BOOST_REQUIRE(!refused);
  BOOST_TEST((code_of(refused.error()) == errc::content_refused));
  BOOST_TEST(count_rows(store, "event") == "0");
  BOOST_TEST(value_of(append(*connection, batch_of(-1, 1, 1))).front().committed);
  const std::vector batches{without_content(decided(batch_of(1, 2, 1)))};
  BOOST_TEST(value_of(connection->append(batches, far_away())).front().settled.counts.rejected ==
             1U);
  BOOST_TEST(run_sql(store.url(), "SELECT code FROM dead_letter") == "14");
}

BOOST_AUTO_TEST_SUITE_END()
