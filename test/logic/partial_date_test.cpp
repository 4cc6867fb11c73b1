#include "actors/validation/partial_date.hpp"

#include <boost/test/unit_test.hpp>

#include <string>

using namespace aepro;

BOOST_AUTO_TEST_SUITE(partial_dates)

namespace {

date_order order(std::string_view left, std::string_view right) {
  return compare(parse_partial_date(left), parse_partial_date(right));
}

std::optional<std::int32_t> day(std::string_view date, std::string_view reference) {
  return study_day(parse_partial_date(date), parse_partial_date(reference));
}

} // namespace

BOOST_AUTO_TEST_CASE(the_forms_of_sdtm_are_legal) {
  for (const std::string_view text : {"2003-12-15T13:14:17",
                                      "2003-12-15T13:14:17.123",
                                      "2003-12-15T13:14",
                                      "2003-12-15T13",
                                      "2003-12-15",
                                      "2003-12",
                                      "2003",
                                      "2003-12-15T-:15",
                                      "2003-12-15T13:-:17",
                                      "2003---15",
                                      "--12-15",
                                      "-----T07:15",
                                      "2003-12-15T13:14:17Z",
                                      "2003-12-15T13:14:17+02:00",
                                      "2003-12-15T13:14-0530",
                                      "2003-12-15T13:14+14",
                                      "2003-01-01/2003-02-15",
                                      "2004-02-29",
                                      "2000-02-29",
                                      "--02-29",
                                      "2016-12-31T23:59:60Z",
                                      "2003-12-15T13:14:17,5"})
    BOOST_TEST(parse_partial_date(text).legal, text);
}

BOOST_AUTO_TEST_CASE(what_is_not_iso_8601_is_illegal) {
  for (const std::string_view text : {"",
                                      "2024-13-40",
                                      "2024-13",
                                      "2024-00-01",
                                      "2024-02-30",
                                      "2023-02-29",
                                      "1900-02-29",
                                      "2024-04-31",
                                      "24-01-01",
                                      "2024/01/01",
                                      "01-JAN-2024",
                                      "2024-1-1",
                                      "2024-01-01T24:00",
                                      "2024-01-01T12:60",
                                      "2024-01-01T12:30:61",
                                      "2024-01-01 12:30",
                                      "2024-01-01T",
                                      "2024-",
                                      "2024--",
                                      "2024-01-",
                                      "-",
                                      "--",
                                      "----",
                                      "-----T",
                                      "2024-01-01T12:",
                                      "2024-01-01T12:30:",
                                      "2024-01-01T12:30:15.",
                                      "2024-01-01x",
                                      "2024-01-01T12:30+15:00",
                                      "2024-01-01T12:30+1",
                                      "2024-01-01T12:30+01:60",
                                      "2024-01-01T12:30*",
                                      "20240101",
                                      "2024-01-01/",
                                      "/2024-01-01",
                                      "2024-01-01/2024",
                                      "2024-01-01/x",
                                      " 2024-01-01",
                                      "2024-01-01T-:-",
                                      "2024-01-x1",
                                      "2024-01-1x",
                                      "2024-01-00",
                                      "2024-01-01T12:30+01:6"}) {
    const bool legal_interval = text == "2024-01-01/2024";
    BOOST_TEST(parse_partial_date(text).legal == legal_interval, text);
  }
}

BOOST_AUTO_TEST_CASE(precision_counts_the_parts_before_the_first_gap) {
  BOOST_TEST(parse_partial_date("2003").precision == 1);
  BOOST_TEST(parse_partial_date("2003---15").precision == 1);
  BOOST_TEST(parse_partial_date("2003-12-15").precision == 3);
  BOOST_TEST(parse_partial_date("2003-12-15T-:15").precision == 3);
  BOOST_TEST(parse_partial_date("--12-15").precision == 0);
  BOOST_TEST(parse_partial_date("2003-12-15T13:14:17.5").precision == 7);
  BOOST_TEST(parse_partial_date("2003-12-15T13:14:17.5").part[6] == 500);
}

BOOST_AUTO_TEST_CASE(dates_are_compared_at_the_precision_they_share) {
  BOOST_TEST((order("2014-01", "2014-01-20") == date_order::same));
  BOOST_TEST((order("2014", "2013-12-31") == date_order::after));
  BOOST_TEST((order("2014-01-19", "2014-01-20T10:00") == date_order::before));
  BOOST_TEST((order("2014-01-20T10", "2014-01-20") == date_order::same));
  BOOST_TEST((order("2014-01-20T10:00:01", "2014-01-20T10:00:00") == date_order::after));
  BOOST_TEST((order("2003---15", "2003-12-01") == date_order::same));
}

BOOST_AUTO_TEST_CASE(what_cannot_be_compared_is_unknown) {
  BOOST_TEST((order("", "2014") == date_order::unknown));
  BOOST_TEST((order("2014", "x") == date_order::unknown));
  BOOST_TEST((order("--12-15", "2014-12-15") == date_order::unknown));
  BOOST_TEST((order("2014-01-01/2014-02-01", "2013") == date_order::unknown));
  BOOST_TEST((order("2013", "2014-01-01/2014-02-01") == date_order::unknown));
}

BOOST_AUTO_TEST_CASE(zones_count_only_where_both_name_theirs) {
  BOOST_TEST((order("2014-01-01T23:00-05:00", "2014-01-02T04:00Z") == date_order::same));
  BOOST_TEST((order("2014-01-01T23:00-05:00", "2014-01-02T03:59Z") == date_order::after));
  BOOST_TEST((order("2014-01-01T23:00:05-05:00", "2014-01-02T04:00:04Z") == date_order::after));
  BOOST_TEST((order("2014-01-01T23:00-05:00", "2014-01-02T04:00") == date_order::before));
}

BOOST_AUTO_TEST_CASE(there_is_no_study_day_zero) {
  BOOST_TEST(day("2014-01-02", "2014-01-02").value() == 1);
  BOOST_TEST(day("2014-01-03", "2014-01-02").value() == 2);
  BOOST_TEST(day("2014-01-01", "2014-01-02").value() == -1);
  BOOST_TEST(day("2012-03-01", "2012-02-28").value() == 3);
  BOOST_TEST(day("2014-01-03T23:59", "2014-01-02T00:00").value() == 2);
}

BOOST_AUTO_TEST_CASE(a_partial_date_has_no_study_day) {
  BOOST_TEST(!day("2014-01", "2014-01-02"));
  BOOST_TEST(!day("2014-01-02", "2014"));
  BOOST_TEST(!day("2014-13-02", "2014-01-01"));
  BOOST_TEST(!day("2014-01-01/2014-01-02", "2014-01-01"));
}

BOOST_AUTO_TEST_CASE(zones_do_not_count_where_the_minute_is_not_known) {
  BOOST_TEST((order("2014-01-01T13+02:00", "2014-01-01T12Z") == date_order::after));
  BOOST_TEST((order("2014-01-01T13:00+02:00", "2014-01-01T12:00Z") == date_order::before));
}

BOOST_AUTO_TEST_SUITE_END()
