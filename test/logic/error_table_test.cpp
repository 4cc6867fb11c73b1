#include "actors/common/error_table.hpp"

#include <boost/test/unit_test.hpp>

#include <fstream>
#include <iterator>
#include <set>
#include <tuple>

using namespace aepro;

BOOST_AUTO_TEST_SUITE(error_table_rules)

namespace {

errc classify(const error_row& row) {
  switch (row.system) {
    case error_system::postgresql: return classify_sqlstate(row.name);
    case error_system::sqlite: return classify_sqlite(row.number);
    case error_system::librdkafka: return classify_kafka_error(row.number);
  }
  return errc::none;
}

} // namespace

BOOST_AUTO_TEST_CASE(every_row_is_found_under_its_code_so_none_stands_behind_a_wider_one) {
  for (const auto& row : error_table())
    BOOST_TEST((classify(row) == row.meaning), row.name);
}

BOOST_AUTO_TEST_CASE(no_code_has_two_rows_and_every_row_says_its_cause) {
  std::set<std::tuple<error_system, std::string_view>> names;
  std::set<std::tuple<error_system, int>> numbers;
  for (const auto& row : error_table()) {
    BOOST_TEST(names.emplace(row.system, row.name).second, row.name);
    BOOST_TEST(
        (row.system == error_system::postgresql || numbers.emplace(row.system, row.number).second),
        row.name);
    BOOST_TEST(!row.cause.empty(), row.name);
  }
}

BOOST_AUTO_TEST_CASE(an_unknown_code_of_a_store_stops_the_node_and_one_of_kafka_is_tried_again) {
  for (const auto* sqlstate : {"42P01", "42501", "XX001", "28P01", "P0001"})
    BOOST_TEST((classify_sqlstate(sqlstate) == errc::store_broken), sqlstate);
  for (const int code : {11, 26, 19, 23, 250})
    BOOST_TEST((classify_sqlite(code) == errc::store_broken), code);
  for (const int code : {-999, 5, 12'345})
    BOOST_TEST((classify_kafka_error(code) == errc::broker_unavailable), code);
  BOOST_TEST((action_of(error_system::postgresql, errc::store_broken) == error_action::stop_node));
  BOOST_TEST(
      (action_of(error_system::librdkafka, errc::broker_unavailable) == error_action::retry));
}

BOOST_AUTO_TEST_CASE(a_class_stands_for_its_codes_and_a_code_before_its_class) {
  BOOST_TEST((classify_sqlstate("57P01") == errc::store_unavailable));
  BOOST_TEST((classify_sqlstate("57014") == errc::deadline_exceeded));
  BOOST_TEST((classify_sqlstate("53300") == errc::store_unavailable));
  BOOST_TEST((classify_sqlstate("53100") == errc::store_full));
  BOOST_TEST((classify_sqlstate("40P01") == errc::store_busy));
  BOOST_TEST((classify_sqlstate("40003") == errc::store_outcome_unknown));
  BOOST_TEST((classify_sqlstate("") == errc::store_unavailable));
  BOOST_TEST((classify_sqlite(5 | (2 << 8)) == errc::store_busy));         // SQLITE_BUSY_SNAPSHOT
  BOOST_TEST((classify_sqlite(10 | (4 << 8)) == errc::store_unavailable)); // SQLITE_IOERR_FSYNC
}

BOOST_AUTO_TEST_CASE(a_fenced_stream_is_given_up_and_a_fenced_consumer_stops_the_node) {
  BOOST_TEST(
      (action_of(error_system::postgresql, errc::fenced) == error_action::give_partition_up));
  BOOST_TEST((action_of(error_system::librdkafka, errc::fenced) == error_action::stop_node));
}

BOOST_AUTO_TEST_CASE(what_is_tried_again_is_what_is_transient) {
  for (int value = 0; value <= static_cast<int>(errc::content_refused); ++value) {
    const auto code = static_cast<errc>(value);
    BOOST_TEST(is_transient(code) == (action_of(code) == error_action::retry), to_string(code));
    BOOST_TEST(to_string(action_of(code)) != "unknown");
  }
  BOOST_TEST((action_of(errc::store_outcome_unknown) == error_action::retry));
  BOOST_TEST((action_of(errc::fenced) == error_action::give_partition_up));
  BOOST_TEST((action_of(errc::store_broken) == error_action::stop_node));
  BOOST_TEST((action_of(errc::content_refused) == error_action::none));
}

BOOST_AUTO_TEST_CASE(the_document_says_what_the_table_says) {
  std::ifstream file(std::string(AEPRO_SOURCE_DIR) + "/docs/errors.md", std::ios::binary);
  const std::string document(std::istreambuf_iterator<char>(file), {});
  const bool same = document == errors_markdown();
  BOOST_TEST(same,
             "docs/errors.md is out of date; errors.md in the working folder is what it should be");
  if (!same)
    std::ofstream("errors.md", std::ios::binary) << errors_markdown();
}

BOOST_AUTO_TEST_SUITE_END()
