#include "test/support/case_reports.hpp"
#include "test/support/contracts/notification_fixture.hpp"

#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

using namespace aepro;
using namespace aepro::test;

BOOST_AUTO_TEST_SUITE(nullification_alert)

namespace {

/// A nullification that repeats nothing of what made the report serious.
std::string silent_nullification(std::uint64_t id, const std::string& report = "R-1") {
  return report_value(
      {.id = id, .report = report, .version = 2, .serious = false, .nullifies = true});
}

/// Rules and states, in the order in which they were made.
std::vector<std::string> told(notifying_store& stored) {
  std::vector<std::string> texts;
  for (const auto& one : stored.all())
    texts.insert(texts.begin(), one.what.rule + ' ' + std::string(name_of(one.what.state)));
  return texts;
}

} // namespace

BOOST_DATA_TEST_CASE(
    a_nullification_that_does_not_say_what_was_serious_is_told_and_the_next_death_too, databases,
    kind) {
  notifying_store stored(kind);
  stored.source.append({report_value({.id = 1, .fatal = true})});
  BOOST_TEST(stored.take_up());
  stored.source.append({silent_nullification(2)});
  BOOST_TEST(stored.take_up());
  stored.source.append({report_value({.id = 3, .version = 3, .fatal = true})});
  BOOST_TEST(stored.take_up());
  BOOST_TEST(told(stored) == (std::vector<std::string>{"serious-adverse-event waiting",
                                                       "fatal-or-life-threatening waiting",
                                                       "serious-report-nullified waiting",
                                                       "serious-adverse-event waiting",
                                                       "fatal-or-life-threatening waiting"}),
             boost::test_tools::per_element());
  const auto nullified = stored.all()[2].what;
  BOOST_TEST((nullified.urgency == urgency::routine));
  BOOST_TEST(nullified.study == "STUDY-1");
  BOOST_TEST(nullified.site == "701");
  BOOST_TEST(nullified.subject == "01-701-1015");
  BOOST_TEST(nullified.term == "FALL");
  BOOST_TEST(nullified.offset == 1);
  BOOST_TEST(nullified.durable_at > nullified.produced_at);
}

BOOST_DATA_TEST_CASE(a_nullification_of_what_nobody_was_told_of_tells_nobody, databases, kind) {
  notifying_store stored(kind);
  stored.source.append({report_value({.id = 1, .serious = false}), silent_nullification(2),
                        report_value({.id = 3, .report = "R-2"}), silent_nullification(4),
                        silent_nullification(5, "")});
  BOOST_TEST(stored.take_up());
  BOOST_TEST(told(stored) == std::vector<std::string>{"serious-adverse-event waiting"},
             boost::test_tools::per_element());
}

BOOST_DATA_TEST_CASE(a_report_that_is_nullified_twice_is_told_once, databases, kind) {
  notifying_store stored(kind);
  stored.source.append({report_value({.id = 1}), silent_nullification(2), silent_nullification(3)});
  BOOST_TEST(stored.take_up());
  BOOST_TEST(told(stored) == (std::vector<std::string>{"serious-adverse-event waiting",
                                                       "serious-report-nullified waiting"}),
             boost::test_tools::per_element());
}

BOOST_DATA_TEST_CASE(a_nullification_that_says_so_raises_one_alert, databases, kind) {
  notifying_store stored(kind);
  stored.source.append(
      {report_value({.id = 1}), report_value({.id = 2, .version = 2, .nullifies = true})});
  const auto page = value_of(stored.one->new_alerts(stored.source.stream, 100));
  BOOST_REQUIRE(page.alerts.size() == 2U);
  BOOST_TEST(page.alerts[1].rule == "serious-report-nullified");
  BOOST_TEST(!page.alerts[1].only_if_told);
}

BOOST_DATA_TEST_CASE(pages_of_one_miss_no_nullification, databases, kind) {
  notifying_store stored(kind);
  std::vector<std::string> values;
  for (std::uint64_t id = 1; id <= 600; ++id)
    values.push_back(id % 2 == 1 ? report_value({.id = id}) : silent_nullification(id));
  stored.source.append(values);
  for (int pages = 0; pages < 600; ++pages) {
    const auto page = value_of(stored.one->new_alerts(stored.source.stream, 1));
    BOOST_REQUIRE(page.alerts.size() == 1U);
    BOOST_REQUIRE(page.alerts[0].offset == pages);
    BOOST_REQUIRE(value_of(stored.one->take_up(stored.source.claim, page, {})));
  }
  BOOST_TEST(value_of(stored.one->new_alerts(stored.source.stream, 1)).alerts.empty());
}

BOOST_AUTO_TEST_SUITE_END()
