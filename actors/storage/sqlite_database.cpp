#include "actors/storage/sqlite_database.hpp"

#include "actors/storage/sqlite_publication.hpp"
#include "actors/storage/sqlite_reader.hpp"
#include "actors/storage/sqlite_schema.hpp"
#include "actors/storage/sqlite_store.hpp"

namespace aepro {

namespace {

using steady = std::chrono::steady_clock;

class sqlite_database final : public store_database {
public:
  sqlite_database(std::string path, store_options options)
    : path_(std::move(path)), options_(std::move(options)) {}

  caf::expected<std::unique_ptr<event_store>> connect() override {
    auto connection = sqlite_connection::open(path_, sqlite_connection::mode::write);
    if (!connection)
      return connection.error();
    (*connection)->set_deadline(steady::now() + options_.connect_timeout);
    if (auto failed = (*connection)->run("PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; "
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
    auto connection = sqlite_connection::open(path_, sqlite_connection::mode::read);
    if (!connection)
      return connection.error();
    if (auto failed = check_sqlite_schema(**connection))
      return failed;
    return make_sqlite_reader(std::move(*connection));
  }

  caf::expected<std::unique_ptr<publication_store>> publish() override {
    auto connection = sqlite_connection::open(path_, sqlite_connection::mode::write);
    if (!connection)
      return connection.error();
    (*connection)->set_deadline(steady::now() + options_.connect_timeout);
    if (auto failed = (*connection)->run("PRAGMA synchronous = FULL"))
      return failed;
    if (auto failed = check_sqlite_schema(**connection))
      return failed;
    return make_sqlite_publication(std::move(*connection), options_.operation_timeout);
  }

  caf::expected<schema_versions> schema() override {
    auto connection = sqlite_connection::open(path_, sqlite_connection::mode::read);
    if (!connection)
      return connection.error();
    const auto found = sqlite_schema_version(**connection);
    if (!found)
      return found.error();
    return schema_versions{*found, static_cast<int>(sqlite_migrations().size())};
  }

  caf::expected<void> migrate() override {
    auto connection = sqlite_connection::open(path_, sqlite_connection::mode::create);
    if (!connection)
      return connection.error();
    (*connection)->set_deadline(steady::now() + options_.operation_timeout);
    if (auto failed = migrate_sqlite(**connection))
      return failed;
    return caf::unit;
  }

  std::string name() const override { return "sqlite:" + path_; }

private:
  std::string path_;
  store_options options_;
};

} // namespace

std::unique_ptr<store_database> make_sqlite_database(std::string path, store_options options) {
  return std::make_unique<sqlite_database>(std::move(path), std::move(options));
}

} // namespace aepro
