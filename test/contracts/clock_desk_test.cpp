#include "test/support/contracts/clock_fixture.hpp"

#include "actors/clocks/clock_alert.hpp"
#include "actors/clocks/clock_stages.hpp"

#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <fmt/format.h>

#include <future>
#include <latch>

using namespace aepro;
using namespace aepro::test;
using namespace std::string_literals;

BOOST_AUTO_TEST_SUITE(clock_desk_contract)

BOOST_DATA_TEST_CASE(what_is_due_comes_by_its_instant_and_no_more_than_asked_for, databases, kind) {
  keeping_store stored(kind);
  stored.learn({.fatal = true, .unexpected = true});
  const auto clocks = stored.all();
  const auto due = [&](unix_milliseconds now, std::size_t most = 10) {
    return kinds_of(value_of(stored.one->due(now, most)));
  };
  BOOST_TEST(due(clocks[0].next_at - 1).empty());
  BOOST_TEST(due(clocks[0].next_at) == (texts{"sponsor-24-hour"}),
             boost::test_tools::per_element());
  BOOST_TEST(due(clocks[2].next_at) == (texts{"sponsor-24-hour", "fda-7-day", "fda-7-day-full"}),
             boost::test_tools::per_element());
  BOOST_TEST(due(clocks[2].next_at, 2) == (texts{"sponsor-24-hour", "fda-7-day"}),
             boost::test_tools::per_element());
}

BOOST_DATA_TEST_CASE(each_stage_is_told_once_whoever_tells_it, databases, kind) {
  keeping_store stored(kind);
  stored.learn({.fatal = true, .unexpected = true});
  const auto clock = stored.all()[1];
  const auto told = after_stage(clock, day_ms);
  BOOST_TEST(value_of(stored.one->tell(told, note_of(clock, day_ms))));
  BOOST_TEST(
      !value_of(stored.other->tell(told, note_of(clock, 5)))); // It has read an earlier revision.
  BOOST_REQUIRE(stored.told().size() == 1U);
  const auto note = stored.told().front().what;
  BOOST_TEST(note.key == note_of(clock, day_ms).key);
  BOOST_TEST(note.rule == "regulatory-clock-due");
  BOOST_TEST(note.detail == note_of(clock, day_ms).detail);
  BOOST_TEST((note.state == notification_state::waiting));
  const auto after = stored.all()[1];
  BOOST_TEST(after.told_before == day_ms);
  BOOST_TEST(after.next_at == clock.due_at + 1);
  BOOST_TEST(after.revision == clock.revision + 1);
  BOOST_TEST(value_of(stored.other->tell(after_stage(after, 0), note_of(after, 0))));
  BOOST_TEST(stored.told().size() == 2U); // No repetition of the first, though of the same case.
  BOOST_TEST((stored.told().front().what.state == notification_state::waiting));
}

BOOST_DATA_TEST_CASE(nobody_is_told_any_more_of_a_clock_that_has_ended, databases, kind) {
  keeping_store stored(kind);
  stored.learn({.fatal = true, .unexpected = true});
  const auto id = value_of(stored.one->store_id());
  for (const auto& clock : stored.all())
    BOOST_TEST(value_of(stored.one->tell(after_stage(clock, 0),
                                         clock_notification(clock, 0, {}, {}, id, published))));
  const auto states = [&] {
    std::string text;
    for (const auto& one : stored.told()) // Newest first.
      text += std::to_string(static_cast<int>(one.what.state));
    return text;
  };
  BOOST_TEST(states() == "111");
  const auto first = stored.all().front();
  value_of(stored.one->end(first.id, clock_state::done, {published + 5, "ann", "", "", "sent"}));
  BOOST_TEST(states() == "114");
  const auto ended = stored.told().back().what;
  BOOST_TEST(ended.ended_by == "ann");
  BOOST_TEST(ended.ended_reason == "its clock has ended: sent");
  stored.learn({.id = 2, .version = 2, .nullifies = true});
  BOOST_TEST(states() == "444"); // The case is none any more.
}

BOOST_DATA_TEST_CASE(of_two_nodes_that_race_to_tell_one_does, databases, kind) {
  keeping_store stored(kind);
  for (std::uint64_t round = 1; round <= 20; ++round) {
    stored.learn({.id = round, .report = "R-" + std::to_string(round)});
    const auto clock = stored.all({.report_id = "R-" + std::to_string(round)}).front();
    std::latch start(2);
    const auto tell = [&](clock_store& node, std::int64_t stage) {
      start.arrive_and_wait();
      return node.tell(after_stage(clock, 0), note_of(clock, stage));
    };
    auto racing = std::async(std::launch::async, [&] { return tell(*stored.other, 1); });
    const auto first = value_of(tell(*stored.one, 2));
    BOOST_TEST(value_of(racing.get()) != first);
    BOOST_TEST(stored.told().size() == round);
  }
}

BOOST_DATA_TEST_CASE(a_clock_that_was_changed_since_it_was_read_is_not_told_of, databases, kind) {
  keeping_store stored(kind);
  stored.learn({.id = 1});
  const auto clock = stored.all().front();
  stored.learn({.id = 2, .version = 2, .nullifies = true});
  BOOST_TEST(!value_of(stored.one->tell(after_stage(clock, 0), note_of(clock, 0))));
  BOOST_TEST(stored.told().empty());
}

BOOST_DATA_TEST_CASE(a_person_ends_a_clock_and_the_trail_says_who_and_why, databases, kind) {
  keeping_store stored(kind);
  stored.learn({.unexpected = true});
  const auto clocks = stored.all();
  const auto done = value_of(
      stored.one->end(clocks[0].id, clock_state::done, {published + 5, "ann", "", "", "sent"}));
  BOOST_REQUIRE(done);
  BOOST_TEST((done->state == clock_state::done));
  BOOST_TEST(done->ended_by_person);
  BOOST_TEST(done->ended_at == published + 5);
  BOOST_TEST(done->ended_by == "ann");
  BOOST_TEST(done->ended_reason == "sent");
  BOOST_TEST(done->next_at == 0);
  const operator_action late{published + 9, "bob", "", "", "no"},
      expected{published, "bob", "", "", "expected"};
  const auto again = value_of(stored.one->end(clocks[0].id, clock_state::stopped, late));
  BOOST_TEST(again->ended_by == "ann");
  BOOST_TEST((value_of(stored.one->end(clocks[1].id, clock_state::stopped, expected))->state ==
              clock_state::stopped));
  BOOST_TEST(!value_of(stored.one->end(99, clock_state::done, {published, "ann", "", "", "x"})));
  const auto actions = value_of(stored.notes->actions(10));
  BOOST_REQUIRE(actions.size() == 2U);
  BOOST_TEST(actions[1].action == "clock-done");
  BOOST_TEST(actions[1].target == fmt::format("clock {}", clocks[0].id));
  BOOST_TEST(actions[1].who == "ann");
  BOOST_TEST(actions[1].reason == "sent");
  BOOST_TEST(actions[0].action == "clock-stop");
}

BOOST_DATA_TEST_CASE(what_a_person_has_ended_stays_so_when_versions_come, databases, kind) {
  keeping_store stored(kind);
  stored.learn({.id = 1});
  value_of(stored.one->end(1, clock_state::done, {published, "ann", "", "", "sent"}));
  stored.learn({.id = 2, .version = 2, .nullifies = true});
  BOOST_TEST(stored.all().front().ended_by == "ann");
  BOOST_TEST(value_of(stored.one->due(published + 99 * day_ms, 10)).empty());
}

BOOST_DATA_TEST_CASE(what_a_person_has_ended_runs_again_when_a_person_says_so, databases, kind) {
  keeping_store stored(kind);
  stored.learn({.id = 1});
  const auto running = stored.all().front();
  const operator_action mistake{published + 9, "bob", "", "", "another case"};
  BOOST_TEST(!value_of(stored.one->reopen(reopened(running), mistake))); // Nobody has ended it.
  const auto done =
      value_of(stored.one->end(running.id, clock_state::done, {published, "ann", "", "", "sent"}));
  auto stale = reopened(*done);
  stale.revision -= 1;
  BOOST_TEST(!value_of(stored.other->reopen(stale, mistake)));
  const auto again = value_of(stored.other->reopen(reopened(*done), mistake));
  BOOST_REQUIRE(again);
  BOOST_TEST((again->state == clock_state::running));
  BOOST_TEST(again->next_at == running.next_at);
  BOOST_TEST(again->ended_at == 0);
  BOOST_TEST(again->ended_by == "");
  BOOST_TEST(!again->ended_by_person);
  const auto actions = value_of(stored.notes->actions(10));
  BOOST_REQUIRE(actions.size() == 2U);
  BOOST_TEST(actions[0].action == "clock-reopen");
  BOOST_TEST(actions[0].who == "bob");
  BOOST_TEST(actions[0].target == fmt::format("clock {}", running.id));
  stored.learn({.id = 2, .version = 2, .nullifies = true});
  BOOST_TEST((stored.all().front().state == clock_state::stopped));
}

BOOST_DATA_TEST_CASE(a_list_is_what_its_filter_asks_for_running_ones_first, databases, kind) {
  keeping_store stored(kind);
  stored.source.append({report_value({.id = 1, .fatal = true, .unexpected = true}),
                        report_value({.id = 2, .report = "R-2", .study = "STUDY-2"})});
  stored.take_up(stored.page()); // The 24 hours of both are due first; 7 days; 15 days.
  const auto clocks = stored.all();
  BOOST_REQUIRE(clocks.size() == 4U);
  value_of(stored.one->end(clocks[0].id, clock_state::done, {published, "ann", "", "", "sent"}));
  const auto check = [&](const clock_filter& filter, const numbers& expected) {
    BOOST_TEST(ids_of(stored.all(filter)) == expected, boost::test_tools::per_element());
  };
  const auto a = clocks[0].id, b = clocks[1].id, c = clocks[2].id, d = clocks[3].id;
  check({}, {b, c, d, a});
  check({.id = c}, {c});
  check({.states = {shown_clock_state::done}}, {a});
  const auto later = published + 2 * day_ms;
  check({.states = {shown_clock_state::missed}, .now = later}, {b});
  check({.states = {shown_clock_state::running}, .now = later}, {c, d});
  check({.states = {shown_clock_state::missed, shown_clock_state::done}, .now = later}, {b, a});
  check({.states = {shown_clock_state::stopped, shown_clock_state::withdrawn}}, {});
  check({.study = "STUDY-2"}, {clocks[0].study == "STUDY-2" ? a : b});
  check({.site = "701"}, {b, c, d, a});
  check({.subject = "nobody"}, {});
  check({.report_id = clocks[0].report_id, .kind = "sponsor-24-hour"}, {a});
  check({.authority = "FDA"}, {c, d});
  check({.due_before = clocks[3].due_at}, {b, c, a});
  check({.after = stored.all()[1]}, {d, a});
  check({.after = stored.all()[3]}, {});
  BOOST_TEST(value_of(stored.one->list({.rows_max = 2})).size() == 2U);
}

BOOST_DATA_TEST_CASE(counts_are_of_running_and_of_missed_ones, databases, kind) {
  keeping_store stored(kind);
  BOOST_TEST(value_of(stored.one->counts(published)).running == 0U);
  stored.learn({.fatal = true, .unexpected = true});
  const auto count = [&](unix_milliseconds now) {
    const auto counts = value_of(stored.one->counts(now));
    return std::pair(counts.running, counts.missed);
  };
  BOOST_TEST((count(published) == std::pair(std::uint64_t{3}, std::uint64_t{0})));
  BOOST_TEST((count(stored.all()[0].due_at) == std::pair(std::uint64_t{3}, std::uint64_t{0})));
  BOOST_TEST((count(stored.all()[0].due_at + 1) == std::pair(std::uint64_t{3}, std::uint64_t{1})));
}

BOOST_DATA_TEST_CASE(mutes_are_those_of_the_alerts, databases, kind) {
  keeping_store stored(kind);
  value_of(stored.notes->mute({.rule = "regulatory-clock-due", .until = published, .who = "ann"},
                              {.at = 1, .who = "ann"}));
  BOOST_TEST(value_of(stored.one->mutes(published - 1)).size() == 1U);
  BOOST_TEST(value_of(stored.one->mutes(published)).empty());
}

BOOST_AUTO_TEST_CASE(a_node_may_keep_clocks_and_delete_nothing) {
  keeping_store stored(store_kind::postgres);
  stored.source.append({report_value({.unexpected = true})});
  const auto role = "node_of_" + run_sql(stored.store.url(), "SELECT current_database()");
  run_sql(stored.store.url(), "CREATE ROLE " + role + " LOGIN IN ROLE aepro_node");
  store_options options;
  options.url = stored.store.url();
  options.url.replace(options.url.find("postgres@"), 9, role + "@");
  const auto node = value_of(value_of(make_store(options))->clocks());
  BOOST_TEST(stored.take_up(*node, stored.source.claim, stored.page()).clocks_made == 2U);
  const auto clock = stored.all().front();
  BOOST_TEST(value_of(node->tell(after_stage(clock, 0), note_of(clock, 0))));
  BOOST_TEST(value_of(node->end(clock.id, clock_state::done, {published, "ann", "", "", "sent"}))
                 .has_value());
  for (const auto* table : {"regulatory_clock", "regulatory_case", "case_version"})
    BOOST_CHECK_THROW(run_sql(options.url, "DELETE FROM "s + table), std::runtime_error);
  BOOST_CHECK_THROW(run_sql(options.url, "UPDATE case_version SET version = 2"),
                    std::runtime_error);
}

BOOST_AUTO_TEST_SUITE_END()
