#pragma once

/// A PostgreSQL database as a store's address.

#include "actors/storage/make_store.hpp"

namespace aepro {

/// Returns the database that `options.url` names; opens nothing yet.
std::unique_ptr<store_database> make_postgres_database(store_options options);

} // namespace aepro
