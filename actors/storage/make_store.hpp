#pragma once

/// Factory: a store's address becomes a database that opens connections and keeps its schema.

#include "actors/common/call_limit.hpp"
#include "actors/storage/event_store.hpp"
#include "actors/storage/store_clock.hpp"
#include "actors/storage/wall_clock.hpp"

#include <chrono>
#include <functional>
#include <memory>
#include <span>
#include <string>

namespace aepro {

struct store_options {
  /// sqlite:PATH, postgresql://USER@HOST:PORT/DATABASE (any libpq URI), or memory: (tests).
  std::string url;
  /// PostgreSQL's password; never part of an error's text.
  std::string password;
  /// Canonical text of what the batches that are appended were decided with; the segments name it.
  /// Empty: they do not.
  std::string decide_options;
  /// Longest wait for a connection. Raising it makes an unreachable server known later.
  std::chrono::milliseconds connect_timeout{5'000};
  /// Longest claim or look-up; appends have the batch's deadline instead.
  std::chrono::milliseconds operation_timeout{10'000};
  /// The end of every call, claims, look-ups and migrations included.
  call_limit_ptr limit = no_call_limit();
  /// Longest migration step: it may have to look at every row of a large store.
  std::chrono::milliseconds migration_timeout{30 * 60'000};
  /// How long a claim waits for the writer that holds the stream's row before it ends that session
  /// (PostgreSQL only): a paused zombie would hold it for ever.
  std::chrono::milliseconds claim_wait{2'000};
  /// How long PostgreSQL lets a session of ours idle inside a transaction before it ends it.
  std::chrono::milliseconds idle_in_transaction_max{30'000};
  /// The store's clock against the node's, for all connections; SQLite has none: whoever knows
  /// another one compares it.
  std::shared_ptr<store_clock> clock = std::make_shared<store_clock>();
  /// The node's wall clock; another one only in tests.
  std::function<unix_milliseconds()> wall = wall_clock;
  /// The clock by which batches become due; another one only in tests.
  std::function<std::chrono::steady_clock::time_point()> monotonic = std::chrono::steady_clock::now;
};

/// The schema's version: in the database, and the newest that this program knows.
struct schema_versions {
  int found = 0; ///< 0: nothing there yet.
  int known = 0;
};

class ledger_reader;
class publication_store;
class notification_store;
class clock_store;
class review_store;

/// A store's address. Connections are independent and may be used by different threads.
class store_database {
public:
  virtual ~store_database() = default;

  /// Looks, before anything starts, whether a node can keep its store here. Returns store_broken
  /// with path and remedy where a person is needed; no error where all is well, or may become so
  /// without one.
  virtual caf::error check_place() const { return {}; }

  /// Opens a connection. Errors: store_unavailable, store_broken (schema missing, older or newer
  /// than known, permission); the text says what to do.
  virtual caf::expected<std::unique_ptr<event_store>> connect() = 0;

  /// Opens a reading connection on one consistent snapshot. Errors as connect's.
  virtual caf::expected<std::unique_ptr<ledger_reader>> read() = 0;

  /// Opens a connection for publishing. Errors as connect's.
  virtual caf::expected<std::unique_ptr<publication_store>> publish() = 0;

  /// Opens a connection for notifications. Errors as connect's.
  virtual caf::expected<std::unique_ptr<notification_store>> notify() = 0;

  /// Opens a connection for regulatory clocks. Errors as connect's.
  virtual caf::expected<std::unique_ptr<clock_store>> clocks() = 0;

  /// Opens a connection for forms that are compared with each other. Errors as connect's.
  virtual caf::expected<std::unique_ptr<review_store>> reviews() = 0;

  /// Returns the schema's versions. Errors: store_unavailable, store_broken.
  virtual caf::expected<schema_versions> schema() = 0;

  /// Brings the schema to the newest known version, in one transaction per step; creates the
  /// database file (SQLite) and the roles (PostgreSQL, where the connecting role may). It is not an
  /// error if nothing is to be done or another node does it at the same time. Also records the rule
  /// table. Errors: store_unavailable, store_full, store_broken (the schema is newer than known, or
  /// the database holds tables of others and no aepro store).
  virtual caf::expected<void> migrate() = 0;

  /// Returns the address without password, for messages.
  virtual std::string name() const = 0;
};

/// Returns the database of `options.url`; opens nothing yet. Errors: invalid_settings, naming the
/// url's form.
caf::expected<std::unique_ptr<store_database>> make_store(store_options options);

} // namespace aepro
