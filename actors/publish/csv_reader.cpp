#include "actors/publish/csv_reader.hpp"

namespace aepro {

namespace {
constexpr int end_of_input = std::istream::traits_type::eof();
}

csv_reader::csv_reader(std::istream& input, std::size_t row_bytes_max)
    : input_(input), row_bytes_max_(row_bytes_max) {
  if (input_.peek() == 0xEF) {
    char mark[3] = {};
    input_.read(mark, 3);
    if (std::string_view(mark, 3) != "\xEF\xBB\xBF") {
      input_.clear();
      input_.seekg(0);
    }
  }
}

int csv_reader::take() {
  const int letter = input_.get();
  ++row_bytes_;
  if (letter == '\n')
    ++line_;
  return letter;
}

void csv_reader::skip_line() {
  for (int letter = 0; letter != end_of_input && letter != '\n';)
    letter = take();
}

/// Returns false when the row cannot be read; its problem says why.
bool csv_reader::read_field(csv_row& row, bool& row_ended) {
  csv_field field;
  field.quoted = input_.peek() == '"';
  if (field.quoted)
    take();
  for (;;) {
    const int letter = take();
    if (row_bytes_ > row_bytes_max_) {
      row.problem = "the row is too long; a quote may be missing";
      return false;
    }
    if (field.quoted) {
      if (letter == end_of_input) {
        row.problem = "a quoted field is not closed";
        return false;
      }
      if (letter != '"') {
        field.text += static_cast<char>(letter);
        continue;
      }
      if (input_.peek() == '"') {
        field.text += static_cast<char>(take());
        continue;
      }
    } else if (letter == '"') {
      row.problem = "a quote stands inside a field that is not quoted";
      skip_line();
      return false;
    }
    const int after = field.quoted ? take() : letter;
    const bool line_end =
        after == '\n' || after == end_of_input ||
        (after == '\r' && (input_.peek() == '\n' || input_.peek() == end_of_input));
    if (line_end || after == ',') {
      if (after == '\r')
        take();
      row.fields.push_back(std::move(field));
      row_ended = line_end;
      return true;
    }
    if (field.quoted) {
      row.problem = "text stands after a closing quote";
      skip_line();
      return false;
    }
    field.text += static_cast<char>(after);
  }
}

bool csv_reader::read_row(csv_row& row) {
  row = {line_, {}, {}};
  row_bytes_ = 0;
  if (input_.peek() == end_of_input)
    return false;
  for (bool ended = false; !ended;)
    if (!read_field(row, ended))
      return true;
  return true;
}

std::optional<csv_row> csv_reader::next() {
  csv_row row;
  while (read_row(row)) {
    const bool empty = row.problem.empty() && row.fields.size() == 1 &&
                       row.fields[0].text.empty() && !row.fields[0].quoted;
    if (!empty)
      return row;
  }
  return std::nullopt;
}

} // namespace aepro
