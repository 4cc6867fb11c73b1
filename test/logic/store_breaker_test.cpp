#include "actors/common/retry_budget.hpp"
#include "actors/common/store_breaker.hpp"

#include <boost/test/unit_test.hpp>

#include <set>

using namespace aepro;
using namespace std::chrono_literals;

namespace {

const store_breaker::time_point start{1'000h};

/// Asks once every `step` for `length`; what goes through ends with `code`. Returns how many went
/// through.
int ask(store_breaker& breaker, store_breaker::time_point from, std::chrono::milliseconds length,
        std::chrono::milliseconds step, errc code) {
  int admitted = 0;
  for (auto now = from; now < from + length; now += step)
    if (breaker.admits(now)) {
      ++admitted;
      breaker.answered(now, code);
    }
  return admitted;
}

} // namespace

BOOST_AUTO_TEST_SUITE(store_breaker_rules)

BOOST_AUTO_TEST_CASE(a_store_that_answers_gets_everything) {
  store_breaker breaker;
  BOOST_TEST(ask(breaker, start, 10s, 10ms, errc::none) == 1'000);
  BOOST_TEST(breaker.status(start + 10s).refused == 0U);
}

BOOST_AUTO_TEST_CASE(a_refusal_that_only_a_living_store_can_give_is_an_answer) {
  store_breaker breaker;
  BOOST_TEST(ask(breaker, start, 10s, 10ms, errc::fenced) == 1'000);
}

BOOST_AUTO_TEST_CASE(only_what_a_store_says_that_is_away_full_or_late_is_no_answer) {
  const std::set<errc> no_answers{errc::store_unavailable, errc::store_full,
                                  errc::store_outcome_unknown, errc::deadline_exceeded};
  for (int value = 0; value <= static_cast<int>(errc::content_refused); ++value) {
    const auto code = static_cast<errc>(value);
    BOOST_TEST(is_answer(code) == !no_answers.contains(code), to_string(code));
  }
}

BOOST_AUTO_TEST_CASE(a_store_that_is_gone_is_left_alone_but_for_a_probe_in_each_interval) {
  store_breaker breaker{500ms};
  ask(breaker, start, 5s, 10ms, errc::store_unavailable);
  const auto admitted = ask(breaker, start + 5s, 60s, 10ms, errc::store_unavailable);
  BOOST_TEST(admitted >= 120);
  BOOST_TEST(admitted <= 160); // One in (requests + 1) goes through as well.
}

BOOST_AUTO_TEST_CASE(a_probe_gets_through_within_its_interval_whatever_was_counted) {
  store_breaker breaker{500ms};
  ask(breaker, start, 60s, 1ms, errc::store_unavailable);
  auto last = start + 60s;
  for (auto now = start + 60s; now < start + 70s; now += 1ms)
    if (breaker.admits(now)) {
      BOOST_TEST((now - last <= 501ms));
      last = now;
      breaker.answered(now, errc::store_unavailable);
    }
  BOOST_TEST((start + 70s - last <= 501ms));
}

BOOST_AUTO_TEST_CASE(a_store_that_comes_back_gets_everything_after_eight_answers) {
  store_breaker breaker{500ms};
  ask(breaker, start, 60s, 10ms, errc::store_unavailable);
  const auto back = start + 60s;
  ask(breaker, back, 600ms, 10ms, errc::none);
  BOOST_TEST(ask(breaker, back + 600ms, 1s, 10ms, errc::none) == 100);
}

BOOST_AUTO_TEST_CASE(an_answer_lets_two_more_through_and_a_failure_takes_that_back) {
  store_breaker breaker{500ms};
  ask(breaker, start, 60s, 1ms, errc::store_unavailable);
  auto now = start + 61s;
  BOOST_REQUIRE(breaker.admits(now));
  breaker.answered(now, errc::none);
  BOOST_TEST(breaker.admits(now));
  BOOST_TEST(breaker.admits(now));
  BOOST_TEST(!breaker.admits(now));
  breaker.answered(now, errc::none);
  breaker.answered(now, errc::store_unavailable);
  BOOST_TEST(!breaker.admits(now));
}

BOOST_AUTO_TEST_CASE(a_store_that_answers_one_in_ten_is_spared_most_and_still_asked) {
  store_breaker breaker{500ms};
  int admitted = 0, answers = 0;
  for (int i = 0; i < 10'000; ++i) {
    const auto now = start + i * 10ms;
    if (!breaker.admits(now))
      continue;
    const bool answer = ++admitted % 10 == 0;
    answers += answer ? 1 : 0;
    breaker.answered(now, answer ? errc::none : errc::deadline_exceeded);
  }
  BOOST_TEST(admitted < 1'000);
  BOOST_TEST(answers >= 20);
}

BOOST_AUTO_TEST_CASE(after_eight_answers_the_failures_before_them_are_forgotten) {
  store_breaker breaker{500ms};
  ask(breaker, start, 60s, 10ms, errc::store_unavailable);
  ask(breaker, start + 60s, 600ms, 10ms, errc::none);
  const auto now = start + 61s;
  BOOST_REQUIRE(breaker.admits(now));
  breaker.answered(now, errc::store_unavailable);
  for (int i = 0; i < 10; ++i)
    BOOST_TEST(breaker.admits(now));
}

BOOST_AUTO_TEST_CASE(a_store_that_answers_a_little_less_than_half_is_spared_a_little) {
  store_breaker breaker{1h}; // No probes.
  int admitted = 0;
  for (int i = 0; i < 200; ++i) {
    const auto now = start + i * 10ms;
    if (breaker.admits(now))
      breaker.answered(now, ++admitted % 9 < 4 ? errc::none : errc::store_unavailable);
  }
  BOOST_TEST(admitted >= 120);
  BOOST_TEST(admitted < 200);
}

BOOST_AUTO_TEST_CASE(half_of_the_answers_are_enough_to_be_asked_always) {
  store_breaker breaker{1h};
  breaker.admits(start);
  breaker.answered(start, errc::none);
  for (int i = 1; i < 10'000; ++i) {
    const auto now = start + i * 10ms;
    BOOST_REQUIRE(breaker.admits(now));
    breaker.answered(now, i % 2 == 0 ? errc::none : errc::store_unavailable);
  }
}

BOOST_AUTO_TEST_CASE(what_is_older_than_two_minutes_is_forgotten) {
  store_breaker breaker{1h};
  ask(breaker, start, 60s, 10ms, errc::store_unavailable);
  BOOST_TEST(breaker.status(start + 60s).requests == 6'000U);
  BOOST_TEST(breaker.status(start + 190s).requests == 0U);
  BOOST_TEST(breaker.admits(start + 190s));
}

BOOST_AUTO_TEST_CASE(the_counts_say_what_was_asked_answered_and_kept_back) {
  store_breaker breaker{500ms};
  ask(breaker, start, 1s, 100ms, errc::none);
  auto status = breaker.status(start + 1s);
  BOOST_TEST(status.requests == 10U);
  BOOST_TEST(status.accepts == 10U);
  const auto admitted = ask(breaker, start + 1s, 30s, 10ms, errc::store_full);
  status = breaker.status(start + 31s);
  BOOST_TEST(status.requests == 3'010U);
  BOOST_TEST(status.accepts == 10U);
  BOOST_TEST(status.refused == 3'000U - static_cast<std::uint64_t>(admitted));
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(retry_budget_rules)

BOOST_AUTO_TEST_CASE(a_budget_is_spent_and_refills_within_a_minute) {
  retry_budget budget{60};
  for (int i = 0; i < 60; ++i)
    BOOST_TEST(budget.take(start));
  BOOST_TEST(!budget.take(start));
  BOOST_TEST(!budget.take(start + 990ms));
  BOOST_TEST(budget.take(start + 1'010ms));
  BOOST_TEST(!budget.take(start + 1'020ms));
  int taken = 0;
  while (budget.take(start + 10min))
    ++taken;
  BOOST_TEST(taken == 60);
}

BOOST_AUTO_TEST_CASE(requests_that_are_not_answered_yet_are_no_failures) {
  store_breaker breaker;
  for (int i = 0; i < 16; ++i) // Of sixteen connections at once, just after the start.
    BOOST_TEST(breaker.admits(start + 10ms));
  breaker.answered(start + 20ms, errc::store_unavailable);
  int admitted = 0;
  for (int i = 0; i < 16; ++i)
    admitted += breaker.admits(start + 30ms) ? 1 : 0;
  BOOST_TEST(admitted < 16); // Now one has failed, and none has been answered.
}

BOOST_AUTO_TEST_SUITE_END()
