#pragma once

/// Adapter: what a SQLite store has to publish.

#include "actors/storage/publication_store.hpp"
#include "actors/storage/sqlite_connection.hpp"

#include <memory>

namespace aepro {

/// Takes a writing connection over. Every call gives up after `operation_timeout`.
std::unique_ptr<publication_store>
make_sqlite_publication(std::unique_ptr<sqlite_connection> connection,
                        std::chrono::milliseconds operation_timeout);

} // namespace aepro
