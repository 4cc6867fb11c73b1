#include "actors/storage/rows/alert_pages.hpp"

#include <boost/test/unit_test.hpp>

#include <set>

using namespace aepro;

BOOST_AUTO_TEST_SUITE(alert_pages)

namespace {

std::size_t page_of(const std::vector<std::int64_t>& offsets, std::size_t alerts_max) {
  std::vector<stored_alert> alerts;
  for (const auto offset : offsets)
    alerts.push_back({.offset = offset});
  return page_size(alerts, alerts_max);
}

} // namespace

BOOST_AUTO_TEST_CASE(few_alerts_make_one_page) {
  BOOST_TEST(page_of({}, 0) == 0U);
  BOOST_TEST(page_of({}, 3) == 0U);
  BOOST_TEST(page_of({1, 1, 4}, 3) == 3U);
}

BOOST_AUTO_TEST_CASE(a_page_ends_between_two_records) {
  BOOST_TEST(page_of({1, 2, 3, 4}, 2) == 2U);
  BOOST_TEST(page_of({1, 2, 2, 2}, 3) == 1U);
  BOOST_TEST(page_of({1, 1, 2, 2}, 2) == 2U);
}

BOOST_AUTO_TEST_CASE(a_record_with_more_alerts_than_a_page_comes_whole_and_alone) {
  BOOST_TEST(page_of({7, 7, 7, 8}, 2) == 3U);
  BOOST_TEST(page_of({7, 7, 7}, 1) == 3U);
  BOOST_TEST(page_of({7, 8}, 0) == 1U);
}

BOOST_AUTO_TEST_CASE(states_and_results_have_names_of_their_own) {
  std::set<std::string_view> names;
  for (int number = 1; number <= 8; ++number)
    names.insert(name_of(static_cast<notification_state>(number)));
  BOOST_TEST(names.size() == 8U);
  BOOST_TEST(!names.contains("unknown"));
  BOOST_TEST(name_of(notification_state::acknowledged) == "acknowledged");
  BOOST_TEST(name_of(static_cast<notification_state>(9)) == "unknown");
  BOOST_TEST(name_of(attempt_result::delivered) == "delivered");
  BOOST_TEST(name_of(attempt_result::failed) == "failed");
  BOOST_TEST(name_of(attempt_result::refused) == "refused");
  BOOST_TEST(name_of(static_cast<attempt_result>(9)) == "unknown");
}

BOOST_AUTO_TEST_SUITE_END()
