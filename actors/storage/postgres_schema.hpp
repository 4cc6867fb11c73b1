#pragma once

/// PostgreSQL's schema as numbered steps. A step that was released never changes: a new one follows
/// it.

#include "actors/storage/postgres_connection.hpp"

#include <span>
#include <string>
#include <string_view>

namespace aepro {

/// Statements of each step, in order; step i (from 0) leads to version i + 1.
std::span<const std::string_view> postgres_migrations();

/// Returns the version found in the database: 0 where there is no aepro store. Errors: as
/// classified.
caf::expected<int> postgres_schema_version(postgres_connection& connection);

/// Returns the id that the store got when its schema was made.
caf::expected<std::string> postgres_store_id(postgres_connection& connection);

/// Brings the schema to the newest version, views, rule table and roles included. Safe on several
/// nodes at once. Errors: store_broken where it is newer than this program knows, others have
/// tables there and aepro has none, or a permission is missing; as classified.
caf::error migrate_postgres(postgres_connection& connection);

/// Returns no error where the schema is the one that this program knows; else store_broken with a
/// remedy.
caf::error check_postgres_schema(postgres_connection& connection);

} // namespace aepro
