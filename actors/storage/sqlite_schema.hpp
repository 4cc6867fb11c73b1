#pragma once

/// SQLite's schema as numbered steps. A step that was released never changes: a new one follows it.

#include "actors/storage/sqlite_connection.hpp"

#include <span>
#include <string>
#include <string_view>

namespace aepro {

/// Statements of each step, in order; step i (from 0) leads to version i + 1.
std::span<const std::string_view> sqlite_migrations();

/// Returns the version found in the file: 0 where there is no aepro store. Errors: as classified.
caf::expected<int> sqlite_schema_version(sqlite_connection& connection);

/// Returns the id that the store got when its schema was made.
caf::expected<std::string> sqlite_store_id(sqlite_connection& connection);

/// Brings the schema to the newest version, views and rule table included.
/// Errors: store_broken where it is newer than this program knows, or others have tables there and
/// aepro has none; as classified.
caf::error migrate_sqlite(sqlite_connection& connection);

/// Returns no error where the schema is the one that this program knows; else store_broken with a
/// remedy.
caf::error check_sqlite_schema(sqlite_connection& connection);

} // namespace aepro
