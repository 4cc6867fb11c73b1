#pragma once

/// Adapter: what a PostgreSQL store has to publish.

#include "actors/storage/postgres_connection.hpp"
#include "actors/storage/publication_store.hpp"

#include <memory>

namespace aepro {

/// Takes a connection over; after it broke every call fails with store_unavailable. Every call
/// gives up after `operation_timeout`.
std::unique_ptr<publication_store>
make_postgres_publication(std::unique_ptr<postgres_connection> connection,
                          std::chrono::milliseconds operation_timeout);

} // namespace aepro
