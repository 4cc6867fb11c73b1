#pragma once

/// Many rows by one statement.

#include "actors/storage/sql_session.hpp"

#include <fmt/format.h>

#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace aepro {

/// Of rows with a dozen texts each: they stay below what SQLite takes as parameters.
inline constexpr std::size_t rows_of_statement = 1'000;

/// Rows as VALUES takes them: numbers as they are, texts as parameters, one for each text however
/// often it is there.
class value_rows {
public:
  void add(const std::vector<sql_value>& row) {
    text += text.empty() ? "(" : ", (";
    for (std::size_t i = 0; i < row.size(); ++i) {
      text += i == 0 ? "" : ", ";
      text += row[i].is_text ? place_of(row[i]) : std::to_string(row[i].number);
    }
    text += ')';
    ++count;
  }

  std::string text;
  std::vector<sql_value> parameters;
  std::size_t count = 0;

private:
  std::string place_of(const sql_value& value) {
    const auto [place, is_new] = places_.try_emplace(value.text, parameters.size() + 1);
    if (is_new)
      parameters.push_back(value);
    return "$" + std::to_string(place->second);
  }

  std::map<std::string, std::size_t> places_;
};

/// Runs `statement` with the rows in place of {}, and returns what it returns.
inline caf::expected<std::vector<sql_row>>
run_with(sql_session& session, std::string_view statement, const value_rows& rows) {
  return session.run(fmt::format(fmt::runtime(statement), rows.text), rows.parameters);
}

/// The same, and begins anew. Without rows it does nothing.
inline caf::error flush(sql_session& session, std::string_view statement, value_rows& rows) {
  if (rows.count == 0)
    return {};
  auto done = run_with(session, statement, rows);
  rows = {};
  return done ? caf::error{} : std::move(done.error());
}

} // namespace aepro
