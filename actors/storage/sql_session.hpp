#pragma once

/// What adapters need of a SQL database where their statements suit both, SQLite and PostgreSQL.

#include "messages/decision.hpp"

#include <caf/expected.hpp>

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace aepro {

/// An integer or a text. NULL reads as 0 or as an empty text.
struct sql_value {
  sql_value(std::int64_t value) : number(value) {}
  sql_value(std::string value) : text(std::move(value)), is_text(true) {}

  std::int64_t number = 0;
  std::string text; ///< Storable: see stored_text.
  bool is_text = false;
};
using sql_row = std::vector<sql_value>;

/// One connection. Used by one thread at a time. Every error carries an errc (store_*) and a text
/// that names the store.
class sql_session {
public:
  virtual ~sql_session() = default;

  /// Whatever follows gives up after the store's operation_timeout, until the next call of this.
  virtual void start_clock() = 0;

  /// Runs one statement, whose parameters are $1, $2, ...; integers are 64 bits wide. Returns its
  /// rows.
  virtual caf::expected<std::vector<sql_row>> run(std::string statement,
                                                  std::span<const sql_value> values = {}) = 0;

  /// Begins a transaction that writes.
  virtual caf::error begin() = 0;
  virtual caf::error commit() = 0;
  /// Also where there is no transaction, or no connection, any more.
  virtual void roll_back() = 0;

  /// Returns the store's clock.
  virtual caf::expected<unix_milliseconds> now() = 0;
  virtual caf::expected<std::string> store_id() = 0;

  /// Ends a SELECT that takes rows: whoever else takes rows goes past them instead of waiting.
  virtual std::string_view skip_taken_rows() const = 0;

  /// The same, but waits for them; empty: a transaction that writes has the database to itself.
  virtual std::string_view wait_for_taken_rows() const = 0;

  /// Returns `alert.created_at` as milliseconds since 1970.
  virtual std::string_view alert_created_at() const = 0;

  /// Returns a key of 16 bytes as a literal of its column's type.
  virtual std::string key_literal(const event_key& key) const = 0;
};

/// Runs `work`, which returns an expected value, as one transaction.
template <class Work>
auto in_transaction(sql_session& session, Work work) -> decltype(work()) {
  if (auto failed = session.begin())
    return failed;
  auto done = work();
  if (!done) {
    session.roll_back();
    return done;
  }
  if (auto failed = session.commit()) {
    session.roll_back();
    return failed;
  }
  return done;
}

} // namespace aepro
