#include "actors/common/growing_wait.hpp"
#include "actors/common/log.hpp"
#include "actors/common/log_throttle.hpp"
#include "actors/ingest/catch_up_gate.hpp"
#include "actors/ingest/retry_schedule.hpp"
#include "actors/supervisor/restart_budget.hpp"
#include "actors/validation/subject_cache.hpp"
#include "messages/errors.hpp"
#include "messages/latency_histogram.hpp"

#include <boost/test/unit_test.hpp>

using namespace aepro;
using namespace std::chrono_literals;

namespace {

const std::chrono::steady_clock::time_point start{1h};

subject_context_ptr context(bool known) {
  auto made = std::make_shared<subject_context>();
  made->known = known;
  return made;
}

} // namespace

BOOST_AUTO_TEST_SUITE(growing_wait_rules)

BOOST_AUTO_TEST_CASE(a_wait_doubles_with_each_failure_in_a_row_up_to_a_limit) {
  growing_wait wait;
  BOOST_TEST(wait.after_failure(10ms).count() == 20);
  BOOST_TEST(wait.after_failure(10ms).count() == 40);
  BOOST_TEST(wait.after_failure(10ms, 1).count() == 20);
  for (int i = 0; i < 100; ++i)
    wait.after_failure(10ms);
  BOOST_TEST(wait.after_failure(10ms).count() == 320);
  wait.reset();
  BOOST_TEST(wait.after_failure(10ms).count() == 20);
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(retry_schedule_rules)

BOOST_AUTO_TEST_CASE(the_wait_lies_between_the_minimum_and_a_doubling_maximum) {
  retry_schedule schedule{{50ms, 5'000ms}};
  std::int64_t highest = 50;
  for (int i = 0; i < 30; ++i) {
    const auto wait = schedule.next(~std::uint64_t{0} - static_cast<std::uint64_t>(i) * 7'919);
    BOOST_TEST(wait.count() >= 50);
    BOOST_TEST(wait.count() <= std::min<std::int64_t>(highest, 5'000));
    highest = std::min<std::int64_t>(highest * 2, 5'000);
  }
}

BOOST_AUTO_TEST_CASE(the_whole_range_is_used) {
  retry_schedule schedule{{50ms, 400ms}};
  schedule.next(0);
  schedule.next(0);
  schedule.next(0);
  BOOST_TEST(schedule.next(350).count() == 400);
}

BOOST_AUTO_TEST_CASE(success_starts_anew) {
  retry_schedule schedule{{50ms, 5'000ms}};
  for (int i = 0; i < 10; ++i)
    schedule.next(1);
  schedule.reset();
  BOOST_TEST(schedule.next(12'345).count() == 50);
}

BOOST_AUTO_TEST_CASE(failures_without_end_keep_the_wait_at_its_maximum) {
  retry_schedule schedule{{50ms, 400ms}};
  for (int i = 0; i < 1'100; ++i)
    schedule.next(0);
  BOOST_TEST(schedule.failures() == 1'000U);
  BOOST_TEST(schedule.next(350).count() == 400);
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(restart_budget_rules)

BOOST_AUTO_TEST_CASE(one_more_than_the_budget_in_the_window_is_too_many) {
  restart_budget budget{{3, 60s}};
  for (int i = 0; i < 3; ++i)
    BOOST_TEST(budget.spend(start + i * 1s));
  BOOST_TEST(!budget.spend(start + 10s));
}

BOOST_AUTO_TEST_CASE(asking_what_is_left_spends_nothing) {
  restart_budget budget{{1, 60s}};
  for (int i = 0; i < 3; ++i)
    BOOST_TEST(budget.has_left(start));
  BOOST_TEST(budget.spend(start));
  BOOST_TEST(!budget.has_left(start + 59s));
  BOOST_TEST(budget.has_left(start + 60s));
}

BOOST_AUTO_TEST_CASE(restarts_outside_the_window_do_not_count) {
  restart_budget budget{{1, 60s}};
  BOOST_TEST(budget.spend(start));
  BOOST_TEST(budget.spend(start + 60s));
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(subject_cache_rules)

BOOST_AUTO_TEST_CASE(the_least_recently_used_entry_goes_first) {
  subject_cache cache{{2, 1h, 1h}};
  cache.put({"s", "1"}, context(true), start);
  cache.put({"s", "2"}, context(true), start);
  BOOST_TEST(cache.find({"s", "1"}, start));
  cache.put({"s", "3"}, context(true), start);
  BOOST_TEST(cache.size() == 2U);
  BOOST_TEST(!cache.find({"s", "2"}, start));
  BOOST_TEST(cache.find({"s", "1"}, start));
}

BOOST_AUTO_TEST_CASE(entries_expire_and_negative_ones_sooner) {
  subject_cache cache{{10, 30s, 2s}};
  cache.put({"s", "known"}, context(true), start);
  cache.put({"s", "unknown"}, context(false), start);
  BOOST_TEST(cache.find({"s", "unknown"}, start + 1s));
  BOOST_TEST(!cache.find({"s", "unknown"}, start + 2s));
  BOOST_TEST(cache.find({"s", "known"}, start + 29s));
  BOOST_TEST(!cache.find({"s", "known"}, start + 30s));
  BOOST_TEST(cache.size() == 0U);
}

BOOST_AUTO_TEST_CASE(an_erased_entry_is_gone) {
  subject_cache cache{{10, 30s, 2s}};
  cache.put({"s", "1"}, context(true), start);
  cache.erase({"s", "1"});
  cache.erase({"s", "1"});
  BOOST_TEST(!cache.find({"s", "1"}, start));
}

BOOST_AUTO_TEST_CASE(a_cache_without_room_keeps_only_the_last_entry) {
  subject_cache cache{{0, 30s, 2s}};
  cache.put({"s", "1"}, context(true), start);
  cache.put({"s", "2"}, context(true), start);
  BOOST_TEST(cache.size() == 1U);
  BOOST_TEST(cache.find({"s", "2"}, start));
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(catch_up_gate_rules)

BOOST_AUTO_TEST_CASE(only_the_subjects_topic_is_read_until_it_is_caught_up) {
  catch_up_gate gate{"subjects"};
  BOOST_TEST(gate.admits("subjects"));
  BOOST_TEST(!gate.admits("events"));
  gate.wait_for({{{"subjects", 0}, 10}, {{"subjects", 1}, 5}}, start + 30s);
  const std::vector<stream_claim> half{{{"subjects", 0}, 1, 10, {}}, {{"subjects", 1}, 1, 4, {}}};
  BOOST_TEST(!gate.observe(half, start));
  const std::vector<stream_claim> rest{{{"subjects", 1}, 1, 5, {}}};
  BOOST_TEST(gate.observe(rest, start));
  BOOST_TEST(gate.admits("events"));
  BOOST_TEST(!gate.gave_up());
}

BOOST_AUTO_TEST_CASE(the_wait_is_bounded) {
  catch_up_gate gate{"subjects"};
  gate.wait_for({{{"subjects", 0}, 10}}, start + 30s);
  BOOST_TEST(!gate.observe({}, start + 29s));
  BOOST_TEST(!gate.gave_up());
  BOOST_TEST(gate.observe({}, start + 30s));
  BOOST_TEST(gate.gave_up());
}

BOOST_AUTO_TEST_CASE(an_empty_topic_holds_nothing_back) {
  catch_up_gate gate{"subjects"};
  gate.wait_for({}, start + 30s);
  BOOST_TEST(gate.observe({}, start));
}

BOOST_AUTO_TEST_CASE(a_gate_that_gave_up_stays_open_and_still_learns_that_all_was_caught_up) {
  catch_up_gate gate{"subjects"};
  gate.wait_for({{{"subjects", 0}, 10}}, start + 30s);
  BOOST_TEST(gate.observe({}, start + 30s));
  BOOST_TEST(gate.observe({}, start)); // An observation made before the time was up.
  BOOST_TEST(gate.gave_up());
  const std::vector<stream_claim> all{{{"subjects", 0}, 1, 10, {}}};
  BOOST_TEST(gate.observe(all, start + 31s));
  BOOST_TEST(!gate.gave_up());
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(log_line_rules)

BOOST_AUTO_TEST_CASE(a_line_of_the_log_stays_one_line) {
  BOOST_TEST(log::on_one_line("pool a\nb\x1b[31m") == "pool a\\nb\\x1b[31m");
  BOOST_TEST(log::on_one_line("站点 01") == "站点 01");
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(log_throttle_rules)

BOOST_AUTO_TEST_CASE(one_line_a_minute_per_cause_with_the_count_of_those_held_back) {
  log_throttle throttle;
  BOOST_TEST(throttle.admit("store", start).value() == 0U);
  BOOST_TEST(!throttle.admit("store", start + 59s));
  BOOST_TEST(throttle.admit("broker", start + 1s).has_value());
  BOOST_TEST(throttle.admit("store", start + 60s).value() == 1U);
}

BOOST_AUTO_TEST_CASE(causes_are_bounded) {
  log_throttle throttle{60s, 2};
  for (int i = 0; i < 10; ++i)
    BOOST_TEST(throttle.admit(std::to_string(i), start).has_value());
}

BOOST_AUTO_TEST_CASE(a_full_throttle_still_counts_the_causes_that_it_knows) {
  log_throttle throttle{60s, 2};
  BOOST_TEST(throttle.admit("a", start).has_value());
  BOOST_TEST(throttle.admit("b", start).has_value());
  BOOST_TEST(!throttle.admit("b", start + 1s));
  BOOST_TEST(!throttle.admit("a", start + 1s));
  BOOST_TEST(throttle.admit("a", start + 60s).value() == 1U);
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(error_codes)

BOOST_AUTO_TEST_CASE(every_code_has_a_name_of_its_own) {
  std::map<std::string, int> names;
  for (int value = 0; value <= static_cast<int>(errc::content_refused); ++value)
    ++names[to_string(static_cast<errc>(value))];
  BOOST_TEST(names.size() == static_cast<std::size_t>(errc::content_refused) + 1);
  BOOST_TEST(names.count("unknown") == 0U);
}

BOOST_AUTO_TEST_CASE(what_a_person_must_mend_is_not_transient) {
  BOOST_TEST(is_transient(errc::store_unavailable));
  BOOST_TEST(!is_transient(errc::offset_out_of_range));
  BOOST_TEST(!is_transient(errc::store_broken));
  BOOST_TEST(!is_transient(errc::authorization_denied));
  BOOST_TEST(is_transient(errc::topic_missing)); // The node heals when somebody creates it.
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(latency_histogram_rules)

BOOST_AUTO_TEST_CASE(percentiles_are_at_most_four_percent_off) {
  latency_histogram histogram;
  for (std::int64_t i = 1; i <= 100'000; ++i)
    histogram.add(i);
  for (const double fraction : {0.0001, 0.01, 0.5, 0.9, 0.99, 0.999, 1.0}) {
    const auto exact = fraction * 100'000;
    BOOST_TEST(static_cast<double>(histogram.percentile(fraction)) >= exact);
    BOOST_TEST(static_cast<double>(histogram.percentile(fraction)) <= exact * 1.04);
  }
}

BOOST_AUTO_TEST_CASE(extremes_are_counted_at_the_ends) {
  latency_histogram histogram;
  BOOST_TEST(histogram.percentile(0.5) == 0);
  histogram.add(-5);
  histogram.add(std::int64_t{1} << 60);
  BOOST_TEST(histogram.total() == 2U);
  BOOST_TEST(histogram.percentile(0.5) == 0);
  BOOST_TEST(histogram.percentile(1.0) > 60'000'000);
}

BOOST_AUTO_TEST_SUITE_END()
