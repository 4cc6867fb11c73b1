#include "actors/clocks/calendar.hpp"
#include "actors/clocks/case_clocks.hpp"
#include "test/support/cases.hpp"

#include <boost/test/unit_test.hpp>

#include <fmt/format.h>

#include <random>
#include <set>

using namespace aepro;
using namespace aepro::test;

BOOST_AUTO_TEST_SUITE(case_clocks)

namespace {

constexpr unix_milliseconds now = june_first + 30 * hour_ms;

/// Returns "fda-7-day by 1 due 2026-06-08 running" for each clock but withdrawn ones, sorted.
std::multiset<std::string> described(const known_case& known) {
  std::multiset<std::string> all;
  for (const auto& one : known.history.clocks)
    if (one.state != clock_state::withdrawn)
      all.insert(fmt::format("{} by {} due {} {}", one.kind, one.version,
                             day_text(day_of(one.due_at, "UTC")), name_of(shown_state(one, 0))));
  return all;
}

std::multiset<std::string> after(const std::vector<case_version>& versions,
                                 const clock_planning& how = planning()) {
  known_case known;
  for (const auto& one : versions)
    known.learn(one, how, now);
  return described(known);
}

using texts = std::multiset<std::string>;

void check(const texts& found, const texts& expected) {
  BOOST_TEST(found == expected, boost::test_tools::per_element());
}

} // namespace

BOOST_AUTO_TEST_CASE(a_serious_report_is_due_to_the_sponsor_within_a_day) {
  check(after({version(1)}), {"sponsor-24-hour by 1 due 2026-06-02 running"});
}

BOOST_AUTO_TEST_CASE(a_fatal_suspected_unexpected_one_is_due_in_7_days_and_in_full_8_later) {
  check(after({grave(version(1))}),
        {"fda-7-day by 1 due 2026-06-08 running", "fda-7-day-full by 1 due 2026-06-16 running",
         "sponsor-24-hour by 1 due 2026-06-02 running"});
}

BOOST_AUTO_TEST_CASE(another_serious_suspected_unexpected_one_is_due_in_15_days) {
  check(after({unexpected(version(1))}),
        {"fda-15-day by 1 due 2026-06-16 running", "sponsor-24-hour by 1 due 2026-06-02 running"});
}

BOOST_AUTO_TEST_CASE(a_death_that_is_expected_or_not_suspected_starts_no_expedited_clock) {
  auto expected = version(1);
  expected.grave = true;
  check(after({expected}), {"sponsor-24-hour by 1 due 2026-06-02 running"});
}

BOOST_AUTO_TEST_CASE(awareness_and_qualification_are_kept_and_the_kind_says_which_counts) {
  known_case known;
  known.learn(aware(unexpected(version(1, 100)), "2026-06-02"), planning(), now);
  const auto fifteen = known.of("fda-15-day").front(), day = known.of("sponsor-24-hour").front();
  BOOST_TEST(fifteen.awareness_at == june_first + day_ms);
  BOOST_TEST(fifteen.qualified_at == june_first + 100 * hour_ms);
  BOOST_TEST(day_text(fifteen.day_zero) == "2026-06-05"); // From qualification.
  BOOST_TEST(day_text(day.day_zero) == "2026-06-02");     // From awareness.
}

BOOST_AUTO_TEST_CASE(a_version_that_qualifies_as_before_keeps_the_clock) {
  check(after({unexpected(version(1)), unexpected(version(2, 48)), version(3, 60)}),
        {"fda-15-day by 1 due 2026-06-16 running", "sponsor-24-hour by 1 due 2026-06-02 running"});
}

BOOST_AUTO_TEST_CASE(a_follow_up_that_turns_fatal_starts_its_own_clocks_and_stops_none) {
  check(after({unexpected(version(1)), grave(version(2, 48))}),
        {"fda-15-day by 1 due 2026-06-16 running", "fda-7-day by 2 due 2026-06-10 running",
         "fda-7-day-full by 2 due 2026-06-18 running",
         "sponsor-24-hour by 1 due 2026-06-02 running"});
}

BOOST_AUTO_TEST_CASE(a_fatal_report_that_turns_out_not_to_be_starts_no_15_days) {
  check(after({grave(version(1)), unexpected(version(2, 48))}),
        {"fda-7-day by 1 due 2026-06-08 running", "fda-7-day-full by 1 due 2026-06-16 running",
         "sponsor-24-hour by 1 due 2026-06-02 running"});
}

BOOST_AUTO_TEST_CASE(
    a_follow_up_that_repeats_when_the_case_became_known_counts_from_its_own_receipt) {
  const auto known_since = [](case_version one) { return aware(std::move(one), "2026-05-20"); };
  check(after({known_since(unexpected(version(1))), known_since(grave(version(2, 48)))}),
        {"fda-15-day by 1 due 2026-06-16 running", "fda-7-day by 2 due 2026-06-10 running",
         "fda-7-day-full by 2 due 2026-06-18 running",
         "sponsor-24-hour by 1 due 2026-05-21 running"});
  check(after({known_since(version(1)), aware(grave(version(2, 96)), "2026-06-02")}),
        {"fda-7-day by 2 due 2026-06-09 running", "fda-7-day-full by 2 due 2026-06-17 running",
         "sponsor-24-hour by 1 due 2026-05-21 running"});
}

BOOST_AUTO_TEST_CASE(a_nullification_stops_what_runs_and_says_which) {
  known_case known;
  known.learn(grave(version(1)), planning(), now);
  auto taken_back = nullifying(version(2, 5));
  taken_back.serious = false; // Whatever else it says.
  known.learn(taken_back, planning(), now + 1);
  for (const auto& one : known.history.clocks) {
    BOOST_TEST((one.state == clock_state::stopped));
    BOOST_TEST(one.ended_reason == "version 2 nullified the report (aepro.adverse-events/0/20)");
    BOOST_TEST(one.ended_by == "aepro");
    BOOST_TEST(one.ended_at == now + 1);
    BOOST_TEST(one.next_at == 0);
  }
  BOOST_TEST(known.history.clocks.size() == 3U);
}

BOOST_AUTO_TEST_CASE(a_report_that_comes_back_after_its_nullification_has_clocks_of_its_own) {
  check(after({version(1), nullifying(version(2, 5)), version(3, 48)}),
        {"sponsor-24-hour by 1 due 2026-06-02 stopped",
         "sponsor-24-hour by 3 due 2026-06-04 running"});
}

BOOST_AUTO_TEST_CASE(what_a_person_has_ended_stays_ended) {
  known_case known;
  known.learn(version(2, 5), planning(), now);
  auto& clock = known.history.clocks.front();
  clock.state = clock_state::done;
  clock.ended_by_person = true;
  known.learn(version(1), planning(), now);
  known.learn(nullifying(version(3, 9)), planning(), now);
  BOOST_TEST(known.history.clocks.size() == 1U);
  BOOST_TEST((clock.state == clock_state::done));
  BOOST_TEST(clock.version == 1);
}

BOOST_AUTO_TEST_CASE(an_earlier_version_that_comes_later_moves_the_clock_and_nobody_is_told_twice) {
  known_case known;
  known.learn(grave(version(2, 48)), planning(), now);
  auto& clock =
      *std::ranges::find(known.history.clocks, std::string("fda-7-day"), &regulatory_clock::kind);
  const auto key = clock.key;
  clock = after_stage(clock, 3 * day_ms);
  known.learn(grave(version(1)), planning(), now);
  const auto moved = known.of("fda-7-day");
  BOOST_REQUIRE(moved.size() == 1U);
  BOOST_TEST(day_text(day_of(moved.front().due_at, "UTC")) == "2026-06-08");
  BOOST_TEST(moved.front().told_before == 3 * day_ms);
  BOOST_TEST(moved.front().next_at == moved.front().due_at - day_ms);
  BOOST_TEST(moved.front().key != key);
}

BOOST_AUTO_TEST_CASE(a_clock_that_an_earlier_version_makes_groundless_is_withdrawn) {
  known_case known;
  known.learn(unexpected(version(2, 5)), planning(), now);
  known.learn(grave(version(1)), planning(), now);
  BOOST_TEST((known.of("fda-15-day").front().state == clock_state::withdrawn));
  BOOST_TEST(known.of("fda-15-day").front().next_at == 0);
  check(described(known), after({grave(version(1)), unexpected(version(2, 5))}));
}

BOOST_AUTO_TEST_CASE(a_withdrawn_clock_is_no_later_versions) {
  known_case known;
  known.learn(unexpected(version(2, 5)), planning(), now);
  known.learn(grave(version(1)), planning(), now);
  known.learn(nullifying(version(3, 9)), planning(), now);
  known.learn(unexpected(version(4, 12)), planning(), now);
  const auto clocks = known.of("fda-15-day");
  BOOST_REQUIRE(clocks.size() == 2U);
  BOOST_TEST((clocks[0].state == clock_state::withdrawn));
  BOOST_TEST((clocks[1].state == clock_state::running));
  BOOST_TEST(clocks[1].version == 4);
}

BOOST_AUTO_TEST_CASE(versions_without_a_number_stand_where_they_were_published) {
  auto unnumbered = nullifying(version(0, 5));
  unnumbered.offset = 15;
  check(after({version(1), unnumbered}), {"sponsor-24-hour by 1 due 2026-06-02 stopped"});
  auto late = version(0, 30), later = nullifying(version(0, 40));
  late.offset = 1;
  later.offset = 2;
  check(after({later, late}), {"sponsor-24-hour by 0 due 2026-06-03 stopped"});
}

BOOST_AUTO_TEST_CASE(kinds_of_one_study_leave_others_alone) {
  auto how = planning();
  how.kinds.front().study = "S2";
  how.kinds.front().condition = clock_condition::suspected_unexpected_serious;
  check(after({unexpected(version(1))}, how),
        {"fda-15-day by 1 due 2026-06-16 running", "sponsor-24-hour by 1 due 2026-06-02 running"});
  how.kinds.front().study = "S1";
  BOOST_TEST(
      after({unexpected(version(1))}, how).contains("fda-7-day by 1 due 2026-06-08 running"));
}

BOOST_AUTO_TEST_CASE(a_clock_keeps_its_dates_when_the_settings_change) {
  known_case known;
  known.learn(version(1), planning(), now);
  auto changed = planning("Asia/Shanghai");
  changed.kinds.back().time = std::chrono::hours{48};
  known.learn(version(2, 5), changed, now);
  check(described(known), {"sponsor-24-hour by 1 due 2026-06-02 running"});
  changed.kinds.clear();
  known.learn(version(3, 6), changed, now);
  check(described(known),
        {"sponsor-24-hour by 1 due 2026-06-02 running"}); // Of a kind that is gone.
  known.learn(nullifying(version(4, 7)), changed, now);
  check(described(known), {"sponsor-24-hour by 1 due 2026-06-02 stopped"});
}

BOOST_AUTO_TEST_CASE(of_an_old_record_nobody_is_told_what_was_due_before_it_was_known) {
  known_case known;
  known.learn(grave(version(1)), planning(), june_first + 6 * day_ms);
  BOOST_TEST(known.of("sponsor-24-hour").front().next_at == 0);
  const auto seven = known.of("fda-7-day").front();
  BOOST_TEST(seven.told_before == 3 * day_ms);
  BOOST_TEST(seven.next_at == seven.due_at - day_ms); // What is still to come is told.
  BOOST_TEST((seven.state == clock_state::running));
  BOOST_TEST((shown_state(known.of("sponsor-24-hour").front(), june_first + 6 * day_ms) ==
              shown_clock_state::missed));
}

BOOST_AUTO_TEST_CASE(of_a_new_record_people_are_told_what_is_overdue_already) {
  known_case known;
  known.learn(aware(grave(version(1)), "2026-05-01"), planning(), june_first + hour_ms);
  const auto seven = known.of("fda-7-day").front();
  BOOST_TEST(seven.told_before == nothing_told);
  BOOST_TEST((due_stage(seven, june_first + hour_ms) == 0));
}

/// Versions drawn at random, numbered or not, in any order, several at a time: what counts is the
/// same.
BOOST_AUTO_TEST_CASE(the_order_in_which_versions_arrive_changes_nothing) {
  std::minstd_rand random(1);
  const auto chance = [&](unsigned percent) { return random() / 7 % 100 < percent; };
  for (int round = 0; round < 3'000; ++round) {
    std::vector<case_version> versions;
    const auto count = 1 + random() / 7 % 6;
    for (std::size_t i = 0; i < count; ++i) {
      auto one = version(chance(15) ? 0 : static_cast<std::int64_t>(1 + random() / 7 % 6),
                         static_cast<std::int64_t>(random() / 7 % 200));
      one.offset = static_cast<std::int64_t>(i);
      one.nullifies = chance(25);
      one.unexpected = chance(60);
      one.grave = chance(40);
      if (chance(40))
        one.awareness = fmt::format("2026-05-{:02}", 1 + random() / 7 % 28);
      versions.push_back(one);
    }
    const auto in_order = after(ordered_versions(versions));
    std::ranges::shuffle(versions, random);
    known_case known;
    for (const auto& one : versions) {
      if (chance(30))
        known.history.versions.push_back(one); // Together with the next.
      else
        known.learn(one, planning(), now);
    }
    known.plan(planning(), now);
    BOOST_TEST_CONTEXT("round " << round) check(described(known), in_order);
    std::set<std::string> keys;
    for (const auto& one : known.history.clocks)
      BOOST_TEST(keys.insert(one.key).second);
    const auto again = plan_clocks(known.history, planning(), now);
    BOOST_TEST(again.made.empty());
    BOOST_TEST(again.moved.empty());
  }
}

BOOST_AUTO_TEST_SUITE_END()
