#pragma once

/// Adapter: a PostgreSQL connection as a SQL session.

#include "actors/storage/postgres_connection.hpp"
#include "actors/storage/sql_session.hpp"

namespace aepro {

/// Takes a connection over; after it broke every call fails with store_unavailable.
std::unique_ptr<sql_session> make_postgres_session(std::unique_ptr<postgres_connection> connection,
                                                   std::chrono::milliseconds operation_timeout);

} // namespace aepro
