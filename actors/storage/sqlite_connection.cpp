#include "actors/storage/sqlite_connection.hpp"

#include "actors/storage/make_store_error.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <thread>

namespace aepro {

namespace {

using steady = std::chrono::steady_clock;

/// Virtual machine steps between looks at the clock: about 0.1 ms.
constexpr int steps_per_look = 10'000;

/// Between two looks at a lock that another connection holds.
constexpr std::chrono::milliseconds lock_look_first{1};
constexpr std::chrono::milliseconds lock_look_longest{50};

/// Returns the URI of a file that does not change. Source: sqlite.org/uri.html.
std::string immutable_name(const std::string& path) {
  std::string name =
      path.starts_with('/') ? "file://" : "file:"; // Else // at the path's start names a host.
  for (const char letter : path)
    if (letter == '%' || letter == '?' || letter == '#')
      name += fmt::format("%{:02X}", static_cast<unsigned char>(letter));
    else
      name += letter;
  return name + "?immutable=1";
}

} // namespace

void sqlite_statement::bind(int parameter, std::int64_t number) {
  sqlite3_bind_int64(statement_.get(), parameter, number);
}

void sqlite_statement::bind_text(int parameter, std::string_view text) {
  sqlite3_bind_text64(statement_.get(), parameter, text.data() == nullptr ? "" : text.data(),
                      text.size(), SQLITE_STATIC, SQLITE_UTF8);
}

void sqlite_statement::bind_bytes(int parameter, std::string_view bytes) {
  sqlite3_bind_blob64(statement_.get(), parameter, bytes.data() == nullptr ? "" : bytes.data(),
                      bytes.size(), SQLITE_STATIC);
}

void sqlite_statement::bind(int parameter, column_type type, const cell& value) {
  if (!value.present) {
    sqlite3_bind_null(statement_.get(), parameter);
    return;
  }
  switch (type) {
    case column_type::int16:
    case column_type::int32:
    case column_type::date:
    case column_type::int64: return bind(parameter, value.number);
    case column_type::text: return bind_text(parameter, value.text);
    case column_type::bytes:
    case column_type::key: return bind_bytes(parameter, value.text);
  }
}

std::int64_t sqlite_statement::number(int column_index) const {
  return sqlite3_column_int64(statement_.get(), column_index);
}

std::string_view sqlite_statement::bytes(int column_index) const {
  const auto* data = static_cast<const char*>(sqlite3_column_blob(statement_.get(), column_index));
  const auto size = sqlite3_column_bytes(statement_.get(), column_index);
  return data == nullptr ? std::string_view{}
                         : std::string_view(data, static_cast<std::size_t>(size));
}

bool sqlite_statement::is_null(int column_index) const {
  return sqlite3_column_type(statement_.get(), column_index) == SQLITE_NULL;
}

bool sqlite_statement::is_number(int column_index) const {
  return sqlite3_column_type(statement_.get(), column_index) == SQLITE_INTEGER;
}

cell sqlite_statement::value(int column_index, column_type type) const {
  if (is_null(column_index))
    return {};
  switch (type) {
    case column_type::int16:
    case column_type::int32:
    case column_type::date:
    case column_type::int64: return number_cell(number(column_index));
    case column_type::text:
    case column_type::bytes:
    case column_type::key: return text_cell(bytes(column_index));
  }
  return {};
}

caf::expected<std::unique_ptr<sqlite_connection>>
sqlite_connection::open(const std::string& path, mode how, call_limit_ptr limit) {
  sqlite3* handle = nullptr;
  const bool reads = how == mode::read || how == mode::immutable;
  const auto flags = (reads ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE) |
                     (how == mode::create ? SQLITE_OPEN_CREATE : 0) |
                     (how == mode::immutable ? SQLITE_OPEN_URI : 0) | SQLITE_OPEN_NOMUTEX;
  const auto name = how == mode::immutable ? immutable_name(path) : path;
  const auto code = sqlite3_open_v2(name.c_str(), &handle, flags, nullptr);
  std::unique_ptr<sqlite_connection> connection(
      new sqlite_connection(handle, path, std::move(limit)));
  if (code != SQLITE_OK)
    return connection->error(
        fmt::format("open the file ({})", std::strerror(sqlite3_system_errno(handle))));
  sqlite3_extended_result_codes(handle, 1);
  sqlite3_busy_timeout(handle, 5'000);
  return connection;
}

sqlite_connection::~sqlite_connection() {
  sqlite3_close_v2(handle_);
}

caf::expected<sqlite_statement> sqlite_connection::prepare(std::string_view sql) {
  sqlite3_stmt* statement = nullptr;
  if (sqlite3_prepare_v3(handle_, sql.data(), static_cast<int>(sql.size()),
                         SQLITE_PREPARE_PERSISTENT, &statement, nullptr) != SQLITE_OK)
    return error(fmt::format("prepare '{}'", sql.substr(0, 60)));
  return sqlite_statement(statement);
}

caf::error sqlite_connection::run(const std::string& sql) {
  if (sqlite3_exec(handle_, sql.c_str(), nullptr, nullptr, nullptr) != SQLITE_OK)
    return error(fmt::format("run '{}'", std::string_view(sql).substr(0, 60)));
  return {};
}

void sqlite_connection::set_deadline(steady::time_point deadline) {
  deadline_ = deadline;
  sqlite3_busy_handler(handle_, wait_for_lock, this);
  sqlite3_progress_handler(handle_, steps_per_look, stop_when_over, this);
}

void sqlite_connection::lift_deadline() {
  deadline_ = steady::time_point::max();
  sqlite3_progress_handler(handle_, 0, nullptr, nullptr);
}

bool sqlite_connection::is_over() const {
  return steady::now() >= std::min(deadline_, limit_->latest());
}

/// Instead of sqlite3_busy_timeout(), which would not see that all calls must end.
int sqlite_connection::wait_for_lock(void* self, int tries) {
  if (static_cast<sqlite_connection*>(self)->is_over())
    return 0;
  std::this_thread::sleep_for(
      std::min(lock_look_first * (1 << std::min(tries, 6)), lock_look_longest));
  return 1;
}

errc sqlite_connection::last_code() const {
  const auto code = classify_sqlite(handle_ == nullptr ? SQLITE_NOMEM : sqlite3_errcode(handle_));
  // A lock that was waited for until the deadline is a deadline that passed.
  if (code == errc::store_busy && is_over())
    return errc::deadline_exceeded;
  return code;
}

caf::error sqlite_connection::error(std::string_view doing) const {
  return make_store_error(
      last_code(), fmt::format("sqlite:{}: cannot {}: {}", path_, doing,
                               handle_ == nullptr ? "out of memory" : sqlite3_errmsg(handle_)));
}

} // namespace aepro
