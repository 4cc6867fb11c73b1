#include "actors/storage/sqlite_schema.hpp"

#include "actors/storage/make_store_error.hpp"
#include "actors/storage/schema/no_store.hpp"
#include "actors/storage/schema/views.hpp"
#include "actors/validation/rules/rule_table.hpp"

#include <fmt/format.h>

#include <array>

namespace aepro {

namespace {

constexpr std::string_view tables_1 = R"sql(
CREATE TABLE schema_version (
  version INTEGER NOT NULL PRIMARY KEY,
  applied_at TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now'))
) STRICT;
CREATE TABLE stream (
  stream_id INTEGER PRIMARY KEY,
  topic TEXT NOT NULL,
  partition INTEGER NOT NULL,
  UNIQUE (topic, partition)
) STRICT;
CREATE TABLE partition_state (
  stream_id INTEGER PRIMARY KEY REFERENCES stream,
  next_offset INTEGER NOT NULL,
  epoch INTEGER NOT NULL,
  chain_head BLOB NOT NULL CHECK (length(chain_head) = 32),
  accepted INTEGER NOT NULL DEFAULT 0,
  rejected INTEGER NOT NULL DEFAULT 0,
  duplicate INTEGER NOT NULL DEFAULT 0,
  conflict INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE TABLE ledger_segment (
  stream_id INTEGER NOT NULL REFERENCES stream,
  first_offset INTEGER NOT NULL,
  last_offset INTEGER NOT NULL,
  record_count INTEGER NOT NULL,
  rules_version INTEGER NOT NULL,
  chain_before BLOB NOT NULL,
  chain_after BLOB NOT NULL,
  stored_at INTEGER NOT NULL,
  decisions BLOB NOT NULL,
  records BLOB NOT NULL,
  PRIMARY KEY (stream_id, first_offset)
) STRICT;
CREATE TABLE place (
  place_id INTEGER PRIMARY KEY,
  study TEXT, site TEXT
) STRICT;
CREATE TABLE coding (
  coding_id INTEGER PRIMARY KEY,
  aellt TEXT, aelltcd TEXT, aedecod TEXT, aeptcd TEXT, aehlt TEXT, aehltcd TEXT, aehlgt TEXT,
  aehlgtcd TEXT, aebodsys TEXT, aebdsycd TEXT, aesoc TEXT, aesoccd TEXT, meddra_version TEXT
) STRICT;
CREATE TABLE circumstance (
  circumstance_id INTEGER PRIMARY KEY,
  aerel TEXT, aecat TEXT, aetox TEXT, aeenrtpt TEXT, suspect_product TEXT, reporter TEXT
) STRICT;
CREATE TABLE form (
  form_id INTEGER PRIMARY KEY,
  instrument TEXT, instrument_version TEXT, visit TEXT, visitnum TEXT, language TEXT,
  window_days TEXT, link_ids TEXT
) STRICT;
CREATE TABLE event (
  event_key BLOB NOT NULL CHECK (length(event_key) = 16),
  stream_id INTEGER NOT NULL,
  record_offset INTEGER NOT NULL,
  record_timestamp INTEGER NOT NULL,
  content_check INTEGER NOT NULL,
  kind INTEGER NOT NULL,
  flags INTEGER NOT NULL,
  lateness_ms INTEGER,
  place_id INTEGER,
  subject TEXT,
  event_id TEXT,
  version INTEGER,
  status INTEGER,
  report_id TEXT,
  coding_id INTEGER,
  circumstance_id INTEGER,
  start_date INTEGER,
  end_date INTEGER,
  aeseq INTEGER,
  aesev INTEGER,
  aeout INTEGER,
  aeacn INTEGER,
  aetoxgr INTEGER,
  aestdy INTEGER,
  aeendy INTEGER,
  aeterm TEXT,
  form_id INTEGER,
  started_at INTEGER,
  completed_at INTEGER,
  received_at INTEGER,
  planned_date INTEGER,
  device_total TEXT,
  answers TEXT,
  scores TEXT,
  other TEXT,
  PRIMARY KEY (event_key)
) STRICT, WITHOUT ROWID;
CREATE TABLE finding (
  stream_id INTEGER NOT NULL,
  record_offset INTEGER NOT NULL,
  rule INTEGER NOT NULL,
  variable TEXT,
  detail TEXT
) STRICT;
CREATE TABLE alert (
  alert_id INTEGER PRIMARY KEY,
  stream_id INTEGER NOT NULL,
  record_offset INTEGER NOT NULL,
  record_timestamp INTEGER NOT NULL,
  event_key BLOB NOT NULL,
  kind INTEGER NOT NULL,
  rule TEXT NOT NULL,
  urgency INTEGER NOT NULL,
  study TEXT,
  site TEXT,
  subject TEXT,
  state TEXT NOT NULL DEFAULT 'due',
  created_at TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now'))
) STRICT;
CREATE TABLE dead_letter (
  stream_id INTEGER NOT NULL,
  record_offset INTEGER NOT NULL,
  record_timestamp INTEGER NOT NULL,
  code INTEGER NOT NULL,
  reason TEXT NOT NULL,
  published_at TEXT,
  PRIMARY KEY (stream_id, record_offset)
) STRICT, WITHOUT ROWID;
CREATE TABLE conflict (
  stream_id INTEGER NOT NULL,
  record_offset INTEGER NOT NULL,
  record_timestamp INTEGER NOT NULL,
  event_key BLOB NOT NULL,
  kind INTEGER NOT NULL,
  first_stream_id INTEGER NOT NULL,
  first_offset INTEGER NOT NULL,
  study TEXT,
  site TEXT,
  subject TEXT,
  PRIMARY KEY (stream_id, record_offset)
) STRICT, WITHOUT ROWID;
CREATE TABLE subject (
  subject_key BLOB NOT NULL,
  version INTEGER NOT NULL,
  stream_id INTEGER NOT NULL,
  record_offset INTEGER NOT NULL,
  record_timestamp INTEGER NOT NULL,
  bytes BLOB NOT NULL,
  study TEXT, site TEXT, subject TEXT, subjid TEXT, rfstdtc TEXT, rfendtc TEXT, rfxstdtc TEXT,
  rfxendtc TEXT, rficdtc TEXT, rfpendtc TEXT, dthdtc TEXT, dthfl TEXT, siteid TEXT, age TEXT,
  ageu TEXT, sex TEXT, race TEXT, ethnic TEXT, armcd TEXT, arm TEXT, actarmcd TEXT, actarm TEXT,
  country TEXT, dmdtc TEXT, dmdy TEXT, dsstdtc TEXT, dsdecod TEXT, time_zone TEXT,
  PRIMARY KEY (subject_key, version)
) STRICT, WITHOUT ROWID;
CREATE TABLE rule (
  rules_version INTEGER NOT NULL,
  rule INTEGER NOT NULL,
  name TEXT NOT NULL,
  severity INTEGER NOT NULL,
  variable TEXT NOT NULL,
  text TEXT NOT NULL,
  authority TEXT NOT NULL,
  PRIMARY KEY (rules_version, rule)
) STRICT, WITHOUT ROWID;
)sql";

// What is published, and what decisions were made with. `dead_letter.published_at` was never
// filled: how far publication has come is in `publication`.
constexpr std::string_view tables_2 = R"sql(
CREATE TABLE store_identity (
  store_id TEXT NOT NULL
) STRICT;
INSERT INTO store_identity VALUES (lower(hex(randomblob(16))));
CREATE TABLE publication (
  stream_id INTEGER NOT NULL,
  purpose INTEGER NOT NULL,
  next_offset INTEGER NOT NULL,
  PRIMARY KEY (stream_id, purpose)
) STRICT, WITHOUT ROWID;
CREATE TABLE decide_options (
  digest BLOB NOT NULL PRIMARY KEY CHECK (length(digest) = 32),
  text TEXT NOT NULL
) STRICT, WITHOUT ROWID;
ALTER TABLE ledger_segment ADD COLUMN options BLOB;
ALTER TABLE dead_letter DROP COLUMN published_at;
)sql";

constexpr std::array migrations{tables_1, tables_2};

caf::error apply(sqlite_connection& connection, int found) {
  for (auto version = found; version < static_cast<int>(migrations.size()); ++version) {
    if (auto failed = connection.run(std::string(migrations[static_cast<std::size_t>(version)])))
      return failed;
    if (auto failed = connection.run(
          fmt::format("INSERT INTO schema_version (version) VALUES ({})", version + 1)))
      return failed;
  }
  for (const auto& name : view_names())
    if (auto failed = connection.run("DROP VIEW IF EXISTS " + name))
      return failed;
  for (const auto& statement : view_statements(sql_dialect::sqlite))
    if (auto failed = connection.run(statement))
      return failed;
  return {};
}

caf::error write_rules(sqlite_connection& connection) {
  auto insert = connection.prepare("INSERT OR IGNORE INTO rule VALUES (?, ?, ?, ?, ?, ?, ?)");
  if (!insert)
    return insert.error();
  for (const auto& row : rule_table()) {
    insert->bind(1, std::int64_t{rules_version});
    insert->bind(2, std::int64_t{row.number});
    insert->bind_text(3, row.name);
    insert->bind(4, static_cast<std::int64_t>(row.severity));
    insert->bind_text(5, row.variable);
    insert->bind_text(6, row.text);
    insert->bind_text(7, row.authority);
    if (insert->step() != SQLITE_DONE)
      return connection.error("record the rules");
    insert->reset();
  }
  return {};
}

caf::error newer(const sqlite_connection& connection, int found) {
  return make_store_error(
    errc::store_broken,
    fmt::format("sqlite:{}: the schema has version {}, this program knows {}: use a newer aepro",
                connection.path(), found, migrations.size()));
}

// One statement, so that another node's migration is seen as a whole or not at all.
constexpr std::string_view other_tables = R"sql(
SELECT name FROM sqlite_schema
WHERE type IN ('table', 'view') AND name NOT LIKE 'sqlite!_%' ESCAPE '!'
AND (NOT EXISTS (SELECT 1 FROM sqlite_schema WHERE name = 'schema_version')
  OR NOT EXISTS (SELECT 1 FROM sqlite_schema WHERE name IN ('ledger_segment', 'partition_state')))
ORDER BY name)sql";

/// Returns the tables of a file that holds no aepro store.
caf::expected<std::vector<std::string>> find_other_tables(sqlite_connection& connection) {
  auto select = connection.prepare(other_tables);
  if (!select)
    return select.error();
  std::vector<std::string> names;
  int code;
  while ((code = select->step()) == SQLITE_ROW)
    names.emplace_back(select->bytes(0));
  if (code != SQLITE_DONE)
    return connection.error("read the schema");
  return names;
}

caf::error no_store(sqlite_connection& connection, std::span<const std::string> others) {
  return make_store_error(errc::store_broken, no_store_text("sqlite:" + connection.path(), others));
}

} // namespace

std::span<const std::string_view> sqlite_migrations() {
  return migrations;
}

caf::expected<std::string> sqlite_store_id(sqlite_connection& connection) {
  auto select = connection.prepare("SELECT store_id FROM store_identity");
  if (!select)
    return select.error();
  if (select->step() != SQLITE_ROW)
    return connection.error("read the store's identity");
  return std::string(select->bytes(0));
}

caf::expected<int> sqlite_schema_version(sqlite_connection& connection) {
  auto exists = connection.prepare(
    "SELECT 1 WHERE EXISTS (SELECT 1 FROM sqlite_schema WHERE name = 'schema_version') AND EXISTS "
    "(SELECT 1 FROM sqlite_schema WHERE name IN ('ledger_segment', 'partition_state'))");
  if (!exists)
    return exists.error();
  const auto code = exists->step();
  if (code == SQLITE_DONE)
    return 0;
  if (code != SQLITE_ROW)
    return connection.error("read the schema");
  auto version = connection.prepare("SELECT coalesce(max(version), 0) FROM schema_version");
  if (!version)
    return version.error();
  if (version->step() != SQLITE_ROW)
    return connection.error("read the schema's version");
  return static_cast<int>(version->number(0));
}

static caf::expected<bool> is_up_to_date(sqlite_connection& connection) {
  const auto found = sqlite_schema_version(connection);
  if (!found)
    return found.error();
  if (*found != static_cast<int>(migrations.size()))
    return false;
  auto recorded = connection.prepare(
    fmt::format("SELECT count(*) FROM rule WHERE rules_version = {}", rules_version));
  if (!recorded)
    return recorded.error();
  if (recorded->step() != SQLITE_ROW)
    return connection.error("read the rules");
  return recorded->number(0) == static_cast<std::int64_t>(rule_table().size());
}

caf::error migrate_sqlite(sqlite_connection& connection) {
  const auto current = is_up_to_date(connection);
  if (!current)
    return current.error();
  if (*current)
    return {};
  const auto others = find_other_tables(connection);
  if (!others)
    return others.error();
  if (!others->empty())
    return no_store(connection, *others); // Before all writing, of the journal's mode included.
  if (auto failed = connection.run("PRAGMA journal_mode = WAL; BEGIN IMMEDIATE"))
    return failed;
  const auto found = sqlite_schema_version(connection);
  caf::error failed;
  if (!found)
    failed = found.error();
  else if (*found > static_cast<int>(migrations.size()))
    failed = newer(connection, *found);
  else if (!(failed = apply(connection, *found)))
    failed = write_rules(connection);
  if (!failed)
    failed = connection.run("COMMIT");
  if (failed)
    sqlite3_exec(connection.handle(), "ROLLBACK", nullptr, nullptr, nullptr);
  return failed;
}

caf::error check_sqlite_schema(sqlite_connection& connection) {
  const auto found = sqlite_schema_version(connection);
  if (!found)
    return found.error();
  if (*found == 0) {
    const auto others = find_other_tables(connection);
    return others ? no_store(connection, *others) : others.error();
  }
  const auto known = static_cast<int>(migrations.size());
  if (*found > known)
    return newer(connection, *found);
  if (*found < known)
    return make_store_error(
      errc::store_broken,
      fmt::format("sqlite:{}: the schema has version {}, this program needs {}: run aepro migrate",
                  connection.path(), *found, known));
  return {};
}

} // namespace aepro
