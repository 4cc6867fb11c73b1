#include "test/support/contracts/notification_fixture.hpp"
#include "test/support/scripted_notifications.hpp"

#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <set>
#include <thread>

using namespace aepro;
using namespace aepro::test;

BOOST_AUTO_TEST_SUITE(notification_flood_contract)

namespace {

using numbers = std::vector<std::int64_t>;

constexpr flood_limits limits{.count_min = 3, .count_max = 100, .ahead_ms = 1'000};

/// A store of either kind, or the one in memory that the actors' tests use.
struct flooded_store {
  explicit flooded_store(store_kind kind) : stored(std::in_place, kind), store(*stored->one) {}
  flooded_store() : in_memory(memory), store(in_memory) {}

  void add(std::uint64_t number, unix_milliseconds next_at = noon, const std::string& rule = "r",
           const std::string& study = "S", urgency how = urgency::routine,
           notification_state state = notification_state::waiting, std::int32_t step = 0) {
    auto made = notification_of(number, how);
    made.rule = rule;
    made.study = study;
    made.state = state;
    made.step = step;
    made.next_at = next_at;
    BOOST_REQUIRE(value_of(store.add(made)));
  }

  std::vector<std::string> floods(unix_milliseconds now = noon) {
    std::vector<std::string> names;
    for (const auto& one : value_of(store.floods(now, limits)))
      names.push_back(one.rule + " " + one.study + " " +
                      std::to_string(static_cast<int>(one.state)) + " " + std::to_string(one.step));
    return names;
  }

  numbers lease(const notification_flood& flood, const flood_limits& own = limits,
                unix_milliseconds now = noon) {
    return ids_of(value_of(store.lease_flood(now, 1'000, "node-1", flood, own)));
  }

  std::optional<notifying_store> stored;
  scripted_notifications memory;
  scripted_notification_store in_memory{memory};
  notification_store& store;
};

const notification_flood flood{"r", "S"};

using names = std::vector<std::string>;

} // namespace

/// Each case runs on SQLite, PostgreSQL and the store in memory.
template <class Case>
void on_every_store(Case check) {
  for (const auto kind : {store_kind::sqlite, store_kind::postgres}) {
    flooded_store stored(kind);
    BOOST_TEST_CONTEXT(kind) {
      check(stored);
    }
  }
  flooded_store memory;
  BOOST_TEST_CONTEXT("memory") {
    check(memory);
  }
}

BOOST_AUTO_TEST_CASE(so_many_routine_ones_of_one_rule_and_study_of_which_one_is_due_are_a_flood) {
  on_every_store([](flooded_store& stored) {
    stored.add(1, noon - 5);
    stored.add(2, noon + 1'000);
    BOOST_TEST(stored.floods().empty());
    stored.add(3, noon + 1'001); // Not near enough.
    BOOST_TEST(stored.floods().empty());
    BOOST_TEST(stored.lease(flood).empty());
    stored.add(4, noon + 1'000);
    BOOST_TEST(stored.floods() == names{"r S 1 0"}, boost::test_tools::per_element());
    BOOST_TEST(stored.floods(noon - 6).empty()); // None is due yet.
    BOOST_TEST(stored.lease(flood, limits, noon - 6).empty());
    BOOST_TEST(stored.lease(flood) == (numbers{1, 2, 4}), boost::test_tools::per_element());
    BOOST_TEST(stored.floods().empty()); // They are taken.
    BOOST_TEST(stored.lease(flood).empty());
  });
}

BOOST_AUTO_TEST_CASE(
    rules_studies_states_and_steps_are_floods_of_their_own_the_one_due_longest_first) {
  on_every_store([](flooded_store& stored) {
    std::uint64_t number = 0;
    for (int i = 0; i < 3; ++i) {
      stored.add(++number, noon - 1);
      stored.add(++number, noon - 4, "q");
      stored.add(++number, noon - 2, "r", "T");
      stored.add(++number, noon - 3, "r", "S", urgency::routine, notification_state::waiting, 1);
      stored.add(++number, noon, "r", "S", urgency::routine, notification_state::sent);
    }
    const names expected{"q S 1 0", "r S 1 1", "r T 1 0", "r S 1 0", "r S 2 0"};
    BOOST_TEST(stored.floods() == expected, boost::test_tools::per_element());
    BOOST_TEST(stored.lease({"r", "S", notification_state::waiting, 1}) == (numbers{4, 9, 14}),
               boost::test_tools::per_element());
    BOOST_TEST(stored.lease({"r", "S", notification_state::sent, 0}) == (numbers{5, 10, 15}),
               boost::test_tools::per_element());
    BOOST_TEST(stored.lease(flood) == (numbers{1, 6, 11}), boost::test_tools::per_element());
  });
}

BOOST_AUTO_TEST_CASE(urgent_ones_and_those_that_have_ended_are_in_no_flood) {
  on_every_store([](flooded_store& stored) {
    std::uint64_t number = 0;
    for (int i = 0; i < 4; ++i) {
      stored.add(++number, noon, "r", "S", urgency::urgent);
      stored.add(++number, noon, "r", "S", urgency::immediate);
      using enum notification_state;
      for (const auto state : {closed, acknowledged, muted, exhausted, withheld, repeated})
        stored.add(++number, noon, "r", "S", urgency::routine, state);
    }
    BOOST_TEST(stored.floods().empty());
    BOOST_TEST(stored.lease(flood).empty());
  });
}

BOOST_AUTO_TEST_CASE(what_was_sent_is_not_taken_before_its_time) {
  on_every_store([](flooded_store& stored) {
    for (std::uint64_t number = 1; number <= 5; ++number)
      stored.add(number, number <= 3 ? noon : noon + 1, "r", "S", urgency::routine,
                 notification_state::sent);
    BOOST_TEST(stored.floods() == names{"r S 2 0"}, boost::test_tools::per_element());
    BOOST_TEST(stored.lease({"r", "S", notification_state::sent, 0}) == (numbers{1, 2, 3}),
               boost::test_tools::per_element());
  });
}

BOOST_AUTO_TEST_CASE(no_more_are_taken_than_allowed_and_those_that_are_due_longest_first) {
  on_every_store([](flooded_store& stored) {
    for (std::uint64_t number = 1; number <= 7; ++number)
      stored.add(number, noon - static_cast<std::int64_t>(number));
    auto few = limits;
    few.count_max = 4;
    BOOST_TEST(stored.lease(flood, few) == (numbers{4, 5, 6, 7}), boost::test_tools::per_element());
    BOOST_TEST(stored.lease(flood, few) == (numbers{1, 2, 3}), boost::test_tools::per_element());
  });
}

BOOST_AUTO_TEST_CASE(a_lease_may_leave_routine_ones_to_the_flood) {
  on_every_store([](flooded_store& stored) {
    stored.add(1);
    stored.add(2, noon, "r", "S", urgency::urgent);
    stored.add(3, noon, "r", "S", urgency::immediate);
    const auto leased = [&](urgency least) {
      return ids_of(value_of(stored.store.lease(noon, 1'000, "n", 9, least)));
    };
    BOOST_TEST(leased(urgency::immediate) == (numbers{3}), boost::test_tools::per_element());
    BOOST_TEST(leased(urgency::urgent) == (numbers{2}), boost::test_tools::per_element());
    BOOST_TEST(leased(urgency::routine) == (numbers{1}), boost::test_tools::per_element());
  });
}

BOOST_AUTO_TEST_CASE(a_flood_s_lease_knows_who_was_reached_and_who_refuses) {
  on_every_store([](flooded_store& stored) {
    for (std::uint64_t number = 1; number <= 3; ++number)
      stored.add(number);
    auto leased = value_of(stored.store.lease_flood(noon, 1'000, "n", flood, limits));
    BOOST_REQUIRE(leased.size() == 3U);
    auto report = delivered(leased[1], notification_state::waiting);
    report.attempts.push_back(report.attempts.front());
    report.attempts.back().recipient = "never@b.c";
    report.attempts.back().result = attempt_result::refused;
    std::vector reports{report};
    for (const auto i : {0U, 2U})
      reports.push_back({.after = leased[i].what, .lease = leased[i].lease, .attempts = {}});
    BOOST_REQUIRE(stored.store.report(reports));
    leased = value_of(stored.store.lease_flood(noon, 1'000, "n", flood, limits));
    BOOST_REQUIRE(leased.size() == 3U);
    BOOST_TEST(leased[1].reached == names{"mail a@b.c"}, boost::test_tools::per_element());
    BOOST_TEST(leased[1].refused == names{"mail never@b.c"}, boost::test_tools::per_element());
    BOOST_TEST(leased[0].reached.empty());
    BOOST_TEST(leased[2].reached.empty());
  });
}

BOOST_DATA_TEST_CASE(of_two_nodes_one_takes_the_flood, databases, kind) {
  for (int round = 0; round < 20; ++round) {
    notifying_store stored(kind);
    for (std::uint64_t number = 1; number <= 50; ++number)
      value_of(stored.one->add(notification_of(number, urgency::routine)));
    const notification_flood own{"serious-adverse-event", "STUDY-1"};
    std::vector<std::int64_t> held[2];
    const auto take = [&](notification_store& node, std::vector<std::int64_t>& ids) {
      if (const auto leased = node.lease_flood(noon, 1'000, "node", own, limits))
        ids = ids_of(*leased);
    };
    std::thread racing([&] { take(*stored.other, held[1]); });
    take(*stored.one, held[0]);
    racing.join();
    BOOST_TEST(held[0].size() + held[1].size() == 50U);
    std::set<std::int64_t> all(held[0].begin(), held[0].end());
    all.insert(held[1].begin(), held[1].end());
    BOOST_TEST(all.size() == 50U);
  }
}

/// More than one statement takes; one of them is acknowledged meanwhile.
BOOST_DATA_TEST_CASE(ten_thousand_reports_are_written_as_one_and_in_time, databases, kind) {
  notifying_store stored(kind);
  constexpr std::size_t count = 10'000;
  run_sql(stored.store.url(), "INSERT INTO notification (notification_key, rule, urgency, state, "
                              "study, site, subject, term, case_key, "
                              "topic, partition, record_offset, produced_at, durable_at, "
                              "created_at, step, tries, step_since, next_at, ended_at, "
                              "ended_by, ended_reason) WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL "
                              "SELECT i + 1 FROM n WHERE i < 10000) "
                              "SELECT CAST(i AS text), 'r', 1, 1, 'S', '', '', '', '', '', 0, -1, "
                              "0, 0, 0, 0, 0, 1750000000000, "
                              "1750000000000, 0, '', '' FROM n");
  auto many = limits;
  many.count_max = count;
  const auto begin = std::chrono::steady_clock::now();
  const auto leased = value_of(stored.one->lease_flood(noon, 60'000, "n", flood, many));
  const auto taken = std::chrono::steady_clock::now();
  BOOST_REQUIRE(leased.size() == count);
  value_of(stored.other->acknowledge(leased[4'321].what.id, {.at = noon, .who = "ann"}));
  std::vector<delivery_report> reports;
  for (const auto& one : leased)
    reports.push_back(delivered(one));
  const auto reporting = std::chrono::steady_clock::now();
  BOOST_REQUIRE(stored.one->report(reports));
  const auto end = std::chrono::steady_clock::now();
  const auto in_ms = [](auto span) {
    return std::chrono::duration_cast<std::chrono::milliseconds>(span).count();
  };
  BOOST_TEST_MESSAGE("lease " << in_ms(taken - begin) << " ms, report " << in_ms(end - reporting)
                              << " ms");
  BOOST_TEST(in_ms(end - reporting) <
             10'000); // As a rule a tenth of it; statement by statement it was more.
  const auto counts = value_of(stored.one->counts());
  BOOST_TEST(counts[static_cast<std::size_t>(notification_state::closed)] == 9'999);
  BOOST_TEST(counts[static_cast<std::size_t>(notification_state::acknowledged)] == 1);
  const auto attempts = [&] {
    return run_sql(stored.store.url(),
                   "SELECT count(*) FROM notification_attempt WHERE recipient = 'a@b.c'");
  };
  BOOST_TEST(attempts() == "10000");
  BOOST_REQUIRE(stored.one->report(reports)); // Its answer was lost.
  BOOST_TEST(attempts() == "10000");
}

BOOST_AUTO_TEST_SUITE_END()
