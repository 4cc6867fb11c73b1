#include "actors/storage/postgres_session.hpp"

#include "actors/storage/ledger/big_endian.hpp"
#include "actors/storage/ledger/hex.hpp"
#include "actors/storage/make_store_error.hpp"
#include "actors/storage/postgres_schema.hpp"
#include "actors/storage/postgres_values.hpp"

#include <fmt/format.h>

namespace aepro {

namespace {

class postgres_session final : public sql_session {
public:
  postgres_session(std::unique_ptr<postgres_connection> connection,
                   std::chrono::milliseconds timeout)
      : connection_(std::move(connection)), timeout_(timeout) {}

  void start_clock() override {
    connection_->set_deadline(std::chrono::steady_clock::now() + timeout_);
  }
  caf::expected<std::vector<sql_row>> run(std::string statement,
                                          std::span<const sql_value> values) override;
  caf::error begin() override { return run_alone("BEGIN"); }
  caf::error commit() override { return run_alone("COMMIT"); }
  void roll_back() override { connection_->roll_back(); }
  caf::expected<unix_milliseconds> now() override;
  caf::expected<std::string> store_id() override { return postgres_store_id(*connection_); }
  std::string_view skip_taken_rows() const override { return " FOR UPDATE SKIP LOCKED"; }
  std::string_view wait_for_taken_rows() const override { return " FOR UPDATE"; }
  std::string_view alert_created_at() const override {
    return "CAST(floor(extract(epoch FROM a.created_at) * 1000) AS bigint)";
  }
  std::string key_literal(const event_key& key) const override {
    return fmt::format("'{}'::uuid", to_hex(key));
  }

private:
  caf::error run_alone(const std::string& statement) {
    auto done = connection_->run(statement);
    return done ? caf::error{} : std::move(done.error());
  }

  std::unique_ptr<postgres_connection> connection_;
  std::chrono::milliseconds timeout_;
};

bool is_number(Oid type) {
  return type == int2_oid || type == int4_oid || type == int8_oid;
}

std::vector<sql_row> rows_of(const PGresult* result) {
  std::vector<sql_row> rows;
  for (int i = 0; i < PQntuples(result); ++i) {
    auto& row = rows.emplace_back();
    for (int j = 0; j < PQnfields(result); ++j)
      if (is_number(PQftype(result, j)))
        row.emplace_back(integer_field(result, i, j));
      else
        row.emplace_back(std::string(field(result, i, j)));
  }
  return rows;
}

caf::expected<std::vector<sql_row>> postgres_session::run(std::string statement,
                                                          std::span<const sql_value> values) {
  std::vector<std::string> numbers(values.size());
  std::vector<postgres_parameter> parameters;
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (!values[i].is_text)
      put_big_endian(numbers[i], values[i].number);
    parameters.push_back(values[i].is_text ? postgres_parameter{text_oid, values[i].text}
                                           : postgres_parameter{int8_oid, numbers[i]});
  }
  auto result = connection_->run(statement, parameters);
  if (!result)
    return std::move(result.error());
  return *result ? rows_of(result->get()) : std::vector<sql_row>{};
}

caf::expected<unix_milliseconds> postgres_session::now() {
  auto rows = run("SELECT CAST(floor(extract(epoch FROM clock_timestamp()) * 1000) AS bigint)", {});
  if (!rows)
    return std::move(rows.error());
  return rows->front().front().number;
}

} // namespace

std::unique_ptr<sql_session> make_postgres_session(std::unique_ptr<postgres_connection> connection,
                                                   std::chrono::milliseconds operation_timeout) {
  return std::make_unique<postgres_session>(std::move(connection), operation_timeout);
}

} // namespace aepro
