#include "actors/storage/rows/alert_pages.hpp"

#include <boost/test/unit_test.hpp>

#include <set>

using namespace aepro;

BOOST_AUTO_TEST_SUITE(alert_pages)

namespace {

std::vector<stored_alert> alerts_at(const std::vector<std::int64_t>& offsets) {
  std::vector<stored_alert> alerts;
  for (const auto offset : offsets)
    alerts.push_back({.offset = offset});
  return alerts;
}

std::vector<std::int64_t> offsets_of(const std::vector<stored_alert>& alerts) {
  std::vector<std::int64_t> offsets;
  for (const auto& one : alerts)
    offsets.push_back(one.offset);
  return offsets;
}

std::size_t page_of(const std::vector<std::int64_t>& offsets, std::size_t alerts_max) {
  return page_size(alerts_at(offsets), alerts_max);
}

using numbers = std::vector<std::int64_t>;

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

BOOST_AUTO_TEST_CASE(nullifications_stand_between_alerts_as_far_as_both_were_read) {
  const auto merged = merged_alerts(alerts_at({1, 1, 4}), alerts_at({2, 9}), 10);
  BOOST_TEST(offsets_of(merged) == (numbers{1, 1, 2, 4, 9}), boost::test_tools::per_element());
  BOOST_TEST(!merged[1].only_if_told);
  BOOST_TEST(merged[2].only_if_told);
  BOOST_TEST(offsets_of(merged_alerts(alerts_at({1, 1, 4}), alerts_at({2, 9}), 3)) ==
                 (numbers{1, 1, 2, 4}),
             boost::test_tools::per_element());
  BOOST_TEST(offsets_of(merged_alerts(alerts_at({5}), alerts_at({2, 3}), 2)) == (numbers{2, 3}),
             boost::test_tools::per_element());
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
