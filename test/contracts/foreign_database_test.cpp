#include "actors/storage/ledger_reader.hpp"
#include "messages/error_text.hpp"
#include "test/support/store/store_fixture.hpp"

#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

namespace data = boost::unit_test::data;
using namespace aepro;
using namespace aepro::test;

BOOST_AUTO_TEST_SUITE(foreign_database)

namespace {

const auto databases = data::make({store_kind::sqlite, store_kind::postgres});

/// A database without aepro's schema, in which `statement` was run.
struct other_database {
  other_database(store_kind kind, const std::string& statement) : store(kind) {
    options.url = foreign_database_url(store, statement);
    database = value_of(make_store(options));
  }

  std::string tables() const {
    return run_sql(options.url, options.url.starts_with("sqlite:")
                                    ? "SELECT count(*) FROM sqlite_schema WHERE type = 'table'"
                                    : "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'");
  }

  store_under_test store;
  store_options options;
  std::unique_ptr<store_database> database;
};

bool refuses(const caf::error& reason, const std::string& part) {
  BOOST_TEST_MESSAGE(error_text(reason));
  return reason == errc::store_broken && error_text(reason).find(part) != std::string::npos;
}

} // namespace

BOOST_DATA_TEST_CASE(a_database_with_tables_of_others_is_not_migrated, databases, kind) {
  other_database other(kind, "CREATE TABLE payroll (salary integer); CREATE TABLE staff (name "
                             "text)");
  const auto migrated = other.database->migrate();
  BOOST_REQUIRE(!migrated);
  BOOST_TEST(refuses(migrated.error(), "2 tables of others (payroll, staff)"));
  BOOST_TEST(refuses(migrated.error(), "empty database of its own"));
  BOOST_TEST(other.tables() == "2");
  if (kind == store_kind::sqlite)
    BOOST_TEST(run_sql(other.options.url, "PRAGMA journal_mode") == "delete");
}

BOOST_DATA_TEST_CASE(a_schema_version_of_others_is_not_taken_for_ours, databases, kind) {
  other_database other(kind, "CREATE TABLE schema_version (version text); CREATE TABLE staff "
                             "(name text)");
  const auto migrated = other.database->migrate();
  BOOST_REQUIRE(!migrated);
  BOOST_TEST(refuses(migrated.error(), "tables of others"));
  BOOST_TEST(other.tables() == "2");
}

BOOST_DATA_TEST_CASE(a_database_without_a_store_says_so_to_whoever_reads, databases, kind) {
  other_database other(kind, "CREATE TABLE staff (name text)");
  const auto reader = other.database->read();
  BOOST_REQUIRE(!reader);
  BOOST_TEST(refuses(reader.error(), "no aepro store, and a table of others (staff)"));
}

BOOST_DATA_TEST_CASE(an_empty_database_asks_for_its_migration, databases, kind) {
  other_database other(kind, "SELECT 1");
  const auto reader = other.database->read();
  BOOST_REQUIRE(!reader);
  BOOST_TEST(refuses(reader.error(), "no aepro store: run aepro migrate"));
  BOOST_REQUIRE(other.database->migrate());
  BOOST_TEST(static_cast<bool>(other.database->read()));
}

BOOST_AUTO_TEST_CASE(an_extension_s_tables_are_nobody_s) {
  other_database other(store_kind::postgres, "CREATE EXTENSION pg_stat_statements");
  BOOST_TEST(static_cast<bool>(other.database->migrate()));
}

BOOST_AUTO_TEST_SUITE_END()
