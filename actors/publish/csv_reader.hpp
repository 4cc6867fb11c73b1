#pragma once

/// CSV as RFC 4180 has it, read row by row, with the line where each row begins.

#include <cstddef>
#include <istream>
#include <optional>
#include <string>
#include <vector>

namespace aepro {

struct csv_field {
  std::string text;
  bool quoted = false;
};

struct csv_row {
  std::size_t line = 0; ///< Of the row's first character, from 1.
  std::vector<csv_field> fields;
  std::string problem; ///< Why the row cannot be read; empty: it could.
};

/// Takes LF and CRLF, quoted fields with line ends in them, and a UTF-8 byte order mark. Empty
/// lines are left out. After a row with a problem it goes on at the next line. Own code because the
/// CSV libraries at hand tell no line numbers, which a person needs to find a bad row.
class csv_reader {
public:
  /// `row_bytes_max`: longest row; a quote that is never closed ends there instead of eating the
  /// file.
  explicit csv_reader(std::istream& input, std::size_t row_bytes_max = 1 << 20);

  /// Returns the next row, or nothing at the end.
  std::optional<csv_row> next();

private:
  bool read_row(csv_row& row);
  bool read_field(csv_row& row, bool& row_ended);
  void skip_line();
  int take();

  std::istream& input_;
  std::size_t row_bytes_max_;
  std::size_t row_bytes_ = 0;
  std::size_t line_ = 1;
};

} // namespace aepro
