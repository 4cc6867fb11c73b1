#pragma once

/// The store of the settings, for commands that read it.

#include "actors/storage/make_store.hpp"
#include "config/settings.hpp"

namespace aepro {

/// Returns the database of the settings. Errors: invalid_settings, saying what to do.
caf::expected<std::unique_ptr<store_database>> open_store_of(const settings& values);

} // namespace aepro
