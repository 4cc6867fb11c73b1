#include "actors/storage/make_store.hpp"

#include "actors/storage/make_store_error.hpp"
#include "actors/storage/memory_store.hpp"
#include "actors/storage/postgres_database.hpp"
#include "actors/storage/sqlite_database.hpp"

#include <fmt/format.h>

namespace aepro {

caf::expected<std::unique_ptr<store_database>> make_store(store_options options) {
  const std::string_view url = options.url;
  if (url.starts_with("sqlite:") && url.size() > 7) {
    std::string path(url.substr(7));
    return make_sqlite_database(std::move(path), std::move(options));
  }
  if (url.starts_with("postgresql://") || url.starts_with("postgres://"))
    return make_postgres_database(std::move(options));
  if (url == "memory:")
    return make_memory_database();
  return make_store_error(
      errc::invalid_settings,
      fmt::format("store '{}': write sqlite:PATH or postgresql://USER@HOST:PORT/DATABASE",
                  url.substr(0, url.find(':'))));
}

} // namespace aepro
