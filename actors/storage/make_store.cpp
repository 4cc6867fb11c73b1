#include "actors/storage/make_store.hpp"

#include "actors/storage/make_store_error.hpp"
#include "actors/storage/memory_store.hpp"
#include "actors/storage/sqlite_database.hpp"

#include <fmt/format.h>

namespace aepro {

caf::expected<std::unique_ptr<store_database>> make_store_database(store_options options) {
  const std::string_view url = options.url;
  if (url.starts_with("sqlite:") && url.size() > 7)
    return make_sqlite_database(std::string(url.substr(7)), std::move(options));
  if (url == "memory:")
    return make_memory_database();
  return make_store_error(
    errc::invalid_settings,
    fmt::format("store '{}': write sqlite:PATH or postgresql://USER@HOST:PORT/DATABASE",
                url.substr(0, url.find(':'))));
}

caf::expected<std::unique_ptr<event_store>> make_store(const store_options& options) {
  auto database = make_store_database(options);
  if (!database)
    return database.error();
  if (options.migrate_on_open)
    if (const auto migrated = (*database)->migrate(); !migrated)
      return migrated.error();
  return (*database)->connect();
}

} // namespace aepro
