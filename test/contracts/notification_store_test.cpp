#include "actors/notifier/alert_planner.hpp"
#include "test/support/contracts/notification_fixture.hpp"

#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <future>
#include <latch>
#include <map>
#include <random>
#include <set>

using namespace aepro;
using namespace aepro::test;
using namespace std::string_literals;

BOOST_AUTO_TEST_SUITE(notification_store_contract)

namespace {

std::string sound(std::uint64_t id) {
  return adverse_event_value({.event_id = ordered_id(id)});
}

/// Raises one alert, late-adverse-event.
std::string late(std::uint64_t id, const std::string& term = "FALL") {
  return adverse_event_value({.event_id = ordered_id(id), .deadline_ms = 1}, term);
}

/// Raises two, serious-adverse-event and fatal-or-life-threatening.
std::string death(std::uint64_t id) {
  return adverse_event_value({.event_id = ordered_id(id)}, "DEATH", true);
}

std::vector<std::int64_t> offsets_of(const alert_page& page) {
  std::vector<std::int64_t> offsets;
  for (const auto& alert : page.alerts)
    offsets.push_back(alert.offset);
  return offsets;
}

std::vector<notification> made_of(const alert_page& page) {
  std::vector<notification> made;
  for (const auto& alert : page.alerts)
    made.push_back(notification_of(alert));
  return made;
}

std::string audit_problems_of(store_under_test& store) {
  std::string text;
  for (const auto& problem : audit(store).problems)
    text += problem.kind + ": " + problem.message + "\n";
  return text;
}

/// The same event as history: aepro.v1.Event.origin on the wire.
std::string history(std::string value, bool with_alerts = false) {
  return value.append("\x58").append(with_alerts ? "\x02" : "\x01");
}

using offsets = std::vector<std::int64_t>;

} // namespace

BOOST_DATA_TEST_CASE(an_alert_has_what_people_must_be_told, databases, kind) {
  notifying_store stored(kind);
  stored.source.append({sound(1), late(2, "Mort s\xc3\xbb"
                                          "bite, d'un \"coup\"")});
  const auto before = value_of(stored.one->now());
  const auto page = value_of(stored.one->new_alerts(adverse_events, 100));
  BOOST_REQUIRE(page.alerts.size() == 1U);
  const auto& alert = page.alerts.front();
  BOOST_TEST(alert.alert_id > 0);
  BOOST_TEST((alert.stream == adverse_events));
  BOOST_TEST(alert.offset == 1);
  BOOST_TEST(alert.produced_at == 1'750'000'000'000);
  BOOST_TEST(alert.durable_at <= before + 1'000);
  BOOST_TEST(alert.durable_at > before - 60'000);
  BOOST_TEST((alert.kind == event_kind::adverse_event));
  BOOST_TEST((alert.urgency == urgency::urgent));
  BOOST_TEST(alert.rule == "late-adverse-event");
  BOOST_TEST(alert.study == "STUDY-1");
  BOOST_TEST(alert.site == "701");
  BOOST_TEST(alert.subject == "01-701-1015");
  BOOST_TEST(alert.report_id == "R-1");
  BOOST_TEST(alert.term == "Mort s\xc3\xbb"
                           "bite, d'un \"coup\"");
  BOOST_TEST(page.begin_offset == 0);
  BOOST_TEST(page.next_offset == 2);
}

BOOST_DATA_TEST_CASE(an_alert_of_a_record_that_was_not_accepted_has_no_report_and_no_term,
                     databases, kind) {
  notifying_store stored(kind);
  stored.source.append({sound(1), death(1)}); // A conflict: its event is the first record's.
  const auto page = value_of(stored.one->new_alerts(adverse_events, 100));
  BOOST_REQUIRE(page.alerts.size() == 3U);
  BOOST_TEST(page.alerts[0].rule == "serious-adverse-event");
  BOOST_TEST(page.alerts[1].rule == "fatal-or-life-threatening");
  BOOST_TEST(page.alerts[2].rule == "conflicting-report");
  BOOST_TEST(page.alerts.front().offset == 1);
  BOOST_TEST(page.alerts.front().subject == "01-701-1015");
  BOOST_TEST(page.alerts.front().report_id.empty());
  BOOST_TEST(page.alerts.front().term.empty());
}

BOOST_DATA_TEST_CASE(an_alert_says_that_its_record_is_history_whatever_became_of_it, databases,
                     kind) {
  notifying_store stored(kind);
  auto without_term = adverse_event_value({.event_id = ordered_id(4)}, "", true);
  stored.source.append(
      {history(death(1)), history(sound(1)), // Another report under its id: a conflict.
       history(late(2)), history(without_term), history(death(5), true), death(6)});
  std::map<std::int64_t, std::set<event_origin>> found;
  for (const auto& alert : value_of(stored.one->new_alerts(adverse_events, 100)).alerts)
    found[alert.offset].insert(alert.origin);
  using origins = std::set<event_origin>;
  BOOST_TEST(found.size() == 6U);
  for (const auto offset : {0, 1, 2, 3})
    BOOST_TEST((found[offset] == origins{event_origin::history}), offset);
  BOOST_TEST((found[4] == origins{event_origin::history_with_alerts}));
  BOOST_TEST((found[5] == origins{event_origin::present}));
  BOOST_TEST(audit_problems_of(stored.store) == "");
}

BOOST_DATA_TEST_CASE(what_was_sent_live_and_comes_again_as_history_is_a_duplicate, databases,
                     kind) {
  notifying_store stored(kind);
  stored.source.append({death(1), history(death(1)), history(death(2)), death(2)});
  BOOST_TEST(offsets_of(value_of(stored.one->new_alerts(adverse_events, 100))) ==
                 (offsets{0, 0, 2, 2}),
             boost::test_tools::per_element());
  BOOST_TEST(run_sql(stored.store.url(), "SELECT duplicate FROM partition_state") == "2");
}

BOOST_DATA_TEST_CASE(alerts_come_as_far_as_the_limit_goes_and_records_are_not_cut, databases,
                     kind) {
  notifying_store stored(kind);
  stored.source.append({late(1), sound(2), death(3), late(4)});
  const auto page = [&](std::size_t most) {
    return value_of(stored.one->new_alerts(adverse_events, most));
  };
  BOOST_TEST(offsets_of(page(2)) == (offsets{0}), boost::test_tools::per_element());
  BOOST_TEST(page(2).next_offset == 2);
  BOOST_TEST(offsets_of(page(3)) == (offsets{0, 2, 2}), boost::test_tools::per_element());
  BOOST_TEST(page(3).next_offset == 3);
  BOOST_TEST(page(4).next_offset == 4);
  BOOST_TEST(stored.take_up(1));
  BOOST_TEST(offsets_of(page(1)) == (offsets{2, 2}),
             boost::test_tools::per_element()); // One record in any case.
  BOOST_TEST(page(1).next_offset == 3);
}

BOOST_DATA_TEST_CASE(a_stream_without_alerts_has_nothing_to_take_up, databases, kind) {
  notifying_store stored(kind);
  auto page = value_of(stored.one->new_alerts(adverse_events, 100));
  BOOST_TEST(page.alerts.empty());
  BOOST_TEST(page.next_offset == 0); // Claimed, and nothing stored yet.
  BOOST_TEST(stored.take_up());
  BOOST_TEST(value_of(stored.one->new_alerts({"never.claimed", 7}, 100)).next_offset == 0);
  stored.source.append({sound(1)});
  BOOST_TEST(stored.take_up());
  page = value_of(stored.one->new_alerts(adverse_events, 100));
  BOOST_TEST(page.begin_offset == 1);
  BOOST_TEST(page.next_offset == 1);
  BOOST_TEST(audit_problems_of(stored.store) == "");
}

BOOST_DATA_TEST_CASE(an_alert_is_taken_up_once_whoever_does_it, databases, kind) {
  notifying_store stored(kind);
  stored.source.append({late(1)});
  const auto page = value_of(stored.one->new_alerts(adverse_events, 100));
  const auto again = value_of(stored.other->new_alerts(adverse_events, 100));
  BOOST_TEST(value_of(stored.one->take_up(stored.source.claim, page, made_of(page))));
  BOOST_TEST(!value_of(stored.other->take_up(stored.source.claim, again, {notification_of(99)})));
  BOOST_TEST(stored.only().what.key == notification_of(page.alerts.front()).key);
  BOOST_TEST(value_of(stored.one->new_alerts(adverse_events, 100)).alerts.empty());
}

BOOST_DATA_TEST_CASE(of_two_nodes_that_race_to_take_alerts_up_one_does, databases, kind) {
  notifying_store stored(kind);
  constexpr std::uint64_t rounds = 30;
  for (std::uint64_t round = 1; round <= rounds; ++round) {
    stored.source.append({late(round)});
    const auto page = value_of(stored.one->new_alerts(adverse_events, 100));
    std::latch start(2);
    const auto take_up = [&](notification_store& node, std::uint64_t key) {
      const std::vector made{notification_of(key)};
      start.arrive_and_wait();
      return node.take_up(stored.source.claim, page, made);
    };
    auto racing =
        std::async(std::launch::async, [&] { return take_up(*stored.other, 1'000 + round); });
    const auto first = value_of(take_up(*stored.one, 2'000 + round));
    BOOST_TEST(value_of(racing.get()) != first);
    BOOST_TEST(stored.all().size() == round);
  }
}

BOOST_DATA_TEST_CASE(a_zombie_takes_up_nothing, databases, kind) {
  notifying_store stored(kind);
  stored.source.append({late(1)});
  const auto page = value_of(stored.one->new_alerts(adverse_events, 100));
  const auto successor = value_of(stored.store.connect()->claim(adverse_events));
  BOOST_TEST(!value_of(stored.one->take_up(stored.source.claim, page, made_of(page))));
  BOOST_TEST(stored.all().empty());
  BOOST_TEST(offsets_of(value_of(stored.other->new_alerts(adverse_events, 100))) == (offsets{0}),
             boost::test_tools::per_element());
  BOOST_TEST(value_of(stored.other->take_up(successor, page, made_of(page))));
}

BOOST_DATA_TEST_CASE(a_node_that_dies_before_it_takes_alerts_up_loses_none, databases, kind) {
  notifying_store stored(kind);
  stored.source.append({late(1), late(2)});
  BOOST_TEST(value_of(stored.one->new_alerts(adverse_events, 1)).alerts.size() == 1U);
  stored.one = value_of(stored.store.database().notify());
  BOOST_TEST(offsets_of(value_of(stored.one->new_alerts(adverse_events, 100))) == (offsets{0, 1}),
             boost::test_tools::per_element());
}

BOOST_DATA_TEST_CASE(a_notification_that_is_there_already_is_left_as_it_is, databases, kind) {
  notifying_store stored(kind);
  stored.source.append({late(1)});
  BOOST_TEST(stored.take_up());
  value_of(stored.one->acknowledge(stored.only().what.id, {.at = noon, .who = "ann"}));
  run_sql(stored.store.url(),
          "DELETE FROM publication"); // A fail-over has forgotten that it was taken up.
  BOOST_TEST(stored.take_up());
  BOOST_TEST((stored.only().what.state == notification_state::acknowledged));
  BOOST_TEST(!value_of(stored.one->add(stored.only().what)));
}

BOOST_DATA_TEST_CASE(what_a_fail_over_has_forgotten_is_taken_up_again_under_the_same_keys,
                     databases, kind) {
  notifying_store stored(kind);
  stored.source.append({late(1)});
  BOOST_TEST(stored.take_up());
  const auto key = stored.only().what.key;
  run_sql(stored.store.url(), "DELETE FROM publication");
  run_sql(stored.store.url(), "DELETE FROM notification");
  BOOST_TEST(stored.take_up());
  BOOST_TEST(stored.only().what.key == key);
}

BOOST_DATA_TEST_CASE(a_page_beyond_what_a_fail_over_has_left_is_not_taken_up, databases, kind) {
  notifying_store stored(kind);
  stored.source.append({late(1), late(2)});
  const auto page = value_of(stored.one->new_alerts(adverse_events, 100));
  run_sql(stored.store.url(), "UPDATE partition_state SET next_offset = 1");
  BOOST_TEST(!value_of(stored.one->take_up(stored.source.claim, page, made_of(page))));
  BOOST_TEST(stored.all().empty());
  BOOST_TEST(stored.take_up());
  BOOST_TEST(stored.only().what.offset == 0);
}

BOOST_DATA_TEST_CASE(another_version_of_a_report_repeats_its_alert, databases, kind) {
  notifying_store stored(kind);
  stored.source.append({late(1), late(2)}); // Both of report R-1, in one page.
  BOOST_TEST(stored.take_up());
  stored.source.append({late(3)});
  BOOST_TEST(stored.take_up());
  const auto shown = stored.all();
  BOOST_REQUIRE(shown.size() == 3U);
  BOOST_TEST((shown[2].what.state == notification_state::waiting));
  BOOST_TEST((shown[1].what.state == notification_state::repeated));
  BOOST_TEST((shown[0].what.state == notification_state::repeated));
}

BOOST_DATA_TEST_CASE(a_case_repeats_nothing_of_another_rule_nor_what_nobody_was_told_of, databases,
                     kind) {
  notifying_store stored(kind);
  std::uint64_t number = 0;
  const auto state_of = [&](const std::string& rule, notification_state state,
                            urgency how_urgent = urgency::urgent) {
    auto made = notification_of(++number, how_urgent);
    made.rule = rule;
    made.case_key = "STUDY-1/R-1";
    made.state = state;
    value_of(stored.one->add(made));
    return stored.all().front().what.state;
  };
  BOOST_TEST((state_of("one", notification_state::muted) == notification_state::muted));
  BOOST_TEST((state_of("one", notification_state::withheld) == notification_state::withheld));
  BOOST_TEST((state_of("one", notification_state::exhausted) == notification_state::exhausted));
  BOOST_TEST((state_of("one", notification_state::waiting) == notification_state::waiting));
  BOOST_TEST((state_of("one", notification_state::waiting) == notification_state::repeated));
  BOOST_TEST((stored.all().front().what.ended_at == stored.all().front().what.created_at));
  BOOST_TEST(
      (stored.all().front().what.ended_reason == "a version of its report raised it before"));
  BOOST_TEST((state_of("one", notification_state::waiting, urgency::routine) ==
              notification_state::repeated));
  BOOST_TEST((state_of("one", notification_state::waiting, urgency::immediate) ==
              notification_state::waiting));
  BOOST_TEST((state_of("serious-report-nullified", notification_state::waiting) ==
              notification_state::waiting));
  BOOST_TEST((state_of("one", notification_state::waiting) ==
              notification_state::waiting)); // It has come back.
  BOOST_TEST((state_of("one", notification_state::muted) == notification_state::muted));
  BOOST_TEST((state_of("other", notification_state::waiting) == notification_state::waiting));
}

BOOST_DATA_TEST_CASE(every_field_comes_back_and_odd_texts_do_no_harm, databases, kind) {
  notifying_store stored(kind);
  const auto odd =
      "'; DROP TABLE notification; --\\ \"\xe2\x82\xac\xf0\x9f\x98\x80 $1 {} \0|\xff|"s;
  const auto kept =
      "'; DROP TABLE notification; --\\ \"\xe2\x82\xac\xf0\x9f\x98\x80 $1 {} \xef\xbf\xbd|\xef\xbf\xbd|"s;
  auto made = notification_of(1, urgency::immediate);
  made.rule = made.study = made.site = made.subject = odd;
  made.term = made.case_key = made.ended_by = made.ended_reason = odd;
  made.state = notification_state::exhausted;
  made.stream = {"topic", 3};
  made.offset = 1'234'567'890'123;
  made.produced_at = -1;
  made.durable_at = 2;
  made.created_at = 3;
  made.step = 4;
  made.tries = 5;
  made.step_since = 6;
  made.next_at = 7;
  made.ended_at = 8;
  BOOST_TEST(value_of(stored.one->add(made)));
  const auto found = value_of(stored.other->list({.rule = odd})).front().what;
  BOOST_TEST(found.key == made.key);
  for (const auto& text : {found.rule, found.study, found.site, found.subject, found.term,
                           found.case_key, found.ended_by, found.ended_reason})
    BOOST_TEST(text == kept);
  BOOST_TEST((found.urgency == urgency::immediate));
  BOOST_TEST((found.state == notification_state::exhausted));
  BOOST_TEST((found.stream == made.stream));
  BOOST_TEST(found.offset == made.offset);
  BOOST_TEST(found.produced_at == -1);
  BOOST_TEST(found.durable_at == 2);
  BOOST_TEST(found.created_at == 3);
  BOOST_TEST(found.step == 4);
  BOOST_TEST(found.tries == 5);
  BOOST_TEST(found.step_since == 6);
  BOOST_TEST(found.next_at == 7);
  BOOST_TEST(found.ended_at == 8);
}

BOOST_DATA_TEST_CASE(an_alert_of_a_subject_whose_name_has_no_end_is_taken_up, databases, kind) {
  notifying_store stored(kind);
  std::minstd_rand random(7);
  std::string endless; // PostgreSQL compresses what repeats itself.
  for (int i = 0; i < 9'000; ++i)
    endless += static_cast<char>('!' + random() % 90);
  stored.source.append({adverse_event_value(
      {.event_id = ordered_id(1), .study = endless, .subject = endless, .deadline_ms = 1})});
  const auto page = value_of(stored.one->new_alerts(adverse_events, 10));
  BOOST_REQUIRE(page.alerts.size() == 1U);
  const auto made =
      plan_notification(page.alerts.front(), {}, {}, {"store", std::chrono::hours{72}},
                        page.alerts.front().produced_at);
  BOOST_TEST(value_of(stored.one->take_up(stored.source.claim, page, {made})));
}

BOOST_AUTO_TEST_SUITE_END()
