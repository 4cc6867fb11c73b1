#include "actors/publish/csv_reader.hpp"

#include <boost/test/unit_test.hpp>

#include <sstream>

BOOST_AUTO_TEST_SUITE(csv_reader)

namespace {

/// Returns the rows as "LINE:field|field" or "LINE!problem".
std::vector<std::string> rows_of(const std::string& text, std::size_t row_bytes_max = 1000) {
  std::istringstream input(text);
  aepro::csv_reader reader(input, row_bytes_max);
  std::vector<std::string> rows;
  while (const auto row = reader.next()) {
    auto line = std::to_string(row->line) + (row->problem.empty() ? ":" : "!" + row->problem);
    if (row->problem.empty())
      for (std::size_t i = 0; i < row->fields.size(); ++i)
        line += (i == 0 ? "" : "|") + row->fields[i].text;
    rows.push_back(line);
  }
  return rows;
}

using texts = std::vector<std::string>;

} // namespace

BOOST_AUTO_TEST_CASE(plain_rows_are_read_with_their_lines) {
  BOOST_TEST(rows_of("a,b\n1,\n,2") == (texts{"1:a|b", "2:1|", "3:|2"}),
             boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(carriage_returns_a_byte_order_mark_and_empty_lines_are_left_out) {
  BOOST_TEST(rows_of("\xEF\xBB\xBF"
                     "a,b\r\n\r\n\n1,2\r\n") == (texts{"1:a|b", "4:1|2"}),
             boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(quotes_hold_commas_quotes_and_line_ends) {
  BOOST_TEST(rows_of("\"a,b\",\"say \"\"x\"\"\"\n\"two\nlines\",c\nd,\"\"\n") ==
                 (texts{"1:a,b|say \"x\"", "2:two\nlines|c", "4:d|"}),
             boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_carriage_return_inside_a_field_is_kept) {
  BOOST_TEST(rows_of("a\rb,c\n") == (texts{"1:a\rb|c"}), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_bad_row_is_named_and_the_next_line_is_read) {
  BOOST_TEST(rows_of("a,b\"c\"\nd,e\n\"f\"g,h\ni,j\n") ==
                 (texts{"1!a quote stands inside a field that is not quoted", "2:d|e",
                        "3!text stands after a closing quote", "4:i|j"}),
             boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_quote_that_is_never_closed_does_not_eat_the_file) {
  BOOST_TEST(rows_of("a,\"b\n") == (texts{"1!a quoted field is not closed"}),
             boost::test_tools::per_element());
  const auto rows = rows_of("\"" + std::string(2000, 'x') + "\nc,d\n", 100);
  BOOST_REQUIRE(rows.size() >= 2u);
  BOOST_TEST(rows[0] == "1!the row is too long; a quote may be missing");
  BOOST_TEST(rows.back() == "2:c|d");
}

BOOST_AUTO_TEST_SUITE_END()
