#include "actors/storage/postgres_schema.hpp"

#include "actors/storage/make_store_error.hpp"
#include "actors/storage/postgres_values.hpp"
#include "actors/storage/schema/no_store.hpp"
#include "actors/storage/schema/views.hpp"
#include "actors/validation/rules/rule_table.hpp"

#include <fmt/format.h>

#include <array>
#include <cstdlib>

namespace aepro {

namespace {

// `event` has the fixed-width columns first, wide before narrow, so that no byte is padding.
// Segments are compressed already: EXTERNAL keeps PostgreSQL from trying again.
constexpr std::string_view tables_1 = R"sql(
CREATE TABLE schema_version (
  version integer PRIMARY KEY,
  applied_at timestamptz NOT NULL DEFAULT now()
);
CREATE TABLE stream (
  stream_id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  topic text NOT NULL,
  partition integer NOT NULL,
  UNIQUE (topic, partition)
);
CREATE TABLE partition_state (
  stream_id integer PRIMARY KEY REFERENCES stream,
  next_offset bigint NOT NULL,
  epoch bigint NOT NULL,
  accepted bigint NOT NULL DEFAULT 0,
  rejected bigint NOT NULL DEFAULT 0,
  duplicate bigint NOT NULL DEFAULT 0,
  conflict bigint NOT NULL DEFAULT 0,
  chain_head bytea NOT NULL CHECK (length(chain_head) = 32)
) WITH (fillfactor = 20);
CREATE TABLE ledger_segment (
  first_offset bigint NOT NULL,
  last_offset bigint NOT NULL,
  record_count bigint NOT NULL,
  stored_at bigint NOT NULL,
  stream_id integer NOT NULL,
  rules_version integer NOT NULL,
  chain_before bytea NOT NULL,
  chain_after bytea NOT NULL,
  decisions bytea NOT NULL,
  records bytea NOT NULL,
  PRIMARY KEY (stream_id, first_offset)
);
ALTER TABLE ledger_segment ALTER COLUMN records SET STORAGE EXTERNAL;
ALTER TABLE ledger_segment ALTER COLUMN decisions SET STORAGE EXTERNAL;
CREATE TABLE place (
  place_id bigint PRIMARY KEY,
  study text, site text
);
CREATE TABLE coding (
  coding_id bigint PRIMARY KEY,
  aellt text, aelltcd text, aedecod text, aeptcd text, aehlt text, aehltcd text, aehlgt text,
  aehlgtcd text, aebodsys text, aebdsycd text, aesoc text, aesoccd text, meddra_version text
);
CREATE TABLE circumstance (
  circumstance_id bigint PRIMARY KEY,
  aerel text, aecat text, aetox text, aeenrtpt text, suspect_product text, reporter text
);
CREATE TABLE form (
  form_id bigint PRIMARY KEY,
  instrument text, instrument_version text, visit text, visitnum text, language text,
  window_days text, link_ids text
);
CREATE TABLE event (
  content_check bigint NOT NULL,
  record_offset bigint NOT NULL,
  record_timestamp bigint NOT NULL,
  place_id bigint,
  coding_id bigint,
  circumstance_id bigint,
  form_id bigint,
  started_at bigint,
  completed_at bigint,
  received_at bigint,
  stream_id integer NOT NULL,
  flags integer NOT NULL,
  lateness_ms integer,
  version integer,
  status integer,
  start_date date,
  end_date date,
  planned_date date,
  aeseq integer,
  kind smallint NOT NULL,
  aesev smallint,
  aeout smallint,
  aeacn smallint,
  aetoxgr smallint,
  aestdy smallint,
  aeendy smallint,
  event_key uuid PRIMARY KEY,
  subject text,
  event_id text,
  report_id text,
  aeterm text,
  device_total text,
  answers text,
  scores text,
  other text
);
CREATE TABLE finding (
  record_offset bigint NOT NULL,
  stream_id integer NOT NULL,
  rule integer NOT NULL,
  variable text,
  detail text
);
CREATE TABLE alert (
  alert_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  record_offset bigint NOT NULL,
  record_timestamp bigint NOT NULL,
  stream_id integer NOT NULL,
  kind smallint NOT NULL,
  urgency smallint NOT NULL,
  event_key uuid NOT NULL,
  rule text NOT NULL,
  study text,
  site text,
  subject text,
  state text NOT NULL DEFAULT 'due',
  created_at timestamptz NOT NULL DEFAULT now()
);
CREATE TABLE dead_letter (
  record_offset bigint NOT NULL,
  record_timestamp bigint NOT NULL,
  stream_id integer NOT NULL,
  code smallint NOT NULL,
  reason text NOT NULL,
  published_at timestamptz,
  PRIMARY KEY (stream_id, record_offset)
);
CREATE TABLE conflict (
  record_offset bigint NOT NULL,
  record_timestamp bigint NOT NULL,
  first_offset bigint NOT NULL,
  stream_id integer NOT NULL,
  first_stream_id integer NOT NULL,
  kind smallint NOT NULL,
  event_key uuid NOT NULL,
  study text,
  site text,
  subject text,
  PRIMARY KEY (stream_id, record_offset)
);
CREATE TABLE subject (
  subject_key uuid NOT NULL,
  version integer NOT NULL,
  stream_id integer NOT NULL,
  record_offset bigint NOT NULL,
  record_timestamp bigint NOT NULL,
  bytes bytea NOT NULL,
  study text, site text, subject text, subjid text, rfstdtc text, rfendtc text, rfxstdtc text,
  rfxendtc text, rficdtc text, rfpendtc text, dthdtc text, dthfl text, siteid text, age text,
  ageu text, sex text, race text, ethnic text, armcd text, arm text, actarmcd text, actarm text,
  country text, dmdtc text, dmdy text, dsstdtc text, dsdecod text, time_zone text,
  PRIMARY KEY (subject_key, version)
);
CREATE TABLE rule (
  rules_version integer NOT NULL,
  rule integer NOT NULL,
  severity smallint NOT NULL,
  name text NOT NULL,
  variable text NOT NULL,
  text text NOT NULL,
  authority text NOT NULL,
  PRIMARY KEY (rules_version, rule)
);
)sql";

// What is published, and what decisions were made with. `dead_letter.published_at` was never
// filled: how far publication has come is in `publication`.
constexpr std::string_view tables_2 = R"sql(
CREATE TABLE store_identity (
  store_id text NOT NULL
);
INSERT INTO store_identity VALUES (replace(gen_random_uuid()::text, '-', ''));
CREATE TABLE publication (
  next_offset bigint NOT NULL,
  stream_id integer NOT NULL,
  purpose smallint NOT NULL,
  PRIMARY KEY (stream_id, purpose)
);
CREATE TABLE decide_options (
  digest bytea PRIMARY KEY CHECK (length(digest) = 32),
  text text NOT NULL
);
ALTER TABLE ledger_segment ADD COLUMN options bytea;
ALTER TABLE dead_letter DROP COLUMN published_at;
)sql";

constexpr std::array migrations{tables_1, tables_2};

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

// A node writes the ledger and never changes it; only a stream's state and its publication move.
constexpr std::string_view grant_roles = R"sql(
DO $$
BEGIN
  IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'aepro_node') THEN
    EXECUTE format('GRANT USAGE ON SCHEMA %I TO aepro_node', current_schema());
    EXECUTE format('GRANT SELECT ON ALL TABLES IN SCHEMA %I TO aepro_node', current_schema());
    GRANT INSERT ON stream, partition_state, ledger_segment, place, coding, circumstance, form,
      event, finding, alert, dead_letter, conflict, subject, publication, decide_options TO aepro_node;
    GRANT UPDATE ON partition_state, publication TO aepro_node;
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
                connection.name(), found, migrations.size()));
}

std::string rule_statement() {
  std::string statement;
  for (const auto& row : rule_table())
    statement += fmt::format("INSERT INTO rule (rules_version, rule, severity, name, variable, "
                             "text, authority) "
                             "VALUES ({}, {}, {}, {}, {}, {}, {}) ON CONFLICT DO NOTHING;",
                             rules_version, row.number, static_cast<int>(row.severity),
                             text_literal(row.name), text_literal(row.variable),
                             text_literal(row.text),
                             text_literal(row.authority));
  return statement;
}

caf::error apply(postgres_connection& connection, int found) {
  std::string statements;
  for (auto version = found; version < static_cast<int>(migrations.size()); ++version) {
    statements += migrations[static_cast<std::size_t>(version)];
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
  if (found != static_cast<int>(migrations.size()))
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

std::span<const std::string_view> postgres_migrations() {
  return migrations;
}

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

caf::error migrate_postgres(postgres_connection& connection) {
  const auto before = postgres_schema_version(connection);
  if (!before)
    return before.error();
  const auto current = is_up_to_date(connection, *before);
  if (!current)
    return current.error();
  if (*current)
    return {};
  if (auto locked = connection.run(fmt::format("BEGIN; {}", migration_lock)); !locked)
    return locked.error();
  const auto found = postgres_schema_version(connection); // Another node may have been first.
  caf::error failed;
  if (!found)
    failed = found.error();
  else if (*found > static_cast<int>(migrations.size()))
    failed = newer(connection, *found);
  else
    failed = apply_to_own(connection, *found);
  if (failed)
    connection.roll_back();
  return failed;
}

caf::error check_postgres_schema(postgres_connection& connection) {
  const auto found = postgres_schema_version(connection);
  if (!found)
    return found.error();
  if (*found == 0)
    return no_store(connection);
  const auto known = static_cast<int>(migrations.size());
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
