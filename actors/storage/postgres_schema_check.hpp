#pragma once

/// Compares a PostgreSQL schema with the one that a fresh migration makes.

#include "actors/storage/postgres_connection.hpp"

#include <string>
#include <vector>

namespace aepro {

/// Returns a text for each thing that is missing, changed or beside what `migrate_postgres` makes:
/// tables, columns, constraints, indexes, triggers, rules, views. Only reads, inside a transaction
/// or not; the role aepro_reader is enough. Tables of extensions are none of ours. Errors: as
/// classified.
caf::expected<std::vector<std::string>>
postgres_schema_differences(postgres_connection& connection);

} // namespace aepro
