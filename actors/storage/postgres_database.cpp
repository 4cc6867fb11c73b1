#include "actors/storage/postgres_database.hpp"

#include "actors/storage/postgres_publication.hpp"
#include "actors/storage/postgres_reader.hpp"
#include "actors/storage/postgres_schema.hpp"
#include "actors/storage/postgres_session.hpp"
#include "actors/storage/postgres_store.hpp"
#include "actors/storage/sql_clocks.hpp"
#include "actors/storage/sql_notifications.hpp"
#include "actors/storage/sql_reviews.hpp"

namespace aepro {

namespace {

class postgres_database final : public store_database {
public:
  explicit postgres_database(store_options options) : options_(std::move(options)) {}

  caf::expected<std::unique_ptr<event_store>> connect() override {
    auto store = std::make_unique<postgres_store>(options_);
    if (auto failed = store->open())
      return failed;
    return std::unique_ptr<event_store>(std::move(store));
  }

  caf::expected<std::unique_ptr<ledger_reader>> read() override {
    auto connection = open();
    if (!connection)
      return connection.error();
    if (auto failed = check_postgres_schema(**connection))
      return failed;
    return make_postgres_reader(std::move(*connection), options_.operation_timeout);
  }

  caf::expected<std::unique_ptr<publication_store>> publish() override {
    auto connection = open();
    if (!connection)
      return connection.error();
    if (auto failed = check_postgres_schema(**connection))
      return failed;
    return make_postgres_publication(std::move(*connection), options_.operation_timeout);
  }

  caf::expected<std::unique_ptr<notification_store>> notify() override {
    auto connection = open();
    if (!connection)
      return connection.error();
    if (auto failed = check_postgres_schema(**connection))
      return failed;
    return std::make_unique<sql_notifications>(
        make_postgres_session(std::move(*connection), options_.operation_timeout));
  }

  caf::expected<std::unique_ptr<clock_store>> clocks() override {
    auto connection = open();
    if (!connection)
      return connection.error();
    if (auto failed = check_postgres_schema(**connection))
      return failed;
    return std::make_unique<sql_clocks>(
        make_postgres_session(std::move(*connection), options_.operation_timeout));
  }

  caf::expected<std::unique_ptr<review_store>> reviews() override {
    auto connection = open();
    if (!connection)
      return connection.error();
    if (auto failed = check_postgres_schema(**connection))
      return failed;
    return std::make_unique<sql_reviews>(
        make_postgres_session(std::move(*connection), options_.operation_timeout));
  }

  caf::expected<schema_versions> schema() override {
    auto connection = open();
    if (!connection)
      return connection.error();
    const auto found = postgres_schema_version(**connection);
    if (!found)
      return found.error();
    return schema_versions{*found, static_cast<int>(postgres_migrations().size())};
  }

  caf::expected<void> migrate() override {
    auto connection = open();
    if (!connection)
      return connection.error();
    (*connection)->set_deadline(std::chrono::steady_clock::now() + options_.migration_timeout);
    if (auto failed = migrate_postgres(**connection))
      return failed;
    return caf::unit;
  }

  std::string name() const override { return without_password(options_.url); }

private:
  caf::expected<std::unique_ptr<postgres_connection>> open() {
    auto connection = postgres_connection::open(options_);
    if (connection)
      (*connection)->set_deadline(std::chrono::steady_clock::now() + options_.operation_timeout);
    return connection;
  }

  store_options options_;
};

} // namespace

std::unique_ptr<store_database> make_postgres_database(store_options options) {
  return std::make_unique<postgres_database>(std::move(options));
}

} // namespace aepro
