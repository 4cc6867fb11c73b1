#pragma once

/// A SQLite file as a store's address.

#include "actors/storage/make_store.hpp"

namespace aepro {

/// Returns the database at `path`; opens nothing yet.
std::unique_ptr<store_database> make_sqlite_database(std::string path, store_options options);

} // namespace aepro
