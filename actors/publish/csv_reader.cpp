#include "actors/publish/csv_reader.hpp"

namespace aepro {

namespace {
constexpr int end_of_input = std::istream::traits_type::eof();
}

csv_reader::csv_reader(std::istream& input, csv_limits limits) : input_(input), limits_(limits) {
  if (input_.peek() == 0xEF) {
    char mark[3] = {};
    input_.read(mark, 3);
    if (std::string_view(mark, 3) != "\xEF\xBB\xBF") {
      input_.clear();
      input_.seekg(0);
    }
  }
}

int csv_reader::peek() {
  return held_next_ < held_.size() ? static_cast<unsigned char>(held_[held_next_]) : input_.peek();
}

int csv_reader::take() {
  int letter = 0;
  if (held_next_ < held_.size()) {
    letter = static_cast<unsigned char>(held_[held_next_++]);
  } else {
    letter = input_.get();
    if (in_quotes_ && letter != end_of_input) {
      held_ += static_cast<char>(letter);
      ++held_next_;
    }
  }
  ++row_bytes_;
  if (letter == '\n')
    ++line_;
  return letter;
}

void csv_reader::skip_line() {
  for (int letter = 0; letter != end_of_input && letter != '\n';)
    letter = take();
}

/// From here on, what is taken is kept: it is read again where the quote is not closed.
void csv_reader::open_quote() {
  if (held_next_ == held_.size() ||
      held_next_ > limits_.quoted_bytes_max) { // Bounded, and seldom moved.
    held_.erase(0, held_next_);
    held_next_ = 0;
  }
  quote_begin_ = held_next_;
  quote_line_ = line_;
  in_quotes_ = true;
}

void csv_reader::close_quote() {
  in_quotes_ = false;
}

/// Goes on at the line after the opening quote's.
void csv_reader::return_to_quote() {
  close_quote();
  const auto line_end = held_.find('\n', quote_begin_);
  if (line_end == std::string::npos || line_end >= held_next_)
    return skip_line();
  held_next_ = line_end + 1;
  line_ = quote_line_ + 1;
}

/// Reads to the closing quote. Returns what is wrong, or null.
const char* csv_reader::read_quoted(std::string& text) {
  for (std::size_t bytes = 0; bytes <= limits_.quoted_bytes_max; ++bytes) {
    const int letter = take();
    if (letter == end_of_input)
      return "a quote is opened in this line and never closed";
    if (letter != '"')
      text += static_cast<char>(letter);
    else if (peek() == '"')
      text += static_cast<char>(take());
    else
      return nullptr;
  }
  return "the field whose quote is opened in this line is too long; its closing quote may be "
         "missing";
}

bool csv_reader::refuse(csv_row& row, const char* problem) {
  row.problem = problem;
  if (in_quotes_) {
    row.line = quote_line_;
    return_to_quote();
  } else {
    skip_line();
  }
  return false;
}

/// Returns false when the row cannot be read; its problem says why.
bool csv_reader::read_field(csv_row& row, bool& row_ended) {
  csv_field field;
  field.quoted = peek() == '"';
  if (field.quoted) {
    take();
    open_quote();
    if (const char* problem = read_quoted(field.text))
      return refuse(row, problem);
  }
  for (;;) {
    const int letter = take();
    const bool line_end = letter == '\n' || letter == end_of_input ||
                          (letter == '\r' && (peek() == '\n' || peek() == end_of_input));
    if (row_bytes_ > limits_.row_bytes_max && !line_end)
      return refuse(row, "the row is too long; a quote may be missing");
    if (line_end || letter == ',') {
      if (letter == '\r')
        take();
      close_quote();
      row.fields.push_back(std::move(field));
      row_ended = line_end;
      return true;
    }
    if (field.quoted)
      return refuse(row, "text stands after the quote that closes the one opened in this line");
    if (letter == '"')
      return refuse(row, "a quote stands inside a field that is not quoted");
    field.text += static_cast<char>(letter);
  }
}

bool csv_reader::read_row(csv_row& row) {
  row = {line_, {}, {}};
  row_bytes_ = 0;
  if (peek() == end_of_input)
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
