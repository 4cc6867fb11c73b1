#include "actors/storage/clock_store.hpp"
#include "actors/storage/ledger_reader.hpp"
#include "actors/storage/postgres_schema.hpp"
#include "actors/storage/publication_store.hpp"
#include "actors/storage/sqlite_schema.hpp"
#include "test/support/contracts/notification_fixture.hpp"

#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

using namespace aepro;
using namespace aepro::test;

BOOST_AUTO_TEST_SUITE(notification_migration)

namespace {

/// A store of the second schema with an adverse event, its alert and a published dead letter.
std::string make_second(store_under_test& store, const std::string& url, bool is_sqlite) {
  if (!is_sqlite)
    run_sql(store.url(), "DROP SCHEMA public CASCADE; CREATE SCHEMA public");
  const std::string zeros = is_sqlite ? "zeroblob(32)" : "decode(repeat('00', 32), 'hex')";
  const std::string key = is_sqlite ? "zeroblob(16)" : "'00000000-0000-0000-0000-000000000000'";
  for (std::size_t i = 0; i < 2; ++i) {
    run_sql(url, std::string(is_sqlite ? sqlite_migrations()[i] : postgres_migrations()[i]));
    run_sql(url, "INSERT INTO schema_version (version) VALUES (" + std::to_string(i + 1) + ")");
  }
  for (const auto& statement :
       {std::string("INSERT INTO stream (topic, partition) VALUES ('aepro.adverse-events', 0)"),
        "INSERT INTO partition_state (stream_id, next_offset, epoch, chain_head) VALUES (1, 8, "
        "3, " +
            zeros + ")",
        std::string("INSERT INTO publication (stream_id, purpose, next_offset) VALUES (1, 1, 5)"),
        "INSERT INTO event (event_key, stream_id, record_offset, record_timestamp, content_check, "
        "kind, flags, "
        "report_id, aeterm) VALUES (" +
            key + ", 1, 6, 0, 0, 1, 0, 'R-7', 'FALL')",
        "INSERT INTO alert (stream_id, record_offset, record_timestamp, event_key, kind, rule, "
        "urgency, study, "
        "created_at) VALUES (1, 6, 17, " +
            key + ", 1, 'serious-adverse-event', 3, 'S', '2026-01-02T03:04:05.678Z')"})
    run_sql(url, statement);
  return run_sql(url, "SELECT store_id FROM store_identity");
}

} // namespace

BOOST_DATA_TEST_CASE(a_store_of_the_second_schema_is_migrated_and_tells_of_the_alerts_it_has,
                     databases, kind) {
  store_under_test store(kind);
  temporary_folder folder;
  store_options options;
  options.url = kind == store_kind::sqlite ? "sqlite:" + (folder.path() / "old.sqlite").string()
                                           : store.url();
  const auto id = make_second(store, options.url, kind == store_kind::sqlite);
  auto database = value_of(make_store(options));
  BOOST_TEST(!database->notify()); // Refused until it is migrated.
  BOOST_REQUIRE(database->migrate());
  BOOST_TEST(value_of(database->schema()).found == 7);
  const auto notes = value_of(database->notify());
  BOOST_TEST(value_of(notes->store_id()) == id);
  const auto page = value_of(notes->new_alerts(adverse_events, 10));
  BOOST_REQUIRE(page.alerts.size() == 1U);
  BOOST_TEST(page.next_offset == 8);
  const auto& alert = page.alerts.front();
  BOOST_TEST(alert.offset == 6);
  BOOST_TEST(alert.produced_at == 17);
  BOOST_TEST(alert.durable_at == 1'767'323'045'678);
  BOOST_TEST(alert.report_id == "R-7");
  BOOST_TEST(alert.term == "FALL");
  BOOST_TEST(alert.site == "");
  BOOST_TEST((alert.origin == event_origin::present));
  BOOST_TEST(value_of(value_of(database->publish())->states()).front().dead_letters_next == 5);
  BOOST_TEST(value_of(
      notes->take_up({.stream = adverse_events, .epoch = 3}, page, {notification_of(alert)})));
  const auto versions =
      value_of(value_of(database->clocks())->new_versions(adverse_events, 10)).versions;
  BOOST_REQUIRE(versions.size() == 1U);
  BOOST_TEST(versions.front().report_id == "R-7");
  for (const auto& difference : value_of(value_of(database->read())->schema_differences()))
    BOOST_ERROR(difference);
}

BOOST_AUTO_TEST_SUITE_END()
