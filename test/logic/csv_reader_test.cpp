#include "actors/publish/csv_reader.hpp"

#include <boost/test/unit_test.hpp>

#include <sstream>

BOOST_AUTO_TEST_SUITE(csv_reader)

namespace {

/// Returns the rows as "LINE:field|field" or "LINE!problem".
std::vector<std::string> rows_of(const std::string& text, aepro::csv_limits limits = {}) {
  std::istringstream input(text);
  aepro::csv_reader reader(input, limits);
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
  BOOST_TEST(
      rows_of("a,b\"c\"\nd,e\n\"f\"g,h\ni,j\n") ==
          (texts{"1!a quote stands inside a field that is not quoted", "2:d|e",
                 "3!text stands after the quote that closes the one opened in this line", "4:i|j"}),
      boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_quote_that_is_never_closed_costs_its_own_row_only) {
  const std::string never = "!a quote is opened in this line and never closed";
  BOOST_TEST(rows_of("a,\"b\n") == (texts{"1" + never}), boost::test_tools::per_element());
  BOOST_TEST(rows_of("a,b\n1,\"x\n2,y\n3,z\n") == (texts{"1:a|b", "2" + never, "3:2|y", "4:3|z"}),
             boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_quote_that_the_next_quote_would_close_costs_its_own_row_only) {
  const std::string text_after =
      "!text stands after the quote that closes the one opened in this line";
  BOOST_TEST(rows_of("1,\"x\n2,y\n3,\"z\"\n4,w\n") ==
                 (texts{"1" + text_after, "2:2|y", "3:3|z", "4:4|w"}),
             boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_quote_that_is_not_closed_is_named_with_its_own_line) {
  const auto rows = rows_of("\"two\nlines\",\"x\n3,y\n");
  BOOST_REQUIRE(rows.size() == 2u);
  BOOST_TEST(rows[0] == "2!a quote is opened in this line and never closed");
  BOOST_TEST(rows[1] == "3:3|y");
}

BOOST_AUTO_TEST_CASE(a_quoted_field_may_be_as_long_as_its_limit_and_no_longer) {
  const aepro::csv_limits limits{.quoted_bytes_max = 64};
  const auto lines = [](std::size_t bytes) { return std::string(bytes - 1, 'x') + "\n"; };
  BOOST_TEST(rows_of("\"" + lines(64) + "\",b\n", limits) == (texts{"1:" + lines(64) + "|b"}),
             boost::test_tools::per_element());
  BOOST_TEST(rows_of("\"" + lines(65) + "\"\nc,d\n", limits).front() ==
             "1!the field whose quote is opened in this line is too long; its closing quote may be "
             "missing");
}

BOOST_AUTO_TEST_CASE(every_line_behind_quotes_that_are_not_closed_is_read_once) {
  std::string text;
  for (int i = 0; i < 1'000; ++i)
    text += i % 10 == 5 ? "\"" + std::to_string(i) + "\n" : std::to_string(i) + ",\"q\"\n";
  const auto rows = rows_of(text, {.quoted_bytes_max = 64});
  BOOST_REQUIRE(rows.size() == 1'000u);
  for (std::size_t i = 0; i < rows.size(); ++i)
    BOOST_TEST(rows[i].starts_with(std::to_string(i + 1) +
                                   (i % 10 == 5 ? "!" : ":" + std::to_string(i) + "|q")));
}

BOOST_AUTO_TEST_CASE(a_row_that_is_too_long_is_one_bad_row) {
  BOOST_TEST(rows_of(std::string(2000, 'x') + "\nc,d\n", {.row_bytes_max = 100}) ==
                 (texts{"1!the row is too long; a quote may be missing", "2:c|d"}),
             boost::test_tools::per_element());
}

BOOST_AUTO_TEST_SUITE_END()
