#include "actors/validation/lane_queue.hpp"

#include <boost/test/unit_test.hpp>

#include <random>
#include <vector>

using namespace aepro;

BOOST_AUTO_TEST_SUITE(lane_queue_rules)

namespace {

constexpr auto urgent = lane::adverse_events, subjects = lane::subjects,
               forms = lane::questionnaire_responses;

worker_load holding(std::size_t batches, std::size_t of_others) {
  return {.batches = batches, .of_others = of_others};
}

} // namespace

BOOST_AUTO_TEST_CASE(a_worker_holds_two_batches_and_the_least_busy_gets_the_next) {
  BOOST_TEST(!least_busy({}));
  const std::vector<worker_load> full{holding(2, 0), holding(2, 2)};
  BOOST_TEST(!least_busy(full));
  const std::vector<worker_load> some{holding(2, 2), holding(1, 1), holding(0, 0)};
  BOOST_TEST(*least_busy(some) == 2U);
}

BOOST_AUTO_TEST_CASE(a_worker_with_a_form_is_busier_than_one_with_an_adverse_event) {
  const std::vector<worker_load> some{holding(1, 1), holding(1, 0)};
  BOOST_TEST(*least_busy(some) == 1U);
}

BOOST_AUTO_TEST_CASE(a_worker_that_leaves_gets_nothing_and_gives_no_place) {
  const std::vector<worker_load> leaving{{.batches = 0, .of_others = 0, .leaving = true}};
  BOOST_TEST(!least_busy(leaving));
  BOOST_TEST(!others_have_room(leaving, {}));
}

BOOST_AUTO_TEST_CASE(forms_leave_a_place_of_the_pool_free) {
  const lane_plan lanes;
  const std::vector<worker_load> single{holding(1, 1)};
  BOOST_TEST(!others_have_room(single, lanes));
  const std::vector<worker_load> two{holding(2, 2), holding(0, 0)};
  BOOST_TEST(others_have_room(two, lanes));
  const std::vector<worker_load> three_held{holding(2, 2), holding(1, 1)};
  BOOST_TEST(!others_have_room(three_held, lanes));
  const std::vector<worker_load> mixed{holding(2, 1), holding(1, 1)};
  BOOST_TEST(others_have_room(mixed, lanes));
}

BOOST_AUTO_TEST_CASE(what_is_urgent_overtakes_and_each_lane_keeps_its_order) {
  lane_queue<int> queue{lane_plan{}};
  queue.push(forms, 10, 1);
  queue.push(forms, 10, 2);
  queue.push(urgent, 10, 3);
  queue.push(subjects, 10, 4);
  queue.push(urgent, 10, 5);
  BOOST_TEST(queue.size() == 5U);
  std::vector<int> order;
  while (auto next = queue.pop(true))
    order.push_back(next->second);
  const std::vector<int> expected{3, 5, 4, 1, 2};
  BOOST_TEST(order == expected, boost::test_tools::per_element());
  BOOST_TEST(queue.size() == 0U);
}

BOOST_AUTO_TEST_CASE(where_others_have_no_room_only_adverse_events_go) {
  lane_queue<int> queue{lane_plan{}};
  queue.push(forms, 10, 1);
  queue.push(subjects, 10, 2);
  BOOST_TEST(!queue.pop(false));
  queue.push(urgent, 10, 3);
  const auto next = queue.pop(false);
  BOOST_REQUIRE(next);
  BOOST_TEST((next->first == urgent));
  BOOST_TEST(!queue.pop(false));
  BOOST_TEST(queue.size() == 2U);
}

BOOST_AUTO_TEST_CASE(a_flood_of_adverse_events_leaves_forms_their_share) {
  lane_queue<int> queue{lane_plan{}};
  std::size_t of_forms = 0;
  for (int i = 0; i < 400; ++i) {
    queue.push(urgent, 10, i);
    if (i < 200)
      queue.push(forms, 10, i);
  }
  for (int i = 0; i < 400; ++i)
    of_forms += queue.pop(true)->first == forms ? 1 : 0;
  BOOST_TEST(of_forms == 100U);
}

/// A pool in time: workers take a batch at a time, forms come without end, adverse events now and
/// then.
BOOST_AUTO_TEST_CASE(under_a_flood_of_forms_an_adverse_event_waits_behind_one_form_at_most) {
  const lane_plan lanes;
  for (std::size_t workers = 1; workers <= 4; ++workers) {
    std::minstd_rand random{static_cast<std::uint32_t>(workers)};
    std::vector<worker_load> loads(workers);
    std::vector<std::deque<lane>> mailboxes(workers);
    lane_queue<int> queue{lanes};
    for (int step = 0; step < 1'000; ++step) {
      while (queue.size() < 10)
        queue.push(forms, 1'000, step);
      if (std::all_of(
              mailboxes.begin(), mailboxes.end(),
              [](const auto& one) { return std::count(one.begin(), one.end(), urgent) == 0; }) &&
          random() % 4 == 0)
        queue.push(urgent, 1, step);
      while (const auto free = least_busy(loads)) {
        auto next = queue.pop(others_have_room(loads, lanes));
        if (!next)
          break;
        if (next->first == urgent)
          BOOST_REQUIRE(mailboxes[*free].size() <= 1U);
        ++loads[*free].batches;
        loads[*free].of_others += next->first == urgent ? 0 : 1;
        mailboxes[*free].push_back(next->first);
      }
      const auto done = random() % workers;
      if (mailboxes[done].empty())
        continue;
      --loads[done].batches;
      loads[done].of_others -= mailboxes[done].front() == urgent ? 0 : 1;
      mailboxes[done].pop_front();
    }
  }
}

BOOST_AUTO_TEST_CASE(what_is_over_is_taken_out_of_every_lane_and_the_rest_keeps_its_order) {
  lane_queue<int> queue{lane_plan{}};
  for (const int number : {1, 2, 3, 4})
    queue.push(number < 3 ? lane::adverse_events : lane::questionnaire_responses, 1, number);
  const auto odd = queue.take_if([](int number) { return number % 2 == 1; });
  BOOST_TEST(odd == (std::vector<int>{1, 3}), boost::test_tools::per_element());
  BOOST_TEST(queue.size() == 2U);
  BOOST_TEST(queue.pop(true)->second == 2);
  BOOST_TEST(queue.pop(true)->second == 4);
}

BOOST_AUTO_TEST_SUITE_END()
