#include "actors/storage/sqlite_schema.hpp"

#include "actors/storage/make_store_error.hpp"
#include "actors/storage/schema/no_store.hpp"
#include "actors/storage/schema/views.hpp"
#include "actors/validation/rules/rule_table.hpp"

#include <fmt/format.h>

namespace aepro {

namespace {

int newest_version() {
  return static_cast<int>(sqlite_migrations().size());
}

caf::error apply(sqlite_connection& connection, int found) {
  for (auto version = found; version < newest_version(); ++version) {
    const auto& step = sqlite_migrations()[static_cast<std::size_t>(version)];
    if (auto failed = connection.run(std::string(step)))
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
                  connection.path(), found, newest_version()));
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
      "SELECT 1 WHERE EXISTS (SELECT 1 FROM sqlite_schema WHERE name = 'schema_version') AND "
      "EXISTS "
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
  if (*found != newest_version())
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
  else if (*found > newest_version())
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
  const auto known = newest_version();
  if (*found > known)
    return newer(connection, *found);
  if (*found < known)
    return make_store_error(
        errc::store_broken,
        fmt::format(
            "sqlite:{}: the schema has version {}, this program needs {}: run aepro migrate",
            connection.path(), *found, known));
  return {};
}

} // namespace aepro
