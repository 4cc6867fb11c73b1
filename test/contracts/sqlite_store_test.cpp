#include "actors/storage/sqlite_connection.hpp"
#include "messages/error_text.hpp"
#include "test/support/store/store_fixture.hpp"
#include "test/support/test_events.hpp"

#include <boost/test/unit_test.hpp>

#include <filesystem>
#include <fstream>

using namespace aepro;
using namespace aepro::test;

BOOST_AUTO_TEST_SUITE(sqlite_store_behavior)

namespace {

const stream_name stream{"aepro.adverse-events", 0};

caf::expected<std::vector<append_outcome>>
append(event_store& store, std::int64_t begin, const std::vector<std::string>& values,
       std::chrono::steady_clock::time_point deadline = far_away()) {
  const std::vector batches{decided({.stream = stream, .begin_offset = begin, .values = values})};
  return store.append(batches, deadline);
}

errc code_of(const caf::error& reason) {
  BOOST_TEST_MESSAGE(error_text(reason));
  return static_cast<errc>(reason.code());
}

std::string path_of(const store_under_test& store) {
  return store.url().substr(std::string_view("sqlite:").size());
}

} // namespace

BOOST_AUTO_TEST_CASE(a_missing_file_is_unavailable_and_not_created) {
  const temporary_folder folder;
  store_options options;
  options.url = "sqlite:" + (folder.path() / "none.sqlite").string();
  auto database = value_of(make_store(options));
  const auto connected = database->connect();
  BOOST_REQUIRE(!connected);
  BOOST_TEST((code_of(connected.error()) == errc::store_unavailable));
  BOOST_TEST(!std::filesystem::exists(folder.path() / "none.sqlite"));
}

BOOST_AUTO_TEST_CASE(a_file_that_is_no_database_is_broken) {
  const temporary_folder folder;
  const auto path = (folder.path() / "text.sqlite").string();
  std::ofstream(path) << std::string(10'000, 'x');
  store_options options;
  options.url = "sqlite:" + path;
  const auto connected = value_of(make_store(options))->connect();
  BOOST_REQUIRE(!connected);
  BOOST_TEST((code_of(connected.error()) == errc::store_broken));
}

BOOST_AUTO_TEST_CASE(an_empty_file_says_what_to_do) {
  const temporary_folder folder;
  const auto path = (folder.path() / "empty.sqlite").string();
  std::ofstream(path).close();
  store_options options;
  options.url = "sqlite:" + path;
  const auto connected = value_of(make_store(options))->connect();
  BOOST_REQUIRE(!connected);
  BOOST_TEST(error_text(connected.error()).find("aepro migrate") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_newer_schema_is_refused) {
  store_under_test store(store_kind::sqlite);
  run_sql(store.url(), "INSERT INTO schema_version (version) VALUES (1000)");
  BOOST_TEST(!store.database().connect());
  const auto migrated = store.database().migrate();
  BOOST_REQUIRE(!migrated);
  BOOST_TEST(error_text(migrated.error()).find("newer aepro") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(an_append_behind_another_writer_gives_up_at_its_deadline) {
  store_under_test store(store_kind::sqlite);
  auto connection = store.connect();
  value_of(connection->claim(stream));
  auto other = value_of(sqlite_connection::open(path_of(store), sqlite_connection::mode::write));
  BOOST_REQUIRE(!other->run("BEGIN IMMEDIATE"));
  const std::vector values{adverse_event_value({.event_id = "A-1"})};
  const auto failed = append(*connection, -1, values,
                             std::chrono::steady_clock::now() + std::chrono::milliseconds(200));
  BOOST_REQUIRE(!failed);
  BOOST_TEST((code_of(failed.error()) == errc::deadline_exceeded));
  BOOST_REQUIRE(!other->run("ROLLBACK"));
  BOOST_TEST(value_of(append(*connection, -1, values)).front().committed);
}

BOOST_AUTO_TEST_CASE(a_failure_in_mid_transaction_leaves_nothing_behind) {
  store_under_test store(store_kind::sqlite);
  auto connection = store.connect();
  value_of(connection->claim(stream));
  run_sql(
      store.url(),
      "CREATE TRIGGER full BEFORE INSERT ON ledger_segment BEGIN SELECT raise(ABORT, 'no'); END");
  const std::vector values{adverse_event_value({.event_id = "A-1"}), std::string()};
  BOOST_TEST(!append(*connection, -1, values));
  run_sql(store.url(), "DROP TRIGGER full");
  for (const std::string table : {"event", "dead_letter", "place", "finding"})
    BOOST_TEST(run_sql(store.url(), "SELECT count(*) FROM " + table) == "0", table);
  const auto settled = value_of(append(*connection, -1, values)).front().settled;
  BOOST_TEST(settled.counts.accepted == 1U);
  BOOST_TEST(run_sql(store.url(), "SELECT count(*) FROM place") == "1");
}

BOOST_AUTO_TEST_CASE(analysts_see_what_was_sent_under_standard_names) {
  store_under_test store(store_kind::sqlite);
  auto connection = store.connect();
  value_of(connection->claim(stream));
  value_of(append(*connection, -1,
                  {adverse_event_value({.event_id = ordered_id(1)}, "DEATH", true),
                   response_value({.event_id = "Q-1"}, {"1", "0", "x\"'"})}));
  BOOST_TEST(
      run_sql(store.url(),
              "SELECT event_id, STUDYID, SITEID, USUBJID, AETERM, AEDECOD, AESEV, AESER, AESDTH, "
              "AEOUT, AESTDTC, AEREL, AELLT, serious FROM adverse_event") ==
      "01890000-0000-7000-8000-000000000001|STUDY-1|701|01-701-1015|DEATH|Headache|MILD|N|Y|FATAL|"
      "2014-01-03|PROBABLE|HEADACHE NOS|1");
  BOOST_TEST(
      run_sql(
          store.url(),
          "SELECT event_id, QSCAT, VISIT, QSDTC, QSTESTCD, QSORRES FROM questionnaire_answer") ==
      "Q-1|PHQ-9|BASELINE|2025-06-15T17:06:40.000+02:00|PHQ0101|1\n"
      "Q-1|PHQ-9|BASELINE|2025-06-15T17:06:40.000+02:00|PHQ0102|0\n"
      "Q-1|PHQ-9|BASELINE|2025-06-15T17:06:40.000+02:00|PHQ0103|x\"'");
}

BOOST_AUTO_TEST_SUITE_END()
