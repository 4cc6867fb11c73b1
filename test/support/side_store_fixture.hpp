#pragma once

/// The whole node with one stream that it claims, and a real SQLite store for a stage beside the
/// intake, whose stream has the same claim.

#include "actor_fixture.hpp"
#include "alert_source.hpp"

#include "actors/storage/make_store.hpp"

#include <boost/test/unit_test.hpp>

#include <filesystem>
#include <memory>
#include <string>
#include <unistd.h>

namespace aepro::test {

struct side_store_fixture : actor_fixture {
  side_store_fixture() {
    broker.publish({"aepro.adverse-events", 0}, 0, "not an event");
    store_options where;
    where.url = "sqlite:" + path;
    where.wall = [this] { return now(); };
    database = std::move(*make_store(where));
    BOOST_REQUIRE(database->migrate());
    source = std::make_unique<alert_source>(*database);
  }

  ~side_store_fixture() {
    if (supervisor)
      caf::anon_send_exit(supervisor, caf::exit_reason::kill);
    supervisor = nullptr;
    advance(std::chrono::milliseconds{100}); // The node goes before its store.
    for (const auto* part : {"", "-wal", "-shm"})
      std::filesystem::remove(path + part);
  }

  /// The store's clock.
  virtual unix_milliseconds now() = 0;

  /// Returns what opens the stage's connections; the first `failing_opens` fail.
  template <class Store>
  auto opener(caf::expected<std::unique_ptr<Store>> (store_database::*open)()) {
    return [this, open]() -> caf::expected<std::unique_ptr<Store>> {
      ++opens;
      if (failing_opens > 0) {
        --failing_opens;
        return caf::make_error(failing_code, "planned");
      }
      return (database.get()->*open)();
    };
  }

  void start_and_claim() {
    start();
    advance(std::chrono::milliseconds{100});
  }

  const std::string path = (std::filesystem::temp_directory_path() /
                            ("aepro-side-" + std::to_string(getpid()) + ".sqlite"))
                               .string();
  std::unique_ptr<store_database> database;
  std::unique_ptr<alert_source> source;
  std::size_t opens = 0, failing_opens = 0;
  errc failing_code = errc::store_unavailable;
};

} // namespace aepro::test
