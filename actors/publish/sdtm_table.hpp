#pragma once

/// An SDTM dataset as CSV: which domain it is, and its rows by column name.

#include "actors/publish/csv_reader.hpp"
#include "actors/publish/published_event.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <variant>
#include <vector>

namespace aepro {

enum class sdtm_domain : std::uint8_t { adverse_events, demographics, questionnaires };

/// Returns the domain of "ae", "dm" or "qs"; else nothing.
std::optional<sdtm_domain> parse_domain(std::string_view text);
std::string_view to_string(sdtm_domain domain);

/// The header row.
struct sdtm_columns {
  std::vector<std::string> names; ///< Upper case.
  std::unordered_map<std::string, std::size_t> index;
  bool quoted = false; ///< A writer that quotes text (R): NA without quotes means missing.
};

/// Returns the columns, or what is wrong with the header.
std::variant<sdtm_columns, std::string> read_columns(const csv_row& header);

/// Returns the domain that the columns are of, by variables that only it has; else nothing.
std::optional<sdtm_domain> guess_domain(const sdtm_columns& columns);

/// One row with its columns. Valid while both live.
class sdtm_row {
public:
  sdtm_row(const sdtm_columns& columns, const csv_row& row) : columns_(columns), row_(row) {}

  /// Returns the value of a column, empty where it is missing.
  std::string_view operator[](std::string_view column) const { return at(find(column)); }

  /// Returns the value in the n-th column.
  std::string_view at(std::optional<std::size_t> position) const;

  std::size_t line() const { return row_.line; }

private:
  std::optional<std::size_t> find(std::string_view column) const;

  const sdtm_columns& columns_;
  const csv_row& row_;
};

/// Returns why the row cannot be read with these columns; empty: it can.
std::string find_row_problem(const sdtm_columns& columns, const csv_row& row);

} // namespace aepro
