#pragma once

/// Adapter: a SQLite connection as a SQL session.

#include "actors/storage/make_store.hpp"
#include "actors/storage/sql_session.hpp"
#include "actors/storage/sqlite_connection.hpp"

namespace aepro {

/// Takes a writing connection over. The store's clock is `options.wall`.
std::unique_ptr<sql_session> make_sqlite_session(std::unique_ptr<sqlite_connection> connection,
                                                 const store_options& options);

} // namespace aepro
