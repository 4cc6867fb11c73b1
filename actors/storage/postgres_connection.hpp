#pragma once

/// libpq as values: a connection whose every wait ends at a deadline.

#include "actors/common/error_table.hpp"
#include "actors/storage/make_store.hpp"

#include <caf/expected.hpp>

#include <libpq-fe.h>

#include <algorithm>
#include <chrono>
#include <memory>
#include <span>
#include <string>
#include <string_view>

namespace aepro {

/// unique_violation: another record has the key. Not an error to the outside.
inline constexpr std::string_view unique_violation = "23505";
/// lock_not_available: lock_timeout has passed.
inline constexpr std::string_view lock_not_available = "55P03";

/// A result; null at the end of a query's results.
struct clear_result {
  void operator()(PGresult* result) const { PQclear(result); }
};
using postgres_result = std::unique_ptr<PGresult, clear_result>;

/// A parameter in binary form: type oid and bytes in network order.
struct postgres_parameter {
  Oid type = 0;
  std::string_view bytes;
};

/// One connection, used by one thread at a time. After an error `last_sqlstate` tells more.
class postgres_connection {
public:
  using time_point = std::chrono::steady_clock::time_point;

  /// Connects within options.connect_timeout, by `latest` at the latest. Errors: store_unavailable,
  /// invalid_settings, deadline_exceeded.
  static caf::expected<std::unique_ptr<postgres_connection>>
  open(const store_options& options, time_point latest = time_point::max());

  ~postgres_connection();
  postgres_connection(const postgres_connection&) = delete;
  postgres_connection& operator=(const postgres_connection&) = delete;

  /// Everything until the next call gives up at `deadline`, or at the store's limit: what runs is
  /// cancelled on the server.
  void set_deadline(time_point deadline) { deadline_ = deadline; }
  time_point deadline() const {
    return rolls_back_ ? deadline_ : std::min(deadline_, limit_->latest());
  }

  /// Sends statements without parameters; their results come in text form.
  caf::error send(const std::string& statements);

  /// Sends one statement with parameters; its result comes in binary form.
  caf::error send(const std::string& statement, std::span<const postgres_parameter> parameters);

  /// Returns the next result, null behind the last. A failed statement is an error.
  caf::expected<postgres_result> receive();

  /// Sends and receives statements whose results do not matter; the last result with rows is
  /// returned.
  caf::expected<postgres_result> run(const std::string& statements);
  caf::expected<postgres_result> run(const std::string& statement,
                                     std::span<const postgres_parameter> parameters);

  /// Inside COPY FROM STDIN: sends bytes; ends it (with a reason: the COPY fails on purpose).
  caf::error put_copy(std::string_view bytes);
  caf::error end_copy(const char* reason = nullptr);

  /// Reads and drops what is left of a failed query's results.
  void drain();

  /// Drains, and rolls an open transaction back. Leaves the connection broken where that fails.
  void roll_back();

  /// Returns whether a new request may be sent.
  bool usable() const;

  /// Whether the server refused a write as read-only. A session keeps what its database's settings
  /// were when it began, and after a fail-over its server stays a standby: only a new one may find
  /// out that it is over.
  bool refused_writes() const { return refused_writes_; }

  /// SQLSTATE of the last error, empty where there was none or the connection broke.
  const std::string& last_sqlstate() const { return last_sqlstate_; }

  /// Whether the last error ended the session (FATAL, PANIC, connection lost).
  bool session_ended() const { return session_ended_; }

  const std::string& name() const { return name_; }

private:
  postgres_connection(PGconn* handle, const store_options& options);

  caf::error connection_error(std::string_view doing);
  caf::error result_error(const PGresult* result);
  caf::error deadline_error();
  caf::error flush();
  bool wait(short events);
  bool wait_until(short events, time_point until);
  void cancel();

  PGconn* handle_;
  std::string name_;
  call_limit_ptr limit_;
  time_point deadline_ = time_point::max();
  std::string last_sqlstate_;
  bool session_ended_ = false;
  bool refused_writes_ = false;
  bool rolls_back_ = false; ///< Which has a time of its own.
};

/// Returns how long a statement may run that must end at `deadline`, as statement_timeout takes it:
/// at least 1, for 0 is for ever.
std::int64_t milliseconds_left(std::chrono::steady_clock::time_point deadline);

/// Returns `url` without a password, for messages.
std::string without_password(const std::string& url);

} // namespace aepro
