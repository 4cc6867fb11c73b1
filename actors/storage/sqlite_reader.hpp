#pragma once

/// Adapter: reads a ledger from a SQLite file, inside one read transaction.

#include "actors/storage/ledger_reader.hpp"
#include "actors/storage/sqlite_connection.hpp"

namespace aepro {

/// Takes a snapshot with `connection`. Errors: as classified.
caf::expected<std::unique_ptr<ledger_reader>>
make_sqlite_reader(std::unique_ptr<sqlite_connection> connection);

} // namespace aepro
