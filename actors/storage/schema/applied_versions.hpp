#pragma once

/// When the schema's versions were applied, and what follows from it. Pure.

#include "messages/record.hpp"

#include <optional>

namespace aepro {

/// Since the schema's version 2 segments name the decide options that they were made with. Takes
/// when versions 1 and 2 were applied; nothing: not known. Returns since when, or nothing where the
/// store never was without: both were applied together, by one migration.
inline std::optional<unix_milliseconds> options_since_of(std::optional<unix_milliseconds> first,
                                                         std::optional<unix_milliseconds> second) {
  // SQLite's clock goes on inside a transaction.
  constexpr unix_milliseconds one_migration_ms = 1'000;
  if (!first || !second || *second - *first <= one_migration_ms)
    return std::nullopt;
  return second;
}

} // namespace aepro
