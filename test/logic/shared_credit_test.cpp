#include "actors/ingest/shared_credit.hpp"

#include <boost/test/unit_test.hpp>

#include <random>

using namespace aepro;

BOOST_AUTO_TEST_SUITE(shared_credit_rules)

BOOST_AUTO_TEST_CASE(what_is_reserved_is_kept_from_other_lanes) {
  const shared_credit credit{.batches_max = 103, .bytes_max = 1000};
  lane_plan lanes;
  lanes.shares = {{30, 10, 20}};        // So 31, 11 and 21 batches, and 300, 100 and 200 bytes.
  using counts = per_lane<std::size_t>; // Adverse events, subjects, forms.
  const auto left = [&](lane which, counts batches, counts bytes) {
    return credit.batches_left(lanes, which, batches, bytes);
  };
  const auto forms = lane::questionnaire_responses;
  BOOST_TEST(left(forms, {{0, 0, 0}}, {}) == 61U);
  BOOST_TEST(left(forms, {{0, 0, 60}}, {{0, 0, 599}}) == 1U);
  BOOST_TEST(left(forms, {{0, 0, 61}}, {}) == 0U);
  BOOST_TEST(left(forms, {{0, 0, 1}}, {{0, 0, 600}}) == 0U);
  BOOST_TEST(left(forms, {{31, 11, 60}}, {{300, 100, 599}}) ==
             1U); // What others use of theirs is not kept twice.
  BOOST_TEST(left(lane::adverse_events, {{0, 0, 61}}, {{0, 0, 600}}) == 31U);
  BOOST_TEST(left(lane::adverse_events, {{30, 0, 61}}, {{0, 0, 600}}) == 1U);
  BOOST_TEST(left(lane::adverse_events, {{31, 0, 61}}, {}) == 0U);
  BOOST_TEST(left(lane::adverse_events, {{0, 0, 0}}, {}) == 71U);
  BOOST_TEST(left(forms, {{71, 0, 0}}, {{5000, 0, 0}}) ==
             21U); // Nor does what is urgent take all, or too large.
  BOOST_TEST(left(forms, {{71, 0, 3}}, {{5000, 0, 200}}) == 0U);
}

BOOST_AUTO_TEST_CASE(every_lane_may_take_a_batch_however_few_there_are) {
  const shared_credit credit{.batches_max = 3, .bytes_max = 1000};
  lane_plan lanes;
  lanes.shares = {{90, 1, 9}};
  for (const auto which : all_lanes)
    BOOST_TEST(credit.batches_left(lanes, which, {}, {}) == 1U);
}

BOOST_AUTO_TEST_CASE(lanes_together_never_pass_the_credit_and_none_is_kept_from_its_share) {
  std::minstd_rand random{7};
  for (int round = 0; round < 200; ++round) {
    const shared_credit credit{.batches_max = 3 + random() % 40, .bytes_max = 1 << 20};
    lane_plan lanes;
    lanes.shares = {{1 + random() % 33, 1 + random() % 33, 1 + random() % 33}};
    per_lane<std::size_t> batches;
    for (int step = 0; step < 200; ++step) {
      const auto which = all_lanes[random() % all_lanes.size()];
      const auto left = credit.batches_left(lanes, which, batches, {});
      const bool has_less_than_its_share =
          batches[which] < 1 + (credit.batches_max - 3) * lanes.shares[which] / 100;
      BOOST_REQUIRE(left > 0U || !has_less_than_its_share);
      if (random() % 3 > 0)
        batches[which] += left > 0 ? 1 : 0;
      else
        batches[which] -= std::min<std::size_t>(batches[which], 1);
      BOOST_REQUIRE(batches.values[0] + batches.values[1] + batches.values[2] <=
                    credit.batches_max);
    }
  }
}

BOOST_AUTO_TEST_SUITE_END()
