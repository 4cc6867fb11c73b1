#pragma once

/// Adapter for tests and dry runs: a store that is gone with the process.

#include "actors/storage/make_store.hpp"

namespace aepro {

/// Returns an empty database; all its connections see the same data. It has no ledger reader.
std::unique_ptr<store_database> make_memory_database();

} // namespace aepro
