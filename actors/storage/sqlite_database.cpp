#include "actors/storage/sqlite_database.hpp"

#include "actors/storage/make_store_error.hpp"
#include "actors/storage/sql_clocks.hpp"
#include "actors/storage/sql_notifications.hpp"
#include "actors/storage/sql_reviews.hpp"
#include "actors/storage/sqlite_place.hpp"
#include "actors/storage/sqlite_publication.hpp"
#include "actors/storage/sqlite_reader.hpp"
#include "actors/storage/sqlite_schema.hpp"
#include "actors/storage/sqlite_session.hpp"
#include "actors/storage/sqlite_store.hpp"

#include <fmt/format.h>

namespace aepro {

namespace {

using steady = std::chrono::steady_clock;

/// Opens `path` to read it, also where SQLite cannot write beside it. A first look at the schema
/// tells whether SQLite can read the file at all: opening it does not.
caf::expected<std::unique_ptr<sqlite_connection>> open_reader(const std::string& path) {
  auto usual = sqlite_connection::open(path, sqlite_connection::mode::read);
  if (!usual)
    return usual;
  const auto version = sqlite_schema_version(**usual);
  if (version ||
      (version.error() != errc::store_unavailable && version.error() != errc::store_full))
    return usual;
  const auto place = look_at_sqlite_place(path);
  switch (choose_sqlite_reading(place)) {
    case sqlite_reading::as_usual: return version.error();
    case sqlite_reading::immutable:
      return sqlite_connection::open(path, sqlite_connection::mode::immutable);
    case sqlite_reading::refused: break;
  }
  return make_store_error(
      errc::store_broken,
      fmt::format("sqlite:{0}: its newest transactions are in {0}-wal ({1} bytes), which SQLite "
                  "cannot read in a folder "
                  "that cannot be written; copy both files into one that can, and read the copy",
                  path, place.wal_bytes));
}

class sqlite_database final : public store_database {
public:
  sqlite_database(std::string path, store_options options)
      : path_(std::move(path)), options_(std::move(options)) {}

  caf::error check_place() const override {
    const auto trouble = find_sqlite_place_trouble(path_);
    return trouble.empty() ? caf::error{}
                           : make_store_error(errc::store_broken, name() + ": " + trouble);
  }

  caf::expected<std::unique_ptr<event_store>> connect() override {
    auto connection =
        sqlite_connection::open(path_, sqlite_connection::mode::write, options_.limit);
    if (!connection)
      return connection.error();
    (*connection)->set_deadline(steady::now() + options_.connect_timeout);
    if (auto failed = (*connection)
                          ->run("PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; "
                                "PRAGMA cache_size = -32768; PRAGMA temp_store = MEMORY; "
                                "PRAGMA wal_autocheckpoint = 4000"))
      return failed;
    if (auto failed = check_sqlite_schema(**connection))
      return failed;
    auto store = std::make_unique<sqlite_store>(std::move(*connection), options_);
    if (auto failed = store->prepare())
      return failed;
    return std::unique_ptr<event_store>(std::move(store));
  }

  caf::expected<std::unique_ptr<ledger_reader>> read() override {
    auto connection = open_reader(path_);
    if (!connection)
      return connection.error();
    if (auto failed = check_sqlite_schema(**connection))
      return failed;
    return make_sqlite_reader(std::move(*connection));
  }

  caf::expected<std::unique_ptr<publication_store>> publish() override {
    auto connection = open_writer();
    if (!connection)
      return connection.error();
    return make_sqlite_publication(std::move(*connection), options_.operation_timeout);
  }

  caf::expected<std::unique_ptr<notification_store>> notify() override {
    auto connection = open_writer();
    if (!connection)
      return connection.error();
    return std::make_unique<sql_notifications>(
        make_sqlite_session(std::move(*connection), options_));
  }

  caf::expected<std::unique_ptr<clock_store>> clocks() override {
    auto connection = open_writer();
    if (!connection)
      return connection.error();
    return std::make_unique<sql_clocks>(make_sqlite_session(std::move(*connection), options_));
  }

  caf::expected<std::unique_ptr<review_store>> reviews() override {
    auto connection = open_writer();
    if (!connection)
      return connection.error();
    return std::make_unique<sql_reviews>(make_sqlite_session(std::move(*connection), options_));
  }

  caf::expected<schema_versions> schema() override {
    auto connection = open_reader(path_);
    if (!connection)
      return connection.error();
    const auto found = sqlite_schema_version(**connection);
    if (!found)
      return found.error();
    return schema_versions{*found, static_cast<int>(sqlite_migrations().size())};
  }

  caf::expected<void> migrate() override {
    auto connection =
        sqlite_connection::open(path_, sqlite_connection::mode::create, options_.limit);
    if (!connection)
      return connection.error();
    (*connection)->set_deadline(steady::now() + options_.migration_timeout);
    if (auto failed = migrate_sqlite(**connection))
      return failed;
    return caf::unit;
  }

  std::string name() const override { return "sqlite:" + path_; }

private:
  /// For what is written beside the ledger.
  caf::expected<std::unique_ptr<sqlite_connection>> open_writer() {
    auto connection =
        sqlite_connection::open(path_, sqlite_connection::mode::write, options_.limit);
    if (!connection)
      return connection.error();
    (*connection)->set_deadline(steady::now() + options_.connect_timeout);
    if (auto failed = (*connection)->run("PRAGMA synchronous = FULL"))
      return failed;
    if (auto failed = check_sqlite_schema(**connection))
      return failed;
    return connection;
  }

  std::string path_;
  store_options options_;
};

} // namespace

std::unique_ptr<store_database> make_sqlite_database(std::string path, store_options options) {
  return std::make_unique<sqlite_database>(std::move(path), std::move(options));
}

} // namespace aepro
