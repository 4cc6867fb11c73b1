#include "test/support/contracts/notification_fixture.hpp"

#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <set>
#include <thread>

using namespace aepro;
using namespace aepro::test;

BOOST_AUTO_TEST_SUITE(notification_lease)

namespace {

using numbers = std::vector<std::int64_t>;

leased_notification only_of(std::vector<leased_notification> leased) {
  BOOST_REQUIRE(leased.size() == 1U);
  return std::move(leased.front());
}

} // namespace

BOOST_DATA_TEST_CASE(what_is_due_is_leased_most_urgent_first_then_oldest, databases, kind) {
  notifying_store stored(kind);
  std::uint64_t number = 0;
  for (const auto how : {urgency::routine, urgency::immediate, urgency::urgent, urgency::immediate,
                         urgency::routine})
    value_of(stored.one->add(notification_of(++number, how)));
  BOOST_TEST(ids_of(stored.lease(*stored.one, noon, 3)) == (numbers{2, 4, 3}),
             boost::test_tools::per_element());
  BOOST_TEST(ids_of(stored.lease(*stored.one)) == (numbers{1, 5}),
             boost::test_tools::per_element());
}

BOOST_DATA_TEST_CASE(only_what_waits_or_was_sent_and_is_due_is_leased, databases, kind) {
  notifying_store stored(kind);
  for (std::uint64_t state = 1; state <= 8; ++state) {
    auto made = notification_of(state);
    made.state = static_cast<notification_state>(state);
    value_of(stored.one->add(made));
  }
  auto later = notification_of(9);
  later.next_at = noon + 1;
  value_of(stored.one->add(later));
  BOOST_TEST(ids_of(stored.lease(*stored.one)) == (numbers{1, 2}),
             boost::test_tools::per_element());
  BOOST_TEST(ids_of(stored.lease(*stored.one, noon + 1)) == (numbers{9}),
             boost::test_tools::per_element());
}

BOOST_DATA_TEST_CASE(two_nodes_never_hold_the_same_notification, databases, kind) {
  notifying_store stored(kind);
  stored.add(200);
  std::vector<std::int64_t> held[2];
  const auto work = [&](notification_store& store, std::vector<std::int64_t>& ids) {
    while (true) {
      const auto leased = store.lease(noon, 1'000, "node", 7);
      if (!leased || leased->empty())
        return;
      for (const auto id : ids_of(*leased))
        ids.push_back(id);
    }
  };
  std::thread racing([&] { work(*stored.other, held[1]); });
  work(*stored.one, held[0]);
  racing.join();
  const auto rest =
      ids_of(stored.lease(*stored.one)); // A node that found all of one look taken goes home early.
  std::set<std::int64_t> all(held[0].begin(), held[0].end());
  all.insert(held[1].begin(), held[1].end());
  BOOST_TEST(all.size() == held[0].size() + held[1].size());
  all.insert(rest.begin(), rest.end());
  BOOST_TEST(all.size() == 200U);
}

BOOST_AUTO_TEST_CASE(rows_that_another_session_has_locked_are_skipped_and_not_waited_for) {
  notifying_store stored(store_kind::postgres);
  stored.add(2);
  std::thread locking([&] {
    run_sql(stored.store.url(),
            "BEGIN; SELECT 1 FROM notification WHERE notification_id = 1 FOR UPDATE; "
            "SELECT pg_sleep(3)");
  });
  const auto is_locked =
      "SELECT count(*) FROM pg_stat_activity WHERE query LIKE '%pg_sleep(3)' AND pid <> "
      "pg_backend_pid() AND datname = current_database() AND wait_event = 'PgSleep'";
  while (run_sql(stored.store.url(), is_locked) != "1")
    std::this_thread::yield();
  BOOST_TEST(ids_of(stored.lease(*stored.one)) == (numbers{2}), boost::test_tools::per_element());
  BOOST_TEST(run_sql(stored.store.url(), is_locked) == "1");
  locking.join();
}

BOOST_DATA_TEST_CASE(a_lease_that_ended_is_taken_over_under_a_higher_number, databases, kind) {
  notifying_store stored(kind);
  stored.add(1);
  const auto first = only_of(stored.lease(*stored.one));
  BOOST_TEST(stored.lease(*stored.other, noon + 999).empty());
  const auto second = only_of(stored.lease(*stored.other, noon + 1'000));
  BOOST_TEST(second.what.id == first.what.id);
  BOOST_TEST(second.lease > first.lease);
  BOOST_TEST(only_of(stored.lease(*stored.one, noon + 2'000)).lease > second.lease);
}

BOOST_DATA_TEST_CASE(a_lease_s_number_rises_where_the_clock_stands_or_goes_back, databases, kind) {
  notifying_store stored(kind);
  stored.add(1);
  const auto at_once = [&](unix_milliseconds now) {
    return only_of(value_of(stored.one->lease(now, 0, "node-1", 1)));
  };
  const auto first = at_once(noon), second = at_once(noon);
  BOOST_TEST(second.lease > first.lease);
  auto report = delivered(second, notification_state::waiting);
  report.after.next_at = noon - 60'000;
  BOOST_REQUIRE(stored.one->report({report}));
  BOOST_TEST(at_once(noon - 60'000).lease > second.lease);
}

BOOST_DATA_TEST_CASE(a_late_report_moves_nothing_and_its_attempts_are_kept, databases, kind) {
  notifying_store stored(kind);
  stored.add(1);
  const auto first = only_of(stored.lease(*stored.one));
  const auto second = only_of(stored.lease(*stored.other, noon + 1'000));
  BOOST_REQUIRE(stored.one->report({delivered(first)}));
  auto shown = stored.only();
  BOOST_TEST((shown.what.state == notification_state::waiting));
  BOOST_TEST(shown.attempts.size() == 1U);
  BOOST_TEST(stored.lease(*stored.one, noon + 1'001).empty()); // The second lease goes on.
  auto report = delivered(second, notification_state::sent);
  report.after.next_at = noon + 5'000;
  BOOST_REQUIRE(stored.other->report({report}));
  shown = stored.only();
  BOOST_TEST((shown.what.state == notification_state::sent));
  BOOST_TEST(shown.attempts.size() == 2U);
}

BOOST_DATA_TEST_CASE(a_report_moves_the_notification_and_ends_its_lease, databases, kind) {
  notifying_store stored(kind);
  stored.add(2);
  const auto leased = stored.lease(*stored.one);
  BOOST_REQUIRE(leased.size() == 2U);
  auto report = delivered(leased[0], notification_state::waiting);
  report.after.step = 2;
  report.after.tries = 3;
  report.after.step_since = noon + 10;
  report.after.next_at = noon + 20;
  BOOST_REQUIRE(stored.one->report({delivered(leased[1]), report}));
  BOOST_REQUIRE(stored.one->report({}));
  const auto shown = stored.all();
  BOOST_TEST((shown[0].what.state == notification_state::closed));
  BOOST_TEST(shown[0].what.ended_at == noon);
  BOOST_TEST((shown[1].what.state == notification_state::waiting));
  BOOST_TEST(shown[1].what.step == 2);
  BOOST_TEST(shown[1].what.tries == 3);
  BOOST_TEST(shown[1].what.step_since == noon + 10);
  BOOST_TEST(stored.lease(*stored.other, noon + 19).empty());
  BOOST_TEST(only_of(stored.lease(*stored.other, noon + 20)).what.id == leased[0].what.id);
}

BOOST_DATA_TEST_CASE(a_report_that_is_given_again_changes_nothing, databases, kind) {
  notifying_store stored(kind);
  stored.add(1);
  auto report = delivered(only_of(stored.lease(*stored.one)));
  report.attempts.push_back(report.attempts.front());
  report.attempts.back().result = attempt_result::refused;
  BOOST_REQUIRE(stored.one->report({report}));
  report.after.state = notification_state::exhausted;
  report.attempts.front().result = attempt_result::failed;
  BOOST_REQUIRE(stored.one->report({report}));
  const auto shown = stored.only();
  BOOST_REQUIRE(shown.attempts.size() == 2U);
  BOOST_TEST((shown.attempts.front().result == attempt_result::delivered));
  BOOST_TEST((shown.what.state == notification_state::closed));
}

BOOST_DATA_TEST_CASE(
    a_report_of_an_alert_that_a_fail_over_forgot_does_not_end_the_one_that_has_its_number,
    databases, kind) {
  notifying_store stored(kind);
  stored.add(1);
  auto report = delivered(only_of(stored.lease(*stored.one)), notification_state::closed);
  report.after.key = "the alert that had this number before";
  BOOST_REQUIRE(stored.one->report({report}));
  BOOST_TEST((stored.only().what.state == notification_state::waiting));
  BOOST_TEST(stored.only().attempts.empty());
}

BOOST_DATA_TEST_CASE(a_lease_knows_whom_its_step_has_reached, databases, kind) {
  notifying_store stored(kind);
  stored.add(1);
  auto report = delivered(only_of(stored.lease(*stored.one)), notification_state::waiting);
  report.attempts.push_back(report.attempts.front());
  report.attempts.back().recipient = "failed@b.c";
  report.attempts.back().result = attempt_result::failed;
  report.attempts.push_back(report.attempts.front());
  report.attempts.back().recipient = "never@b.c";
  report.attempts.back().result = attempt_result::refused;
  BOOST_REQUIRE(stored.one->report({report}));
  const auto again = only_of(stored.lease(*stored.one));
  BOOST_TEST(again.refused == std::vector<std::string>{"mail never@b.c"},
             boost::test_tools::per_element());
  BOOST_TEST(again.reached == std::vector<std::string>{"mail a@b.c"},
             boost::test_tools::per_element());
  report = {.after = again.what, .lease = again.lease};
  report.after.step = 1;
  BOOST_REQUIRE(stored.one->report({report}));
  BOOST_TEST(only_of(stored.lease(*stored.one)).reached.empty());
}

BOOST_DATA_TEST_CASE(attempts_come_back_as_they_were_in_the_order_they_were_made, databases, kind) {
  notifying_store stored(kind);
  stored.add(1);
  auto report = delivered(only_of(stored.lease(*stored.one)));
  auto early = report.attempts.front();
  early.at = noon - 1;
  early.step = 7;
  early.result = attempt_result::failed;
  early.channel = std::string("ch\0n", 4);
  early.recipient = "o'neil@\xe2\x82\xac";
  early.node = "n\xff";
  early.receipt = "\"r\"";
  early.detail = "d $1";
  report.attempts.push_back(early);
  BOOST_REQUIRE(stored.one->report({report}));
  const auto attempts = stored.only().attempts;
  BOOST_REQUIRE(attempts.size() == 2U);
  BOOST_TEST(attempts[0].notification_id == stored.only().what.id);
  BOOST_TEST(attempts[0].at == noon - 1);
  BOOST_TEST(attempts[0].step == 7);
  BOOST_TEST((attempts[0].result == attempt_result::failed));
  BOOST_TEST(attempts[0].channel == "ch\xef\xbf\xbdn");
  BOOST_TEST(attempts[0].recipient == "o'neil@\xe2\x82\xac");
  BOOST_TEST(attempts[0].node == "n\xef\xbf\xbd");
  BOOST_TEST(attempts[0].receipt == "\"r\"");
  BOOST_TEST(attempts[0].detail == "d $1");
  BOOST_TEST(attempts[1].receipt == "250 queued");
}

BOOST_AUTO_TEST_SUITE_END()
