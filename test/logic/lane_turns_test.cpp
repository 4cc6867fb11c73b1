#include "actors/common/lane_plan.hpp"
#include "actors/common/lane_turns.hpp"

#include <boost/test/unit_test.hpp>

#include <deque>
#include <random>

using namespace aepro;

BOOST_AUTO_TEST_SUITE(lane_rules)

namespace {

using pieces = lane_turns::pieces;
constexpr auto urgent = lane::adverse_events, subjects = lane::subjects,
               forms = lane::questionnaire_responses;

/// Takes turns as long as asked. Returns the lanes served, in order.
std::vector<lane> served(lane_turns& turns, const pieces& waiting, std::size_t times) {
  std::vector<lane> order;
  for (std::size_t i = 0; i < times; ++i) {
    order.push_back(*turns.next(waiting));
    turns.gave(order.back(), waiting[order.back()], waiting, waiting);
  }
  return order;
}

} // namespace

BOOST_AUTO_TEST_CASE(a_topic_that_is_none_of_the_others_is_a_form) {
  const lane_plan lanes{"reports", "people", {}};
  BOOST_TEST((lanes.of("reports") == urgent));
  BOOST_TEST((lanes.of("people") == subjects));
  BOOST_TEST((lanes.of("forms") == forms));
}

BOOST_AUTO_TEST_CASE(one_place_at_least_is_kept_free_of_forms_where_there_are_two) {
  lane_plan lanes;
  BOOST_TEST(lanes.places_of_others(1) == 1U);
  BOOST_TEST(lanes.places_of_others(2) == 1U);
  BOOST_TEST(lanes.places_of_others(3) == 2U);
  BOOST_TEST(lanes.places_of_others(8) == 6U);
  lanes.shares[urgent] = 90;
  BOOST_TEST(lanes.places_of_others(2) == 1U);
  BOOST_TEST(lanes.places_of_others(20) == 2U);
}

BOOST_AUTO_TEST_CASE(the_most_urgent_goes_first_and_alone_each_goes) {
  lane_turns turns{{{25, 5, 25}}};
  BOOST_TEST(!turns.next({}));
  BOOST_TEST((turns.next({{1, 1, 1}}) == urgent));
  BOOST_TEST((turns.next({{0, 1, 1}}) == subjects));
  BOOST_TEST((turns.next({{0, 0, 1}}) == forms));
}

BOOST_AUTO_TEST_CASE(who_waits_gets_exactly_the_share_that_is_owed) {
  lane_turns turns{{{25, 5, 25}}};
  const auto order = served(turns, {{10, 0, 10}}, 400);
  BOOST_TEST(std::count(order.begin(), order.end(), forms) == 100);
  BOOST_TEST((order[2] == urgent));
  BOOST_TEST((order[3] == forms));
  BOOST_TEST((order[4] == urgent));
}

BOOST_AUTO_TEST_CASE(a_large_piece_goes_when_the_small_ones_before_it_have_paid_for_it) {
  lane_turns turns{{{25, 5, 25}}};
  const auto order = served(turns, {{1, 0, 100}}, 301);
  BOOST_TEST(std::count(order.begin(), order.end(), forms) == 1);
  BOOST_TEST((order.back() == forms));
}

BOOST_AUTO_TEST_CASE(small_pieces_get_the_same_share_as_large_ones) {
  lane_turns turns{{{25, 5, 25}}};
  const auto order = served(turns, {{1'000, 0, 1}}, 3'343);
  BOOST_TEST(std::count(order.begin(), order.end(), urgent) == 10);
}

BOOST_AUTO_TEST_CASE(who_has_nothing_to_do_saves_nothing_up) {
  lane_turns turns{{{25, 5, 25}}};
  served(turns, {{10, 0, 10}}, 3);
  served(turns, {{10, 0, 0}}, 1'000);
  BOOST_TEST((turns.next({{10, 0, 10}}) == urgent));
}

BOOST_AUTO_TEST_CASE(what_went_while_nobody_else_waited_is_not_held_against_it) {
  lane_turns turns{{{25, 5, 25}}};
  served(turns, {{0, 0, 1'000}}, 50);
  const auto order = served(turns, {{10, 0, 10}}, 40);
  BOOST_TEST(std::count(order.begin(), order.end(), forms) == 10);
}

BOOST_AUTO_TEST_CASE(what_went_before_the_less_urgent_is_not_held_against_it) {
  lane_turns turns{{{25, 25, 25}}};
  served(turns, {{0, 10, 10}}, 1'000);
  const auto order = served(turns, {{10, 10, 0}}, 40);
  BOOST_TEST(std::count(order.begin(), order.end(), subjects) >= 10);
}

BOOST_AUTO_TEST_CASE(who_had_no_room_for_long_is_owed_one_piece_and_not_more) {
  lane_turns turns{{{25, 5, 25}}};
  for (int i = 0; i < 1'000; ++i)
    turns.gave(urgent, 10, {{10, 0, 10}}, {{10, 0, 0}});
  const auto order = served(turns, {{10, 0, 10}}, 3);
  BOOST_TEST((order[0] == forms));
  BOOST_TEST((order[1] == urgent));
  BOOST_TEST((order[2] == urgent));
}

/// Random arrivals, at more than can be served; what each lane got is compared with its share
/// wherever it waited.
BOOST_AUTO_TEST_CASE(
    under_any_load_the_urgent_wait_for_what_others_are_owed_and_each_lane_gets_its_share) {
  constexpr std::size_t piece_max = 1'000;
  for (std::uint32_t seed = 0; seed < 50; ++seed) {
    std::minstd_rand random{seed + 1};
    const per_lane<std::size_t> shares{{1 + random() % 33, 1 + random() % 33, 1 + random() % 33}};
    lane_turns turns{shares};
    per_lane<std::deque<std::size_t>> queues;
    struct stretch {
      std::int64_t all = 0, own = 0;
    };
    per_lane<stretch> waiting_since;
    std::size_t others_in_a_row = 0; // Records, while adverse events wait.
    const auto others_share = shares[subjects] + shares[forms];
    for (int step = 0; step < 2'000; ++step) {
      for (const auto which : all_lanes)
        if (random() % 3 == 0 && queues[which].size() < 20)
          queues[which].push_back(1 + random() % piece_max);
      pieces waiting;
      for (const auto which : all_lanes)
        waiting[which] = queues[which].empty() ? 0 : queues[which].front();
      const auto chosen = turns.next(waiting);
      if (!chosen)
        continue;
      turns.gave(*chosen, waiting[*chosen], waiting, waiting);
      queues[*chosen].pop_front();
      others_in_a_row =
          *chosen == urgent || waiting[urgent] == 0 ? 0 : others_in_a_row + waiting[*chosen];
      // What goes earns them a part of itself again.
      BOOST_REQUIRE(others_in_a_row * (100 - others_share) <= (200 + others_share) * piece_max);
      for (const auto which : all_lanes) {
        auto& [all, own] = waiting_since[which];
        if (waiting[which] == 0) {
          all = own = 0;
          continue;
        }
        all += static_cast<std::int64_t>(waiting[*chosen]);
        own += which == *chosen ? static_cast<std::int64_t>(waiting[which]) : 0;
        const auto due = all * static_cast<std::int64_t>(shares[which]) / 100;
        // A piece that is not paid for yet, and its share of what others were owed first.
        BOOST_REQUIRE(own >= due - static_cast<std::int64_t>(4 * piece_max));
      }
    }
  }
}

BOOST_AUTO_TEST_SUITE_END()
