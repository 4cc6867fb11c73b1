#include "actors/storage/postgres_schema_check.hpp"

#include "actors/storage/postgres_tables.hpp"
#include "actors/storage/postgres_values.hpp"
#include "actors/storage/postgres_view_check.hpp"
#include "actors/storage/schema/views.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

namespace aepro {

namespace {

// Every fact as two texts: the relation, and something of it. Words and definitions that PostgreSQL
// has kept over its versions; what it has changed (NOT NULL as a constraint, a view's text) is left
// out here.
constexpr std::string_view facts_query = R"sql(
WITH ours AS (
  SELECT c.* FROM pg_class c
  WHERE relkind IN ('r', 'p', 'v', 'm', 'f') AND relnamespace = (
    SELECT relnamespace FROM pg_class WHERE oid = to_regclass('schema_version'))
  AND NOT EXISTS (SELECT FROM pg_depend d
    WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e'))
SELECT relname::text, concat(
  CASE relkind WHEN 'r' THEN 'table' WHEN 'v' THEN 'view' WHEN 'm' THEN 'materialized view'
    WHEN 'p' THEN 'partitioned table' ELSE 'foreign table' END,
  CASE WHEN relpersistence <> 'p' THEN ', unlogged' END,
  CASE WHEN relrowsecurity THEN ', with row security' END,
  CASE WHEN relkind = 'v' AND reloptions IS NOT NULL THEN ', with options' END,
  CASE WHEN EXISTS (SELECT FROM pg_inherits WHERE ours.oid IN (inhparent, inhrelid))
    THEN ', with inheritance' END)
FROM ours
UNION ALL
SELECT relname::text, concat(attname, ' ', format_type(atttypid, atttypmod),
  CASE WHEN attnotnull THEN ' NOT NULL' END, CASE WHEN attidentity <> '' THEN ' IDENTITY' END,
  CASE WHEN attgenerated <> '' THEN ' GENERATED' END, ' DEFAULT ' || pg_get_expr(adbin, adrelid))
FROM ours JOIN pg_attribute ON attrelid = ours.oid AND attnum > 0 AND NOT attisdropped
LEFT JOIN pg_attrdef ON adrelid = attrelid AND adnum = attnum
WHERE relkind <> 'v'
UNION ALL
SELECT relname::text, pg_get_constraintdef(k.oid)
FROM ours JOIN pg_constraint k ON conrelid = ours.oid WHERE contype NOT IN ('n', 't')
UNION ALL
SELECT relname::text, 'index ' || indexrelid::regclass::text
FROM ours JOIN pg_index i ON indrelid = ours.oid
WHERE NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = indexrelid)
UNION ALL
SELECT relname::text, 'invalid index ' || indexrelid::regclass::text
FROM ours JOIN pg_index ON indrelid = ours.oid WHERE NOT indisvalid
UNION ALL
SELECT relname::text, concat(CASE WHEN tgisinternal THEN 'disabled ' END, 'trigger ', tgname)
FROM ours JOIN pg_trigger ON tgrelid = ours.oid WHERE NOT tgisinternal OR tgenabled <> 'O'
UNION ALL
SELECT relname::text, 'rule ' || rulename
FROM ours JOIN pg_rewrite ON ev_class = ours.oid WHERE rulename <> '_RETURN')sql";

using fact = std::pair<std::string, std::string>;

/// Each view's query, by name.
std::vector<std::pair<std::string, std::string>> view_queries() {
  std::vector<std::pair<std::string, std::string>> queries;
  const auto names = view_names();
  const auto statements = view_statements(sql_dialect::postgres);
  for (std::size_t i = 0; i < names.size(); ++i)
    queries.emplace_back(names[i],
                         statements[i].substr(fmt::format("CREATE VIEW {} AS ", names[i]).size()));
  return queries;
}

std::set<fact> expected_facts() {
  std::set<fact> facts;
  for (const auto& [table, definition] : postgres_tables())
    facts.emplace(table, definition);
  for (const auto& name : view_names())
    facts.emplace(name, "view");
  return facts;
}

caf::expected<std::set<fact>> stored_facts(postgres_connection& connection) {
  const auto rows = connection.run(std::string(facts_query));
  if (!rows)
    return rows.error();
  std::set<fact> facts;
  for (int i = 0; i < PQntuples(rows->get()); ++i)
    facts.emplace(field(rows->get(), i, 0), field(rows->get(), i, 1));
  return facts;
}

bool has_relation(const std::set<fact>& facts, const std::string& name) {
  const auto next = facts.lower_bound({name, ""});
  return next != facts.end() && next->first == name;
}

/// A relation that is missing or strange as a whole is named once.
std::vector<std::string> compare_facts(const std::set<fact>& expected,
                                       const std::set<fact>& found) {
  std::set<std::string> differences;
  for (const auto& [relation, text] : expected)
    if (!has_relation(found, relation))
      differences.insert(relation + " is missing");
    else if (!found.contains({relation, text}))
      differences.insert(fmt::format("{}: missing or changed: {}", relation, text));
  for (const auto& [relation, text] : found)
    if (!has_relation(expected, relation))
      differences.insert(relation + " was not made by aepro");
    else if (!expected.contains({relation, text}))
      differences.insert(fmt::format("{}: not made by aepro: {}", relation, text));
  return {differences.begin(), differences.end()};
}

} // namespace

caf::expected<std::vector<std::string>>
postgres_schema_differences(postgres_connection& connection) {
  const auto found = stored_facts(connection);
  if (!found)
    return found.error();
  auto differences = compare_facts(expected_facts(), *found);
  for (const auto& [name, query] : view_queries()) {
    if (!found->contains({name, "view"}))
      continue; // Named already.
    auto difference = postgres_view_difference(connection, name, query);
    if (!difference)
      return std::move(difference.error());
    if (!difference->empty())
      differences.push_back(fmt::format("view {} {}", name, *difference));
  }
  return differences;
}

} // namespace aepro
