#pragma once

/// Adapter: reads a ledger from PostgreSQL, inside one read-only snapshot.

#include "actors/storage/ledger_reader.hpp"
#include "actors/storage/postgres_connection.hpp"

namespace aepro {

/// Takes a snapshot with `connection`. Errors: as classified.
caf::expected<std::unique_ptr<ledger_reader>>
make_postgres_reader(std::unique_ptr<postgres_connection> connection,
                     std::chrono::milliseconds operation_timeout);

} // namespace aepro
