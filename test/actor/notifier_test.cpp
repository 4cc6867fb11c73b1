#include "../support/actor_state.hpp"
#include "../support/notifier_fixture.hpp"

#include <boost/test/unit_test.hpp>

using namespace aepro;
using namespace aepro::test;
using namespace std::chrono_literals;

BOOST_AUTO_TEST_SUITE(notifier)

namespace {

using names = std::vector<std::string>;

} // namespace

BOOST_FIXTURE_TEST_CASE(a_death_reaches_the_first_of_its_audience_within_a_second,
                        notifier_fixture) {
  start_and_claim();
  notes.add(reports, 0, "death", urgency::immediate);
  advance(1s);
  BOOST_TEST(recipients_of("mail") == names{"monitor@example.org"},
             boost::test_tools::per_element());
  BOOST_TEST(sides["robot"].calls == 0U);
  BOOST_TEST((notes.only().what.state == notification_state::sent));
  BOOST_REQUIRE(notes.only().attempts.size() == 1U);
  BOOST_TEST(notes.only().attempts[0].node == "node-1");
  BOOST_TEST(notes.only().attempts[0].receipt == "receipt");
}

BOOST_FIXTURE_TEST_CASE(what_nobody_acknowledges_goes_to_the_next_channel_then_to_the_next_role,
                        notifier_fixture) {
  start_and_claim();
  notes.add(reports, 0, "death", urgency::immediate);
  advance(55s);
  BOOST_TEST(sides["robot"].received.empty());
  advance(10s);
  BOOST_TEST(recipients_of("robot") == names{"monitor"}, boost::test_tools::per_element());
  advance(60s);
  BOOST_TEST(recipients_of("mail") == (names{"monitor@example.org", "desk@example.org"}),
             boost::test_tools::per_element());
  advance(125s);
  BOOST_TEST((notes.only().what.state == notification_state::exhausted));
  BOOST_TEST(recipients_of("robot") == (names{"monitor", "desk"}),
             boost::test_tools::per_element());
}

BOOST_FIXTURE_TEST_CASE(what_was_acknowledged_is_told_to_nobody_else, notifier_fixture) {
  start_and_claim();
  notes.add(reports, 0, "death", urgency::immediate);
  advance(1s);
  scripted_notification_store(notes).acknowledge(1, {begin, "wang", "acknowledge", "1", "seen"});
  advance(70s);
  BOOST_TEST(sides["mail"].received.size() == 1U);
  BOOST_TEST(sides["robot"].received.empty());
}

BOOST_FIXTURE_TEST_CASE(a_dead_channel_is_passed_by_after_the_delivery_deadline, notifier_fixture) {
  sides["mail"].is_dead = true;
  start_and_claim();
  notes.add(reports, 0, "death", urgency::immediate);
  advance(9s);
  BOOST_TEST(sides["robot"].received.empty());
  BOOST_TEST(notes.only().attempts.size() >= 2U);
  advance(2s);
  BOOST_TEST(recipients_of("robot") == names{"monitor"}, boost::test_tools::per_element());
}

BOOST_FIXTURE_TEST_CASE(a_recipient_who_is_refused_is_passed_by_at_once, notifier_fixture) {
  sides["mail"].faults = {channel_fault::refuses};
  start_and_claim();
  notes.add(reports, 0, "death", urgency::immediate);
  advance(1s);
  BOOST_TEST(recipients_of("robot") == names{"monitor"}, boost::test_tools::per_element());
}

BOOST_FIXTURE_TEST_CASE(a_dead_channel_holds_up_no_other, notifier_fixture) {
  sides["mail"].is_dead = true;
  options.notifier.rules.rules.emplace_back().alert = "by-robot";
  options.notifier.rules.rules.back().channels = {"robot"};
  start_and_claim();
  for (int i = 0; i < 300; ++i)
    notes.add(reports, i, "death", urgency::immediate);
  advance(5s);
  notes.add(reports, 300, "by-robot", urgency::routine);
  advance(1s);
  BOOST_TEST(recipients_of("robot") == names{"desk"}, boost::test_tools::per_element());
}

BOOST_FIXTURE_TEST_CASE(a_dead_channel_is_asked_rarely_and_works_again_when_it_is_back,
                        notifier_fixture) {
  sides["mail"].is_dead = true;
  start_and_claim();
  for (int i = 0; i < 100; ++i)
    notes.add(reports, i, "other", urgency::urgent);
  advance(60s);
  BOOST_TEST(sides["mail"].calls < 30U);
  sides["mail"].is_dead = false;
  advance(60s);
  BOOST_TEST(sides["mail"].received.size() == 100U);
  BOOST_TEST(notes.count(notification_state::sent) == 100U);
}

BOOST_FIXTURE_TEST_CASE(a_message_whose_answer_was_lost_comes_again_with_the_same_key,
                        notifier_fixture) {
  sides["mail"].faults = {channel_fault::lost_answer};
  start_and_claim();
  notes.add(reports, 0, "death", urgency::immediate);
  advance(10s);
  BOOST_REQUIRE(sides["mail"].received.size() == 2U);
  BOOST_TEST(sides["mail"].received[0].key == sides["mail"].received[1].key);
}

BOOST_FIXTURE_TEST_CASE(a_channel_that_dies_is_opened_anew, notifier_fixture) {
  sides["mail"].faults = {channel_fault::throws};
  start_and_claim();
  notes.add(reports, 0, "death", urgency::immediate);
  advance(10s);
  BOOST_TEST(recipients_of("mail") == names{"monitor@example.org"},
             boost::test_tools::per_element());
  BOOST_TEST(notes.only().attempts.size() == 2U);
}

BOOST_FIXTURE_TEST_CASE(alerts_wait_while_the_store_is_away_and_the_intake_goes_on,
                        notifier_fixture) {
  start_and_claim();
  notes.failing_calls = 8;
  notes.add(reports, 0, "death", urgency::immediate);
  broker.publish(reports, 1, "not an event either");
  advance(1s);
  BOOST_TEST(stored_offset(reports) == 2);
  advance(60s);
  BOOST_TEST(sides["mail"].received.size() == 1U);
  BOOST_TEST(notes.opens > 1U);
}

BOOST_FIXTURE_TEST_CASE(a_report_that_fails_is_written_later_and_the_message_does_not_go_twice,
                        notifier_fixture) {
  start_and_claim();
  notes.failing_reports = 5;
  notes.add(reports, 0, "death", urgency::immediate);
  advance(20s);
  BOOST_TEST(sides["mail"].received.size() == 1U);
  BOOST_TEST((notes.only().what.state == notification_state::sent));
  BOOST_TEST(notes.only().attempts.size() == 1U);
}

BOOST_FIXTURE_TEST_CASE(a_node_that_has_lost_the_stream_takes_nothing_up, notifier_fixture) {
  notes.epochs[reports] = 99;
  start_and_claim();
  notes.add(reports, 0, "death", urgency::immediate);
  advance(5s);
  BOOST_TEST(notes.rows.empty());
}

BOOST_FIXTURE_TEST_CASE(no_more_are_in_flight_than_the_settings_allow, notifier_fixture) {
  options.notifier.in_flight_max = 7;
  start_and_claim();
  for (int i = 0; i < 100; ++i)
    notes.add(reports, i, "death", urgency::immediate);
  advance(10s);
  BOOST_TEST(sides["mail"].received.size() == 100U);
  BOOST_TEST(sides["mail"].largest_batch <= 7U);
}

BOOST_FIXTURE_TEST_CASE(a_channel_takes_so_many_messages_a_minute_and_the_rest_later,
                        notifier_fixture) {
  options.notifier.rules.channels[0].per_minute_max = 10;
  start_and_claim();
  for (int i = 0; i < 25; ++i)
    notes.add(reports, i, "other", urgency::urgent);
  advance(50s);
  BOOST_TEST(sides["mail"].received.size() == 10U);
  advance(60s);
  BOOST_TEST(sides["mail"].received.size() == 20U);
  advance(60s);
  BOOST_TEST(sides["mail"].received.size() == 25U);
  BOOST_TEST(sides["robot"].received.empty());
}

BOOST_FIXTURE_TEST_CASE(a_version_of_a_report_that_raises_the_same_alert_tells_nobody_again,
                        notifier_fixture) {
  start_and_claim();
  notes.add(reports, 0, "death", urgency::immediate, "R-1");
  notes.add(reports, 1, "death", urgency::immediate, "R-1");
  notes.add(reports, 2, "death", urgency::immediate, "R-2");
  advance(1s);
  BOOST_TEST(sides["mail"].received.size() == 2U);
  BOOST_TEST(notes.count(notification_state::repeated) == 1U);
}

BOOST_FIXTURE_TEST_CASE(a_drain_tells_what_is_due_first, notifier_fixture) {
  start_and_claim();
  for (int i = 0; i < 2'000; ++i)
    notes.add(reports, i, "death", urgency::immediate);
  const auto last = drain(10s);
  BOOST_TEST(last.told.complete);
  BOOST_TEST(last.told.taken_up == 2'000U);
  BOOST_TEST(sides["mail"].received.size() == 2'000U);
}

BOOST_FIXTURE_TEST_CASE(a_drain_does_not_wait_for_a_dead_channel, notifier_fixture) {
  sides["mail"].is_dead = true;
  start_and_claim();
  notes.add(reports, 0, "death", urgency::immediate);
  advance(1s);
  const auto last = drain(6s);
  BOOST_TEST(sides["mail"].received.empty());
  BOOST_TEST((notes.only().what.state ==
              notification_state::waiting)); // For another node, or this one's next start.
}

BOOST_FIXTURE_TEST_CASE(the_last_channel_of_all_is_tried_until_it_works, notifier_fixture) {
  sides["mail"].is_dead = sides["robot"].is_dead = true;
  start_and_claim();
  notes.add(reports, 0, "other", urgency::immediate); // Of the desk: mail, then robot.
  advance(5min);
  BOOST_TEST((notes.only().what.state == notification_state::waiting));
  BOOST_TEST(notes.only().what.step == 1);
  sides["robot"].is_dead = false;
  advance(15s);
  BOOST_TEST(recipients_of("robot") == names{"desk"}, boost::test_tools::per_element());
}

BOOST_FIXTURE_TEST_CASE(a_channel_that_only_fails_says_for_how_long_until_one_comes_through,
                        notifier_fixture) {
  const auto failing_for = [this] {
    std::chrono::milliseconds found{-1};
    auto request =
        self->request(state_of<supervisor_impl>(supervisor).notifier, caf::infinite, status_atom_v);
    scheduler.run();
    request.receive(
        [&found](const notifier_status& told) { found = told.channels.at(0).failing_for; },
        [](const caf::error&) {});
    return found;
  };
  sides["mail"].is_dead = sides["robot"].is_dead = true;
  start_and_claim();
  notes.add(reports, 0, "other", urgency::routine);
  advance(5min);
  BOOST_TEST(failing_for().count() > 60'000);
  sides["mail"].is_dead = sides["robot"].is_dead = false;
  advance(2min);
  BOOST_TEST(failing_for().count() == 0);
}

BOOST_FIXTURE_TEST_CASE(old_records_of_which_nobody_is_told_are_withheld, notifier_fixture) {
  start_and_claim();
  notes.add(reports, 0, "death", urgency::immediate);
  notes.alerts[reports].back().produced_at -= std::chrono::milliseconds{96h}.count();
  advance(1s);
  BOOST_TEST(notes.count(notification_state::withheld) == 1U);
  BOOST_TEST(sides["mail"].received.empty());
}

BOOST_FIXTURE_TEST_CASE(a_channel_at_its_limit_does_not_stop_the_deadline, notifier_fixture) {
  options.notifier.rules.channels[0].per_minute_max = 1;
  start_and_claim();
  for (int i = 0; i < 3; ++i)
    notes.add(reports, i, "death", urgency::immediate);
  advance(
      75s); // The limit lets the second through after a minute; its deadline was after ten seconds.
  BOOST_TEST(sides["mail"].received.size() + sides["robot"].received.size() >= 3U);
  BOOST_TEST(!sides["robot"].received.empty());
}

BOOST_FIXTURE_TEST_CASE(a_drain_says_that_something_is_left, notifier_fixture) {
  sides["mail"].is_dead = true;
  start_and_claim();
  notes.add(reports, 0, "other", urgency::urgent);
  advance(1s);
  BOOST_TEST(!drain(6s).told.complete);
}

/// Its looks had become rare by then.
BOOST_FIXTURE_TEST_CASE(a_drain_ends_in_time_where_the_store_does_not_answer, notifier_fixture) {
  start_and_claim();
  notes.add(reports, 0, "death", urgency::immediate);
  notes.failing_calls = 1'000'000;
  advance(1min);
  const auto notifier = state_of<supervisor_impl>(supervisor).notifier;
  std::optional<drain_status> last;
  auto request = self->request(supervisor, caf::infinite, drain_atom_v);
  advance(options.drain_max);
  BOOST_TEST(has_ended(notifier));
  request.receive([&last](const drain_status& answer) { last = answer; }, [](const caf::error&) {});
  supervisor = nullptr;
  BOOST_REQUIRE(last.has_value());
  BOOST_TEST(!last->told.complete);
}

BOOST_FIXTURE_TEST_CASE(a_node_without_partitions_drains_at_once, notifier_fixture) {
  broker.assign_on_open = false;
  start();
  const auto last = drain(1s);
  BOOST_TEST(last.told.complete);
}

BOOST_FIXTURE_TEST_CASE(a_notifier_that_dies_restarts_alone_and_loses_nothing, notifier_fixture) {
  start_and_claim();
  notes.add(reports, 0, "death", urgency::immediate);
  caf::anon_send_exit(state_of<supervisor_impl>(supervisor).notifier, caf::exit_reason::kill);
  advance(2s);
  BOOST_TEST(sides["mail"].received.size() == 1U);
  BOOST_TEST(broker.opened == 1U);
}

BOOST_AUTO_TEST_SUITE_END()
