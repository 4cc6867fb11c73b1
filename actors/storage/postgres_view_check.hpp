#pragma once

/// Compares a PostgreSQL view with the query that aepro makes it of, with reading rights only.

#include "actors/storage/postgres_connection.hpp"

#include <string>

namespace aepro {

/// Returns why the view `name`, which must exist, is not the one that `query` makes; empty: it is.
/// Errors: as classified; that the view cannot be read is none.
///
/// PostgreSQL keeps a view's query in a form of its own, which changes between versions. So the
/// server is asked to plan both: what reads the view, and the query itself. The same plan, with
/// every expression in it, the same names and types of columns: then the view is the query. Runs in
/// savepoints, inside a transaction.
caf::expected<std::string> postgres_view_difference(postgres_connection& connection,
                                                    const std::string& name,
                                                    const std::string& query);

} // namespace aepro
