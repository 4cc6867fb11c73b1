#pragma once

/// Columns and cells: what a row is, before any database's own encoding.

#include "messages/decision.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace aepro {

enum class column_type : std::uint8_t {
  int16,
  int32,
  int64,
  date, ///< Days since 1970-01-01.
  text, ///< UTF-8 without NUL.
  bytes,
  key, ///< 16 bytes: uuid in PostgreSQL, a blob in SQLite.
};

struct column {
  std::string_view name;
  column_type type = column_type::text;
};

/// A value or NULL. Texts and bytes point into the batch or into the row writer's scratch.
struct cell {
  bool present = false;
  std::int64_t number = 0;
  std::string_view text;
};

inline cell number_cell(std::int64_t number) {
  return {true, number, {}};
}
inline cell optional_number_cell(std::optional<std::int64_t> number) {
  return {number.has_value(), number.value_or(0), {}};
}
inline cell text_cell(std::string_view text) {
  return {true, 0, text};
}
/// An absent text is NULL, not an empty text.
inline cell optional_text_cell(std::string_view text) {
  return {!text.empty(), 0, text};
}
inline cell key_cell(const event_key& key) {
  return {true, 0, {reinterpret_cast<const char*>(key.data()), key.size()}};
}

/// Columns that one statement fills.
struct row_layout {
  std::string_view table;
  std::span<const column> columns;
};

} // namespace aepro
