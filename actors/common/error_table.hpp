#pragma once

/// What the codes of PostgreSQL, SQLite and librdkafka mean to us: one table, which all adapters
/// ask.

#include "messages/errors.hpp"

#include <span>
#include <string>
#include <string_view>

namespace aepro {

enum class error_system : std::uint8_t { postgresql, sqlite, librdkafka };

/// One code, or a class of codes, and what it means.
struct error_row {
  error_system system{};
  /// PostgreSQL: a SQLSTATE, or what it begins with (its class). Else the code's name.
  std::string_view name;
  int number = 0; ///< SQLite: a result code; a primary one stands for its extended ones too.
                  ///< librdkafka: a code.
  errc meaning = errc::none;
  std::string_view cause;
};

/// Returns all rows. Of a system's rows the first that fits counts.
std::span<const error_row> error_table();

/// Returns what a code without a row means: PostgreSQL's and SQLite's that we do not know are taken
/// for damage, a schema or a right that is not as it must be, which no retry can help; librdkafka's
/// list grows, and what it tells heals by itself as a rule.
errc default_meaning(error_system system);

/// Returns the errc of a SQLSTATE; store_unavailable for none (the connection broke).
errc classify_sqlstate(std::string_view sqlstate);

/// Returns the errc of a SQLite result code (primary or extended).
errc classify_sqlite(int code);

/// Returns the errc of a librdkafka code (rd_kafka_resp_err_t).
errc classify_kafka_error(int code);

/// Returns what follows from `meaning`: a Kafka client is fenced as a whole, a store's stream
/// alone.
error_action action_of(error_system system, errc meaning);

/// Returns docs/errors.md.
std::string errors_markdown();

} // namespace aepro
