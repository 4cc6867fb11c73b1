#include "actors/storage/sqlite_schema_check.hpp"

#include "actors/storage/sqlite_schema.hpp"

#include <fmt/format.h>

#include <map>

namespace aepro {

namespace {

/// By type and name: the table that it belongs to, and the statement that made it (none: made by
/// itself).
using schema_objects = std::map<std::string, std::string>;

caf::expected<schema_objects> read_objects(sqlite_connection& connection) {
  auto select = connection.prepare("SELECT type || ' ' || name, 'on ' || tbl_name || ': ' || "
                                   "coalesce(sql, '') FROM sqlite_schema "
                                   "WHERE name NOT LIKE 'sqlite!_stat%' ESCAPE '!'");
  if (!select)
    return select.error();
  schema_objects objects;
  int code;
  while ((code = select->step()) == SQLITE_ROW)
    objects.emplace(select->bytes(0), select->bytes(1));
  if (code != SQLITE_DONE)
    return connection.error("read the schema");
  return objects;
}

caf::expected<schema_objects> fresh_objects() {
  auto memory = sqlite_connection::open(":memory:", sqlite_connection::mode::create);
  if (!memory)
    return memory.error();
  if (auto failed = migrate_sqlite(**memory))
    return failed;
  return read_objects(**memory);
}

} // namespace

caf::expected<std::vector<std::string>> sqlite_schema_differences(sqlite_connection& connection) {
  const auto found = read_objects(connection);
  if (!found)
    return found.error();
  const auto expected = fresh_objects();
  if (!expected)
    return expected.error();
  std::vector<std::string> differences;
  for (const auto& [name, text] : *expected)
    if (const auto object = found->find(name); object == found->end())
      differences.push_back(name + " is missing");
    else if (object->second != text)
      differences.push_back(name + " is not as aepro makes it");
  for (const auto& [name, text] : *found)
    if (!expected->contains(name))
      differences.push_back(name + " was not made by aepro");
  return differences;
}

} // namespace aepro
