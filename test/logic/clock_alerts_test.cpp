#include "actors/clocks/clock_alert.hpp"
#include "actors/clocks/clock_stages.hpp"
#include "actors/clocks/clock_text.hpp"
#include "actors/notifier/alert_text.hpp"
#include "test/support/cases.hpp"

#include <boost/test/unit_test.hpp>
#include <nlohmann/json.hpp>

using namespace aepro;
using namespace aepro::test;

BOOST_AUTO_TEST_SUITE(clock_alerts)

namespace {

regulatory_clock seven_days(const std::string& zone = "Europe/Berlin") {
  known_case known;
  known.learn(grave(version(1)), planning(zone), june_first);
  auto clock = known.of("fda-7-day").front();
  clock.id = 42;
  return clock;
}

} // namespace

BOOST_AUTO_TEST_CASE(each_reminder_comes_once_in_its_time_and_then_that_it_was_missed) {
  auto clock = seven_days();
  std::vector<std::int64_t> told;
  for (auto at = june_first; at < june_first + 30 * day_ms; at += hour_ms / 2)
    while (const auto stage = due_stage(clock, at)) {
      BOOST_TEST(clock.next_at <= at);
      BOOST_TEST(clock.next_at > at - hour_ms / 2);
      told.push_back(*stage);
      clock = after_stage(clock, *stage);
    }
  BOOST_TEST(told == (std::vector<std::int64_t>{3 * day_ms, day_ms, 0}),
             boost::test_tools::per_element());
  BOOST_TEST(clock.next_at == 0);
}

BOOST_AUTO_TEST_CASE(the_last_millisecond_is_in_time) {
  auto clock = after_stage(seven_days(), day_ms);
  BOOST_TEST(!due_stage(clock, clock.due_at));
  BOOST_TEST((due_stage(clock, clock.due_at + 1) == 0));
  BOOST_TEST((shown_state(clock, clock.due_at) == shown_clock_state::running));
  BOOST_TEST((shown_state(clock, clock.due_at + 1) == shown_clock_state::missed));
}

BOOST_AUTO_TEST_CASE(after_a_long_sleep_only_the_latest_is_told) {
  const auto clock = seven_days();
  BOOST_TEST((due_stage(clock, clock.due_at - 5) == day_ms));
  BOOST_TEST((due_stage(clock, clock.due_at + 90 * day_ms) == 0));
  BOOST_TEST(!next_stage(after_stage(clock, 0)));
}

BOOST_AUTO_TEST_CASE(a_clock_without_reminders_tells_only_that_it_was_missed) {
  auto clock = seven_days();
  clock.reminders.clear();
  clock = scheduled(clock);
  BOOST_TEST(clock.next_at == clock.due_at + 1);
}

BOOST_AUTO_TEST_CASE(a_clock_that_was_due_before_1970_is_told_of_all_the_same) {
  auto clock = seven_days();
  clock.due_at = -day_ms;
  BOOST_TEST(scheduled(clock).next_at == 1);
}

BOOST_AUTO_TEST_CASE(a_notification_says_what_is_due_and_when_in_the_sponsors_zone) {
  const auto clock = seven_days();
  const auto made = clock_notification(clock, 3 * day_ms, {}, {}, "store", june_first);
  BOOST_TEST(made.rule == "regulatory-clock-due");
  BOOST_TEST((made.urgency == urgency::urgent));
  BOOST_TEST((made.state == notification_state::waiting));
  BOOST_TEST(made.next_at == june_first);
  BOOST_TEST(made.study == "S1");
  BOOST_TEST(made.site == "701");
  BOOST_TEST(made.subject == "1015");
  BOOST_TEST(made.case_key == ""); // Or the second reminder would count as a repetition.
  BOOST_TEST(
      made.detail ==
      "fda-7-day (FDA) of report R-1, version 1: is due 2026-06-08 23:59 Europe/Berlin. `aepro "
      "clocks done 42` once it is submitted.");
  const auto message = make_message(made, {}, nullptr, {});
  BOOST_TEST(message.text.find(made.detail) != std::string::npos);
  BOOST_TEST(message.text.find("A regulatory report is due soon (urgent)") == 0U);
}

BOOST_AUTO_TEST_CASE(a_missed_clock_is_immediate) {
  const auto made = clock_notification(seven_days(), 0, {}, {}, "store", june_first + 9 * day_ms);
  BOOST_TEST(made.rule == "regulatory-clock-missed");
  BOOST_TEST((made.urgency == urgency::immediate));
  BOOST_TEST((made.state == notification_state::waiting)); // However old its record is.
  BOOST_TEST(made.detail.find("version 1: was due 2026-06-08 23:59") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(keys_follow_from_store_clock_and_stage) {
  const auto key = [](const regulatory_clock& clock, std::int64_t before,
                      const std::string& store) {
    return clock_notification(clock, before, {}, {}, store, june_first).key;
  };
  auto other = seven_days();
  other.key = "another";
  BOOST_TEST(key(seven_days(), day_ms, "a") == key(seven_days(), day_ms, "a"));
  BOOST_TEST(key(seven_days(), day_ms, "a").size() == 32U);
  BOOST_TEST(key(seven_days(), day_ms, "a") != key(seven_days(), 0, "a"));
  BOOST_TEST(key(seven_days(), day_ms, "a") != key(seven_days(), day_ms, "b"));
  BOOST_TEST(key(seven_days(), day_ms, "a") != key(other, day_ms, "a"));
}

BOOST_AUTO_TEST_CASE(rules_and_mutes_hold_for_clocks_as_for_other_alerts) {
  notifier_rules rules;
  rules.rules.emplace_back().alert = "regulatory-clock-due";
  rules.rules.back().enabled = false;
  BOOST_TEST((clock_notification(seven_days(), day_ms, rules, {}, "s", june_first).state ==
              notification_state::withheld));
  notification_mute mute;
  mute.study = "S1";
  mute.until = june_first + day_ms;
  BOOST_TEST(
      (clock_notification(seven_days(), 0, rules, std::vector{mute}, "s", june_first).state ==
       notification_state::muted));
}

BOOST_AUTO_TEST_CASE(scripts_find_case_kind_day_zero_due_and_state) {
  auto json = json_of(seven_days(), june_first);
  BOOST_TEST(json["case"] == "R-1");
  BOOST_TEST(json["kind"] == "fda-7-day");
  BOOST_TEST(json["day_zero"] == "2026-06-01");
  BOOST_TEST(json["due"] == "2026-06-08T21:59:59.999Z");
  BOOST_TEST(json["due_date"] == "2026-06-08");
  BOOST_TEST(json["time_zone"] == "Europe/Berlin");
  BOOST_TEST(json["state"] == "running");
  BOOST_TEST(json["seconds_left"] == 8 * 86'400 - 2 * 3'600 - 1);
  BOOST_TEST(json["awareness"] == "2026-06-01T00:00:00.000Z");
  BOOST_TEST(json["record"] == "aepro.adverse-events/0/10");
  BOOST_TEST(json["ended"].is_null());
  auto ended = seven_days();
  ended.state = clock_state::done;
  ended.ended_at = june_first;
  json = json_of(ended, june_first);
  BOOST_TEST(json["state"] == "done");
  BOOST_TEST(json["seconds_left"].is_null());
  BOOST_TEST(json["ended"] == "2026-06-01T00:00:00.000Z");
}

BOOST_AUTO_TEST_CASE(people_read_one_line_for_each_and_all_of_one) {
  auto clock = seven_days();
  clock.subject = "10\x1b[31m15";
  const auto text = list_text(std::vector{clock}, june_first);
  BOOST_TEST(text.find("in 7 d 21 h") != std::string::npos);
  BOOST_TEST(text.find('\x1b') == std::string::npos);
  BOOST_TEST(list_text({}, june_first) == "no clocks\n");
  clock.state = clock_state::stopped;
  clock.ended_at = june_first;
  clock.ended_by = "ann";
  clock.ended_reason = "expected";
  BOOST_TEST(detail_text(clock, june_first)
                 .find("stopped      2026-06-01T00:00:00.000Z by ann: expected") !=
             std::string::npos);
  BOOST_TEST(distance_text(june_first, june_first - 90 * 60'000) == "1 h 30 min ago");
  BOOST_TEST(distance_text(june_first, june_first + 60'000) == "in 1 min");
}

BOOST_AUTO_TEST_CASE(states_have_the_names_that_people_give_them) {
  for (const auto name : clock_state_names())
    BOOST_TEST(name_of(clock_state_named(name).value()) == name);
  BOOST_TEST(!clock_state_named("due"));
  auto clock = seven_days();
  clock.state = clock_state::withdrawn;
  BOOST_TEST((shown_state(clock, clock.due_at + 1) == shown_clock_state::withdrawn));
}

BOOST_AUTO_TEST_SUITE_END()
