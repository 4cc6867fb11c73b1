#pragma once

/// Compares a SQLite file's schema with the one that a fresh migration makes.

#include "actors/storage/sqlite_connection.hpp"

#include <string>
#include <vector>

namespace aepro {

/// Returns a text for each table, index, trigger or view that is missing, changed or beside what
/// `migrate_sqlite` makes. Makes a database in memory to compare with; writes nothing. What ANALYZE
/// leaves is none. Errors: as classified.
caf::expected<std::vector<std::string>> sqlite_schema_differences(sqlite_connection& connection);

} // namespace aepro
