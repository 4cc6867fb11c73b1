#include "actors/validation/rules/finding_sink.hpp"

#include <boost/test/unit_test.hpp>

using namespace aepro;
using rules::detail_text;

BOOST_AUTO_TEST_SUITE(detail_text_rules)

namespace {

std::string shown(std::string_view value) {
  detail_text detail;
  return std::string(detail.value("X", value).view());
}

} // namespace

BOOST_AUTO_TEST_CASE(codes_numbers_and_dates_are_shown) {
  for (const std::string value :
       {"N", "zz", "+5", "-1.5", "2014-01-02T10:15", "--12-15T10:15", "Moderate"})
    BOOST_TEST(shown(value) == "X=" + value);
}

BOOST_AUTO_TEST_CASE(anything_else_shows_its_length_only) {
  BOOST_TEST(shown("{") == "X=(1 bytes)");
  BOOST_TEST(shown("{{{{") == "X=(4 bytes)"); // As long as MILD.
  BOOST_TEST(shown("--Miller") == "X=(8 bytes)");
  BOOST_TEST(shown("0123456789") == "X=(10 bytes)");
  BOOST_TEST(shown("--" + std::string(39, '1')) == "X=(41 bytes)");
}

BOOST_AUTO_TEST_CASE(what_does_not_fit_is_left_out_and_a_number_is_never_cut) {
  detail_text detail;
  detail << std::string(255, 'x');
  detail << std::int64_t{12'345};
  detail << 12.5;
  BOOST_TEST(detail.view().size() == 255U);
  detail << std::int64_t{7};
  BOOST_TEST(detail.view().size() == 256U);
  detail << "more";
  BOOST_TEST(detail.view().size() == 256U);
  BOOST_TEST(detail.view().back() == '7');
}

BOOST_AUTO_TEST_SUITE_END()
