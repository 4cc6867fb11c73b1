#include "actors/storage/postgres_schema.hpp"
#include "actors/storage/sqlite_schema.hpp"
#include "test/support/contracts/filled_store.hpp"

#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

namespace data = boost::unit_test::data;
using namespace aepro;
using namespace aepro::test;

BOOST_AUTO_TEST_SUITE(schema_audit)

namespace {

std::vector<std::string> differences_of(store_under_test& store) {
  return value_of(value_of(store.database().read())->schema_differences());
}

/// A change of the schema in both databases' words; empty: only the other database knows it.
struct schema_change {
  std::string name, sqlite, postgres;
  std::string named; ///< In the text of the difference.
};

std::ostream& operator<<(std::ostream& out, const schema_change& change) {
  return out << change.name;
}

/// Changes a view's query as its owner may, with every column as it was.
std::string with_condition(const std::string& view, const std::string& condition) {
  return "DO $$ BEGIN EXECUTE 'CREATE OR REPLACE VIEW " + view + " AS ' || rtrim(pg_get_viewdef('" +
         view + "'), ';') || ' " + condition + "'; END $$";
}

std::vector<schema_change> schema_changes() {
  const std::string log = "CREATE FUNCTION note() RETURNS trigger LANGUAGE plpgsql AS "
                          "$$ BEGIN RETURN NEW; END $$; ";
  return {
      {"a view dropped", "DROP VIEW score", "DROP VIEW score", "score is missing"},
      {"a view with a condition more",
       "PRAGMA writable_schema = ON; UPDATE sqlite_schema SET sql = sql || ' AND 1' WHERE name = "
       "'score'",
       with_condition("score", "AND e.record_offset <> 3"), "view score is not as aepro makes it"},
      {"a view of other columns", "DROP VIEW score; CREATE VIEW score AS SELECT 1 AS value",
       "DROP VIEW score; CREATE VIEW score AS SELECT 1 AS value",
       "view score is not as aepro makes "
       "it"},
      {"a view of another table with the same columns", "",
       "CREATE SCHEMA other; CREATE TABLE other.partition_state (LIKE partition_state); DO $$ "
       "BEGIN "
       "EXECUTE "
       "'CREATE OR REPLACE VIEW ledger_summary AS ' || replace(pg_get_viewdef('ledger_summary'), "
       "'partition_state', 'other.partition_state'); END $$",
       "view ledger_summary is not as aepro makes it"},
      {"a view with a constant for a column", "",
       "DO $$ BEGIN EXECUTE 'CREATE OR REPLACE VIEW ledger_summary AS ' || "
       "replace(pg_get_viewdef('ledger_summary'), 'p.rejected,', '0::bigint AS rejected,'); END $$",
       "view ledger_summary is not as aepro makes it"},
      {"a view added", "CREATE VIEW more AS SELECT 1", "CREATE VIEW more AS SELECT 1",
       "more was not made by aepro"},
      {"a table added", "CREATE TABLE more (x)", "CREATE TABLE more (x integer)",
       "more was not made by aepro"},
      {"a trigger added", "CREATE TRIGGER note AFTER INSERT ON event BEGIN SELECT 1; END",
       log + "CREATE TRIGGER note BEFORE INSERT ON event FOR EACH ROW EXECUTE FUNCTION note()",
       "trigger note"},
      {"a foreign key's trigger disabled", "", "ALTER TABLE stream DISABLE TRIGGER ALL",
       "disabled trigger"},
      {"a rule added", "", "CREATE RULE keep AS ON DELETE TO finding DO INSTEAD NOTHING",
       "rule keep"},
      {"an index added", "CREATE INDEX more ON event (subject)",
       "CREATE INDEX more ON event "
       "(subject)",
       "index more"},
      {"a primary key dropped", "", "ALTER TABLE event DROP CONSTRAINT event_pkey",
       "event: missing or changed: PRIMARY KEY (event_key)"},
      {"a check dropped",
       "PRAGMA writable_schema = ON; UPDATE sqlite_schema SET sql = replace(sql, "
       "'CHECK (length(chain_head) = 32)', '') WHERE name = 'partition_state'",
       "ALTER TABLE partition_state DROP CONSTRAINT partition_state_chain_head_check",
       "partition_state"},
      {"a column of another type", "",
       "ALTER TABLE ledger_segment ALTER COLUMN record_count TYPE "
       "integer",
       "ledger_segment: missing or changed: record_count bigint NOT NULL"},
      {"a column that may be empty", "", "ALTER TABLE finding ALTER COLUMN rule DROP NOT NULL",
       "finding: not made by aepro: rule integer"},
      {"a column added", "ALTER TABLE finding ADD COLUMN more TEXT",
       "ALTER TABLE finding ADD COLUMN more text", "finding"},
      {"a column's default changed", "",
       "ALTER TABLE notification ALTER COLUMN lease SET DEFAULT 1",
       "notification: missing or changed: lease bigint NOT NULL DEFAULT 0"},
      {"row security", "", "ALTER TABLE event ENABLE ROW LEVEL SECURITY",
       "event: not made by aepro: table, with"},
      {"a child table", "", "CREATE SCHEMA other; CREATE TABLE other.event () INHERITS (event)",
       "with inheritance"},
  };
}

} // namespace

BOOST_DATA_TEST_CASE(a_fresh_store_has_the_schema_that_is_expected, databases, kind) {
  store_under_test store(kind);
  for (const auto& difference : differences_of(store))
    BOOST_ERROR(difference);
}

BOOST_DATA_TEST_CASE(a_store_of_the_first_schema_has_it_once_it_is_migrated, databases, kind) {
  store_under_test store(kind);
  temporary_folder folder;
  store_options options;
  options.url = store.url();
  if (kind == store_kind::sqlite)
    options.url = "sqlite:" + (folder.path() / "old.sqlite").string();
  else
    run_sql(store.url(), "DROP SCHEMA public CASCADE; CREATE SCHEMA public");
  run_sql(options.url, std::string(kind == store_kind::sqlite ? sqlite_migrations()[0]
                                                              : postgres_migrations()[0]));
  run_sql(options.url, "INSERT INTO schema_version (version) VALUES (1)");
  const auto database = value_of(make_store(options));
  BOOST_REQUIRE(database->migrate());
  for (const auto& difference : value_of(value_of(database->read())->schema_differences()))
    BOOST_ERROR(difference);
}

BOOST_DATA_TEST_CASE(a_changed_schema_is_found_and_named, databases* data::make(schema_changes()),
                     kind, change) {
  const auto& statement = kind == store_kind::sqlite ? change.sqlite : change.postgres;
  if (statement.empty())
    return;
  store_under_test store(kind);
  run_sql(store.url(), statement);
  bool found = false;
  for (const auto& difference : differences_of(store)) {
    BOOST_TEST_MESSAGE(difference);
    found = found || difference.find(change.named) != std::string::npos;
  }
  BOOST_TEST(found);
  BOOST_TEST(names(audit(store), "schema_differs", -1));
}

BOOST_DATA_TEST_CASE(what_the_planner_knows_is_no_difference, databases, kind) {
  store_under_test store(kind);
  fill(*store.connect());
  run_sql(store.url(), "ANALYZE");
  BOOST_TEST(audit(store).ok());
}

BOOST_AUTO_TEST_CASE(an_extension_s_views_are_no_difference) {
  store_under_test store(store_kind::postgres);
  run_sql(store.url(), "CREATE EXTENSION pg_stat_statements");
  BOOST_TEST(differences_of(store).empty());
}

BOOST_AUTO_TEST_CASE(a_table_that_cannot_be_read_any_more_is_damage_not_a_failure) {
  store_under_test store(store_kind::postgres);
  fill(*store.connect());
  run_sql(store.url(), "ALTER TABLE finding DROP COLUMN detail CASCADE");
  BOOST_TEST(names(audit(store), "schema_differs", -1));
  store_under_test other(store_kind::postgres);
  fill(*other.connect());
  run_sql(other.url(), "ALTER TABLE event ALTER COLUMN content_check TYPE text");
  BOOST_TEST(names(audit(other), "schema_differs", -1));
}

BOOST_AUTO_TEST_CASE(a_reader_s_rights_are_enough_to_verify) {
  store_under_test store(store_kind::postgres);
  fill(*store.connect());
  const auto role = "auditor_of_" + run_sql(store.url(), "SELECT current_database()");
  run_sql(store.url(), "CREATE ROLE " + role + " LOGIN IN ROLE aepro_reader");
  store_options options;
  options.url = store.url();
  options.url.replace(options.url.find("postgres@"), 9, role + "@");
  const auto database = value_of(make_store(options));
  const auto verified = [&] { return value_of(audit_store(*value_of(database->read()), {})); };
  BOOST_TEST(verified().ok());
  run_sql(store.url(), with_condition("score", "AND false"));
  BOOST_TEST(names(verified(), "schema_differs", -1));
  run_sql(store.url(), "REVOKE SELECT ON ledger_summary FROM " + role + ", aepro_reader");
  bool named = false;
  for (const auto& difference : value_of(value_of(database->read())->schema_differences()))
    named = named || difference.starts_with("view ledger_summary cannot be read");
  BOOST_TEST(named);
}

BOOST_AUTO_TEST_SUITE_END()
