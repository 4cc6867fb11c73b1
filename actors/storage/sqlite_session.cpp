#include "actors/storage/sqlite_session.hpp"

#include "actors/storage/ledger/hex.hpp"
#include "actors/storage/sqlite_schema.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace aepro {

namespace {

class sqlite_session final : public sql_session {
public:
  sqlite_session(std::unique_ptr<sqlite_connection> connection, const store_options& options)
      : connection_(std::move(connection)), options_(options) {}

  void start_clock() override {
    connection_->set_deadline(std::chrono::steady_clock::now() + options_.operation_timeout);
  }
  caf::expected<std::vector<sql_row>> run(std::string statement,
                                          std::span<const sql_value> values) override;
  // A transaction that read before it wrote could find that another had written meanwhile, and
  // would fail.
  caf::error begin() override { return connection_->run("BEGIN IMMEDIATE"); }
  caf::error commit() override { return connection_->run("COMMIT"); }
  void roll_back() override;
  caf::expected<unix_milliseconds> now() override {
    return options_.wall() + options_.clock->correction().count();
  }
  caf::expected<std::string> store_id() override { return sqlite_store_id(*connection_); }
  std::string_view skip_taken_rows() const override { return ""; }
  std::string_view wait_for_taken_rows() const override { return ""; }
  std::string_view alert_created_at() const override {
    return "(CAST(strftime('%s', a.created_at) AS INTEGER) * 1000 + CAST(substr(a.created_at, 21, "
           "3) AS INTEGER))";
  }
  std::string key_literal(const event_key& key) const override {
    return fmt::format("x'{}'", to_hex(key));
  }

private:
  std::unique_ptr<sqlite_connection> connection_;
  store_options options_;
};

sql_row row_of(const sqlite_statement& statement) {
  sql_row row;
  for (int i = 0; i < statement.columns(); ++i)
    if (statement.is_number(i))
      row.emplace_back(statement.number(i));
    else
      row.emplace_back(std::string(statement.bytes(i)));
  return row;
}

caf::expected<std::vector<sql_row>> sqlite_session::run(std::string statement,
                                                        std::span<const sql_value> values) {
  std::ranges::replace(statement, '$',
                       '?'); // SQLite numbers parameters by ?1, and would name one $1.
  auto prepared = connection_->prepare(statement);
  if (!prepared)
    return std::move(prepared.error());
  for (std::size_t i = 0; i < values.size(); ++i)
    if (values[i].is_text)
      prepared->bind_text(static_cast<int>(i) + 1, values[i].text);
    else
      prepared->bind(static_cast<int>(i) + 1, values[i].number);
  std::vector<sql_row> rows;
  int code;
  while ((code = prepared->step()) == SQLITE_ROW)
    rows.push_back(row_of(*prepared));
  if (code != SQLITE_DONE)
    return connection_->error(fmt::format("run '{}'", std::string_view(statement).substr(0, 60)));
  return rows;
}

void sqlite_session::roll_back() {
  connection_->lift_deadline();
  if (sqlite3_get_autocommit(connection_->handle()) == 0)
    sqlite3_exec(connection_->handle(), "ROLLBACK", nullptr, nullptr, nullptr);
}

} // namespace

std::unique_ptr<sql_session> make_sqlite_session(std::unique_ptr<sqlite_connection> connection,
                                                 const store_options& options) {
  return std::make_unique<sqlite_session>(std::move(connection), options);
}

} // namespace aepro
