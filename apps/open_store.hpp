#pragma once

/// The store of the settings, for commands that read or write it.

#include "actors/storage/make_store.hpp"
#include "config/settings.hpp"

namespace aepro {

/// What a node's store shares with its other parts.
struct store_sharing {
  call_limit_ptr limit = no_call_limit(); ///< Ends every call.
  std::shared_ptr<store_clock> clock;     ///< Null: the store makes its own.
};

/// Returns the database of the settings. Errors: invalid_settings, saying what to do.
caf::expected<std::unique_ptr<store_database>> open_store_of(const settings& values,
                                                             store_sharing shared = {});

/// Returns the clock that a store of these settings compares with the node's.
std::shared_ptr<store_clock> store_clock_of(const settings& values);

/// Returns why a node cannot keep its store where the settings say, which a person must mend before
/// anything starts; no error where all is well, or may become so. Errors: invalid_settings,
/// store_broken.
caf::error check_store_place(const settings& values);

} // namespace aepro
