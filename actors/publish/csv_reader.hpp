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
  /// Of the row's first character, from 1; with a problem in a quoted field, of its quote.
  std::size_t line = 0;
  std::vector<csv_field> fields;
  std::string problem; ///< Why the row cannot be read; empty: it could.
};

struct csv_limits {
  std::size_t row_bytes_max = 1 << 20;
  /// Longest quoted field: a quote that is not closed is noticed after so many bytes, which are
  /// kept meanwhile. The longest texts of a trial (comments over several lines) are some KiB.
  std::size_t quoted_bytes_max = 64 << 10;
};

/// Takes LF and CRLF, quoted fields with line ends in them, and a UTF-8 byte order mark. Empty
/// lines are left out. After a row with a problem it goes on at the next line; where the problem is
/// in a quoted field, at the line after its opening quote, so that a quote that was forgotten costs
/// one row and not all rows up to the next quote. Own code because the CSV libraries at hand tell
/// no line numbers, which a person needs to find a bad row.
class csv_reader {
public:
  explicit csv_reader(std::istream& input, csv_limits limits = {});

  /// Returns the next row, or nothing at the end.
  std::optional<csv_row> next();

private:
  bool read_row(csv_row& row);
  bool read_field(csv_row& row, bool& row_ended);
  const char* read_quoted(std::string& text);
  bool refuse(csv_row& row, const char* problem);
  void skip_line();
  void open_quote();
  void close_quote();
  void return_to_quote();
  int peek();
  int take();

  std::istream& input_;
  csv_limits limits_;
  std::size_t row_bytes_ = 0;
  std::size_t line_ = 1;
  std::string held_;            ///< Taken since the opening quote, and what is read again.
  std::size_t held_next_ = 0;   ///< The first byte of it that is not taken.
  std::size_t quote_begin_ = 0; ///< In held_: after the opening quote.
  std::size_t quote_line_ = 0;
  bool in_quotes_ = false;
};

} // namespace aepro
