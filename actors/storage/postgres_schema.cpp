#include "actors/storage/postgres_schema.hpp"

#include "actors/storage/make_store_error.hpp"
#include "actors/storage/postgres_values.hpp"
#include "actors/storage/schema/no_store.hpp"
#include "actors/storage/schema/views.hpp"
#include "actors/validation/rules/rule_table.hpp"

#include <fmt/format.h>

#include <cstdlib>

namespace aepro {

namespace {

int newest_version() {
  return static_cast<int>(postgres_migrations().size());
}

// One transaction at a time migrates; the number is arbitrary but fixed.
constexpr std::string_view migration_lock = "SELECT pg_advisory_xact_lock(7461233085120521)";

// Roles belong to the cluster: they may exist already, and creating them may not be ours to do.
constexpr std::string_view create_roles = R"sql(
DO $$
DECLARE role_name text;
BEGIN
  IF (SELECT rolsuper OR rolcreaterole FROM pg_roles WHERE rolname = current_user) THEN
    FOREACH role_name IN ARRAY ARRAY['aepro_node', 'aepro_reader'] LOOP
      IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = role_name) THEN
        BEGIN
          EXECUTE format('CREATE ROLE %I NOLOGIN', role_name);
        EXCEPTION WHEN duplicate_object OR unique_violation THEN
          NULL; -- another database's migration was faster
        END;
      END IF;
    END LOOP;
  END IF;
END $$)sql";

// A node writes the ledger and never changes it; only a stream's state, its publication,
// notifications, mutes, clocks and what forms are compared with move.
constexpr std::string_view grant_roles = R"sql(
DO $$
BEGIN
  IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'aepro_node') THEN
    EXECUTE format('GRANT USAGE ON SCHEMA %I TO aepro_node', current_schema());
    EXECUTE format('GRANT SELECT ON ALL TABLES IN SCHEMA %I TO aepro_node', current_schema());
    GRANT INSERT ON stream, partition_state, ledger_segment, place, coding, circumstance, form,
      event, finding, alert, dead_letter, conflict, subject, publication, decide_options,
      notification, notification_attempt, notification_mute, operator_action, regulatory_case, case_version,
      regulatory_clock, form_history, reviewed_form TO aepro_node;
    GRANT UPDATE ON partition_state, publication, notification, notification_mute, regulatory_case,
      regulatory_clock, review_scope, form_history, reviewed_form TO aepro_node;
    GRANT DELETE ON reviewed_form TO aepro_node;
  END IF;
  IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'aepro_reader') THEN
    EXECUTE format('GRANT USAGE ON SCHEMA %I TO aepro_reader', current_schema());
    EXECUTE format('GRANT SELECT ON ALL TABLES IN SCHEMA %I TO aepro_reader', current_schema());
  END IF;
END $$)sql";

caf::error newer(const postgres_connection& connection, int found) {
  return make_store_error(
      errc::store_broken,
      fmt::format("{}: the schema has version {}, this program knows {}: use a newer aepro",
                  connection.name(), found, newest_version()));
}

std::string rule_statement() {
  std::string statement;
  for (const auto& row : rule_table())
    statement += fmt::format("INSERT INTO rule (rules_version, rule, severity, name, variable, "
                             "text, authority) "
                             "VALUES ({}, {}, {}, {}, {}, {}, {}) ON CONFLICT DO NOTHING;",
                             rules_version, row.number, static_cast<int>(row.severity),
                             text_literal(row.name), text_literal(row.variable),
                             text_literal(row.text), text_literal(row.authority));
  return statement;
}

caf::error apply(postgres_connection& connection, int found) {
  std::string statements;
  for (auto version = found; version < newest_version(); ++version) {
    statements += postgres_migrations()[static_cast<std::size_t>(version)];
    statements += fmt::format("INSERT INTO schema_version (version) VALUES ({});", version + 1);
  }
  for (const auto& name : view_names())
    statements += "DROP VIEW IF EXISTS " + name + ";";
  for (const auto& view : view_statements(sql_dialect::postgres))
    statements += view + ";";
  statements += rule_statement();
  statements += create_roles;
  statements += ";";
  statements += grant_roles;
  statements += "; COMMIT";
  auto done = connection.run(statements);
  return done ? caf::error{} : std::move(done.error());
}

caf::expected<bool> is_up_to_date(postgres_connection& connection, int found) {
  if (found != newest_version())
    return false;
  auto recorded = connection.run(
      fmt::format("SELECT count(*) FROM rule WHERE rules_version = {}", rules_version));
  if (!recorded)
    return recorded.error();
  return std::atoi(PQgetvalue(recorded->get(), 0, 0)) == static_cast<int>(rule_table().size());
}

// One statement, so that another node's migration is seen as a whole or not at all.
constexpr std::string_view other_tables = R"sql(
SELECT relname FROM pg_class c
WHERE relkind IN ('r', 'p', 'v', 'm', 'f')
AND relnamespace = (SELECT oid FROM pg_namespace WHERE nspname = current_schema())
AND NOT EXISTS (SELECT FROM pg_depend d
  WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e')
AND (to_regclass('schema_version') IS NULL
  OR to_regclass('ledger_segment') IS NULL AND to_regclass('partition_state') IS NULL)
ORDER BY relname)sql";

/// Returns the tables of a schema that holds no aepro store.
caf::expected<std::vector<std::string>> find_other_tables(postgres_connection& connection) {
  const auto rows = connection.run(std::string(other_tables));
  if (!rows)
    return rows.error();
  std::vector<std::string> names;
  for (int i = 0; i < PQntuples(rows->get()); ++i)
    names.emplace_back(field(rows->get(), i, 0));
  return names;
}

caf::error no_store(postgres_connection& connection) {
  const auto others = find_other_tables(connection);
  return others ? make_store_error(errc::store_broken, no_store_text(connection.name(), *others))
                : others.error();
}

/// Makes the tables where there is room for them: an aepro store's, or nobody's.
caf::error apply_to_own(postgres_connection& connection, int found) {
  if (found == 0) {
    const auto others = find_other_tables(connection);
    if (!others)
      return others.error();
    if (!others->empty())
      return make_store_error(errc::store_broken, no_store_text(connection.name(), *others));
  }
  return apply(connection, found);
}

} // namespace

caf::expected<std::string> postgres_store_id(postgres_connection& connection) {
  auto rows = connection.run("SELECT store_id FROM store_identity");
  if (!rows)
    return rows.error();
  if (PQntuples(rows->get()) != 1)
    return make_store_error(errc::store_broken, connection.name() + ": store_identity has not one "
                                                                    "row");
  return std::string(field(rows->get(), 0, 0));
}

caf::expected<int> postgres_schema_version(postgres_connection& connection) {
  auto exists = connection.run(
      "SELECT to_regclass('schema_version') IS NOT NULL AND (to_regclass('ledger_segment') IS NOT "
      "NULL OR to_regclass('partition_state') IS NOT NULL)"); // Others have a schema_version, too.
  if (!exists)
    return exists.error();
  if (std::string_view(PQgetvalue(exists->get(), 0, 0)) != "t")
    return 0;
  auto version = connection.run("SELECT coalesce(max(version), 0) FROM schema_version");
  if (!version)
    return version.error();
  return std::atoi(PQgetvalue(version->get(), 0, 0));
}

namespace {

caf::error try_to_migrate(postgres_connection& connection) {
  const auto before = postgres_schema_version(connection);
  if (!before)
    return before.error();
  const auto current = is_up_to_date(connection, *before);
  if (!current)
    return current.error();
  if (*current)
    return {};
  if (auto locked =
          connection.run(fmt::format("BEGIN; {}; SET LOCAL lock_timeout = '2s'", migration_lock));
      !locked)
    return locked.error();
  const auto found = postgres_schema_version(connection); // Another node may have been first.
  caf::error failed;
  if (!found)
    failed = found.error();
  else if (*found > newest_version())
    failed = newer(connection, *found);
  else
    failed = apply_to_own(connection, *found);
  if (failed)
    connection.roll_back();
  return failed;
}

} // namespace

/// Who reads a table for long holds the migration up, which must not hold everybody else up: behind
/// a waiting ALTER TABLE all wait. So it waits two seconds at most, lets others by, and tries
/// again.
caf::error migrate_postgres(postgres_connection& connection) {
  const auto deadline = connection.deadline();
  while (true) {
    auto failed = try_to_migrate(connection);
    if (!failed || connection.last_sqlstate() != lock_not_available ||
        std::chrono::steady_clock::now() >= deadline)
      return failed;
    connection.set_deadline(deadline);
    if (auto waited = connection.run("SELECT pg_sleep(1)"); !waited)
      return waited.error();
  }
}

caf::error check_postgres_schema(postgres_connection& connection) {
  const auto found = postgres_schema_version(connection);
  if (!found)
    return found.error();
  if (*found == 0)
    return no_store(connection);
  const auto known = newest_version();
  if (*found > known)
    return newer(connection, *found);
  if (*found < known)
    return make_store_error(
        errc::store_broken,
        fmt::format("{}: the schema has version {}, this program needs {}: run aepro migrate",
                    connection.name(), *found, known));
  return {};
}

} // namespace aepro
