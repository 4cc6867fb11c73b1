#include "../support/pipeline_fixture.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <span>

using namespace aepro;
using namespace aepro::test;
using namespace std::chrono_literals;

namespace {

/// A store that refuses claims, and the waits between them.
struct claim_retry_fixture : pipeline_fixture {
  claim_retry_fixture() {
    options.ingest.intake.retry = {50ms, 2'000ms};
    faults.refuses_claims = true;
  }

  void watch(std::chrono::milliseconds duration) {
    for (auto passed = 0ms; passed < duration; passed += step) {
      advance(step);
      for (const auto& [stream, calls] : faults.claim_calls) {
        auto& seen = tries[stream];
        for (; seen.size() < calls; seen.push_back(scheduler.clock().now())) {
        }
      }
    }
  }

  std::vector<std::chrono::milliseconds> waits(const stream_name& stream) {
    std::vector<std::chrono::milliseconds> all;
    const auto& times = tries[stream];
    for (std::size_t i = 1; i < times.size(); ++i)
      all.push_back(std::chrono::duration_cast<std::chrono::milliseconds>(times[i] - times[i - 1]));
    return all;
  }

  static constexpr auto step = 5ms;
  static constexpr auto slack =
      2 * step; ///< What is due is done at the next poll, and seen a step later.
  std::map<stream_name, std::vector<std::chrono::steady_clock::time_point>> tries;
};

} // namespace

BOOST_AUTO_TEST_SUITE(claim_retry)

BOOST_FIXTURE_TEST_CASE(a_refused_claim_is_tried_again_after_waits_that_lie_below_a_growing_end,
                        claim_retry_fixture) {
  start();
  watch(30s);
  const auto drawn = waits(first_stream);
  BOOST_REQUIRE(drawn.size() > 15U);
  auto end = 50ms;
  for (const auto wait : drawn) {
    BOOST_TEST(wait.count() >= (50ms - step).count());
    BOOST_TEST(wait.count() <= (end + slack).count());
    end = std::min(end * 2, 2'000ms);
  }
  BOOST_TEST(std::ranges::max(drawn).count() > 1'000);
  BOOST_TEST(std::ranges::min(std::span{drawn}.subspan(6)).count() < 1'000);
}

BOOST_FIXTURE_TEST_CASE(partitions_whose_claims_were_refused_together_do_not_come_back_together,
                        claim_retry_fixture) {
  start();
  watch(30s);
  BOOST_TEST((waits(first_stream) != waits(second_stream)));
  std::size_t together = 0;
  for (const auto at : tries[first_stream])
    together += static_cast<std::size_t>(std::ranges::count(tries[second_stream], at));
  BOOST_TEST(together * 4 < tries[first_stream].size());
}

BOOST_FIXTURE_TEST_CASE(a_claim_that_succeeds_lets_the_next_refusals_wait_shortly_again,
                        claim_retry_fixture) {
  start();
  watch(20s);
  faults.refuses_claims = false;
  watch(3s);
  check_all_stored();
  faults.refuses_claims = true;
  tries.clear();
  faults.claim_calls.clear();
  BOOST_REQUIRE((*database->connect())->claim(first_stream)); // Ours is fenced by the next write.
  broker.publish(first_stream, 2 * records_per_stream, event_value(1'000));
  broker.wake();
  watch(5s);
  BOOST_REQUIRE(waits(first_stream).size() > 1U);
  BOOST_TEST(waits(first_stream).front().count() <= (50ms + slack).count());
}

BOOST_FIXTURE_TEST_CASE(claims_beyond_the_retry_budget_wait_the_longest, claim_retry_fixture) {
  options.ingest.retry_budget = 1;
  start();
  watch(10s);
  const auto first = waits(first_stream), second = waits(second_stream);
  const auto is_longest = [](auto wait) { return wait >= 2'000ms - step; };
  const auto all =
      std::ranges::count_if(first, is_longest) + std::ranges::count_if(second, is_longest);
  BOOST_TEST(static_cast<std::size_t>(all) + 1 == first.size() + second.size());
}

BOOST_AUTO_TEST_SUITE_END()
