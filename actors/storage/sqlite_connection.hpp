#pragma once

/// SQLite's C interface as values: a connection and its statements.

#include "actors/common/call_limit.hpp"
#include "actors/common/error_table.hpp"
#include "actors/storage/rows/cell.hpp"

#include <caf/expected.hpp>

#include <sqlite3.h>

#include <chrono>
#include <memory>
#include <string>
#include <string_view>

namespace aepro {

/// A prepared statement. Parameters are numbered from 1, result columns from 0.
class sqlite_statement {
public:
  sqlite_statement() = default;
  explicit sqlite_statement(sqlite3_stmt* statement) : statement_(statement) {}

  void bind(int parameter, std::int64_t number);
  /// The bytes must stay until the statement is reset.
  void bind_text(int parameter, std::string_view text);
  void bind_bytes(int parameter, std::string_view bytes);
  void bind(int parameter, column_type type, const cell& value);

  /// Runs to the next row. Returns SQLITE_ROW, SQLITE_DONE or an error code.
  int step() { return sqlite3_step(statement_.get()); }
  void reset() { sqlite3_reset(statement_.get()); }

  int columns() const { return sqlite3_column_count(statement_.get()); }
  std::int64_t number(int column_index) const;
  /// Valid until the next step; empty for NULL.
  std::string_view bytes(int column_index) const;
  bool is_null(int column_index) const;
  bool is_number(int column_index) const;
  /// Returns accepted, rejected, duplicate and conflict from four columns, `first` the first.
  verdict_counts counts(int first) const {
    const auto at = [&](int i) { return static_cast<std::uint64_t>(number(first + i)); };
    return {at(0), at(1), at(2), at(3)};
  }
  cell value(int column_index, column_type type) const;

private:
  struct release {
    void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
  };
  std::unique_ptr<sqlite3_stmt, release> statement_;
};

/// Resets a statement when it leaves scope, so that no read transaction stays open.
class sqlite_reset {
public:
  explicit sqlite_reset(sqlite_statement& statement) : statement_(statement) {}
  sqlite_reset(const sqlite_reset&) = delete;
  sqlite_reset& operator=(const sqlite_reset&) = delete;
  ~sqlite_reset() { statement_.reset(); }

private:
  sqlite_statement& statement_;
};

/// One connection, used by one thread at a time.
class sqlite_connection {
public:
  /// immutable: reads a file that nobody writes, without locks and without files beside it.
  enum class mode { read, write, create, immutable };

  /// Opens `path`; `limit` ends all calls, whatever deadline they have. Errors: store_unavailable,
  /// store_broken.
  static caf::expected<std::unique_ptr<sqlite_connection>>
  open(const std::string& path, mode how, call_limit_ptr limit = no_call_limit());

  ~sqlite_connection();
  sqlite_connection(const sqlite_connection&) = delete;
  sqlite_connection& operator=(const sqlite_connection&) = delete;

  /// Prepares `sql`. Errors: as classified.
  caf::expected<sqlite_statement> prepare(std::string_view sql);

  /// Runs statements without results. Errors: as classified.
  caf::error run(const std::string& sql);

  /// Until the next call, waits for locks at most until `deadline` and interrupts what runs beyond
  /// it.
  void set_deadline(std::chrono::steady_clock::time_point deadline);

  /// Nothing interrupts what follows, until the next deadline: a rollback must be done.
  void lift_deadline();

  /// Returns the error of the last failed call, saying what was being done.
  caf::error error(std::string_view doing) const;
  errc last_code() const;

  sqlite3* handle() const { return handle_; }
  const std::string& path() const { return path_; }

private:
  sqlite_connection(sqlite3* handle, std::string path, call_limit_ptr limit)
      : handle_(handle), path_(std::move(path)), limit_(std::move(limit)) {}
  bool is_over() const;
  static int stop_when_over(void* self) {
    return static_cast<sqlite_connection*>(self)->is_over() ? 1 : 0;
  }
  static int wait_for_lock(void* self, int tries);

  sqlite3* handle_;
  std::string path_;
  call_limit_ptr limit_;
  std::chrono::steady_clock::time_point deadline_ = std::chrono::steady_clock::time_point::max();
};

} // namespace aepro
