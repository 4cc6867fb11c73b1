#include "test/support/contracts/notification_fixture.hpp"

#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <fmt/format.h>

using namespace aepro;
using namespace aepro::test;

BOOST_AUTO_TEST_SUITE(notification_desk)

namespace {

using numbers = std::vector<std::int64_t>;

const operator_action by_ann{
    .at = noon + 5, .who = "ann", .reason = "called the site, it's \"known\" \xe2\x82\xac"};
const operator_action by_bob{.at = noon + 6, .who = "bob", .reason = "again"};

/// Ten notifications that differ in everything a filter asks for: number n has id n.
void fill_ten(notifying_store& stored) {
  for (std::uint64_t number = 1; number <= 10; ++number) {
    auto made = notification_of(number);
    made.rule = number % 2 == 0 ? "even" : "odd";
    made.study = number <= 5 ? "STUDY-1" : "STUDY-2";
    made.site = number == 3 ? "it's 3" : "701";
    made.subject = number >= 9 ? "S-9" : "S-1";
    made.state = number == 4 ? notification_state::closed : notification_state::waiting;
    made.created_at = noon + static_cast<std::int64_t>(number);
    value_of(stored.one->add(made));
  }
}

} // namespace

BOOST_DATA_TEST_CASE(a_notification_is_acknowledged_once_and_says_by_whom, databases, kind) {
  notifying_store stored(kind);
  stored.add(2);
  const auto first = value_of(stored.one->acknowledge(1, by_ann)).value();
  BOOST_TEST((first.state == notification_state::acknowledged));
  BOOST_TEST(first.ended_by == "ann");
  BOOST_TEST(first.ended_reason == by_ann.reason);
  BOOST_TEST(first.ended_at == by_ann.at);
  const auto second = value_of(stored.other->acknowledge(1, by_bob)).value();
  BOOST_TEST(second.ended_by == "ann");
  BOOST_TEST(second.ended_at == by_ann.at);
  BOOST_TEST(!value_of(stored.one->acknowledge(99, by_ann)).has_value());
  const auto actions = value_of(stored.one->actions(10));
  BOOST_REQUIRE(actions.size() == 1U);
  BOOST_TEST(actions[0].who == "ann");
  BOOST_TEST(actions[0].action == "acknowledge");
  BOOST_TEST(actions[0].target == "1");
  BOOST_TEST(actions[0].reason == by_ann.reason);
  BOOST_TEST(actions[0].at == by_ann.at);
  BOOST_TEST(ids_of(stored.lease(*stored.one)) == (numbers{2}), boost::test_tools::per_element());
}

BOOST_DATA_TEST_CASE(an_acknowledgement_outlives_a_report_that_comes_later, databases, kind) {
  notifying_store stored(kind);
  stored.add(1);
  const auto leased = stored.lease(*stored.one);
  value_of(stored.other->acknowledge(1, by_ann));
  BOOST_REQUIRE(stored.one->report({delivered(leased.front(), notification_state::sent)}));
  const auto shown = stored.only();
  BOOST_TEST((shown.what.state == notification_state::acknowledged));
  BOOST_TEST(shown.what.ended_by == "ann");
  BOOST_TEST(shown.attempts.size() == 1U);
  BOOST_TEST(stored.lease(*stored.one, noon + 99'999).empty());
}

BOOST_DATA_TEST_CASE(a_retry_begins_at_the_first_step_and_tells_everybody_again, databases, kind) {
  notifying_store stored(kind);
  stored.add(1);
  BOOST_REQUIRE(stored.one->report(
      {delivered(stored.lease(*stored.one).front(), notification_state::waiting)}));
  delivery_report later = delivered(stored.lease(*stored.one).front());
  later.after.step = 2;
  later.after.tries = 1;
  later.attempts.clear();
  BOOST_REQUIRE(stored.one->report({later}));
  value_of(stored.one->acknowledge(1, by_ann));
  const auto again = value_of(stored.one->retry(1, by_bob)).value();
  BOOST_TEST((again.state == notification_state::waiting));
  BOOST_TEST(again.step == 0);
  BOOST_TEST(again.tries == 0);
  BOOST_TEST(again.step_since == by_bob.at);
  BOOST_TEST(again.next_at == by_bob.at);
  BOOST_TEST(again.ended_at == 0);
  BOOST_TEST(again.ended_by == "");
  BOOST_TEST(again.ended_reason == "");
  const auto leased = stored.lease(*stored.one, by_bob.at);
  BOOST_REQUIRE(leased.size() == 1U);
  BOOST_TEST(leased.front().reached.empty());
  BOOST_TEST(stored.only().attempts.size() == 1U);
  BOOST_TEST(!value_of(stored.one->retry(99, by_bob)).has_value());
  const auto actions = value_of(stored.one->actions(10));
  BOOST_REQUIRE(actions.size() == 2U);
  BOOST_TEST(actions[0].action == "retry"); // Newest first.
  BOOST_TEST(value_of(stored.one->actions(1)).size() == 1U);
}

BOOST_DATA_TEST_CASE(a_delivery_that_was_under_way_at_the_retry_does_not_end_it, databases, kind) {
  notifying_store stored(kind);
  stored.add(1);
  const auto leased = stored.lease(*stored.one);
  value_of(stored.other->retry(1, by_bob));
  BOOST_REQUIRE(stored.one->report({delivered(leased.front())}));
  BOOST_TEST((stored.only().what.state == notification_state::waiting));
  const auto again = stored.lease(*stored.one, by_bob.at);
  BOOST_REQUIRE(again.size() == 1U);
  BOOST_TEST(again.front().reached.empty());
}

BOOST_DATA_TEST_CASE(a_mute_is_there_until_it_ends, databases, kind) {
  notifying_store stored(kind);
  const auto id = value_of(stored.one->mute({.rule = "r'1",
                                             .study = "s",
                                             .site = "t",
                                             .subject = "u",
                                             .since = noon,
                                             .until = noon + 100,
                                             .who = "ann",
                                             .reason = "known"},
                                            {.at = noon, .who = "ann", .reason = "known"}));
  const auto mutes = value_of(stored.other->mutes(noon + 99));
  BOOST_REQUIRE(mutes.size() == 1U);
  BOOST_TEST(mutes[0].id == id);
  BOOST_TEST(mutes[0].rule == "r'1");
  BOOST_TEST(mutes[0].study == "s");
  BOOST_TEST(mutes[0].site == "t");
  BOOST_TEST(mutes[0].subject == "u");
  BOOST_TEST(mutes[0].since == noon);
  BOOST_TEST(mutes[0].until == noon + 100);
  BOOST_TEST(mutes[0].who == "ann");
  BOOST_TEST(mutes[0].reason == "known");
  BOOST_TEST(value_of(stored.one->mutes(noon + 100)).empty());
  BOOST_TEST(value_of(stored.one->unmute(id, {.at = noon + 50, .who = "bob"})));
  BOOST_TEST(!value_of(stored.one->unmute(id, {.at = noon + 60, .who = "bob"})));
  BOOST_TEST(!value_of(stored.one->unmute(99, {.at = noon + 60, .who = "bob"})));
  BOOST_TEST(value_of(stored.one->mutes(noon + 50)).empty());
  BOOST_TEST(value_of(stored.one->mutes(noon + 49)).size() == 1U);
  const auto actions = value_of(stored.one->actions(10));
  BOOST_REQUIRE(actions.size() == 2U);
  BOOST_TEST(actions[0].action == "unmute");
  BOOST_TEST(actions[0].target == std::to_string(id));
  BOOST_TEST(actions[1].action == "mute");
}

BOOST_DATA_TEST_CASE(a_notification_is_found_by_its_key, databases, kind) {
  notifying_store stored(kind);
  stored.add(3);
  notification_filter filter;
  filter.key = notification_of(2).key;
  BOOST_TEST(ids_of(value_of(stored.one->list(filter))) == (numbers{2}),
             boost::test_tools::per_element());
  filter.id = 3;
  BOOST_TEST(value_of(stored.one->list(filter)).empty());
  filter.id.reset();
  filter.key = "no such key";
  BOOST_TEST(value_of(stored.one->list(filter)).empty());
}

BOOST_DATA_TEST_CASE(a_list_is_what_its_filter_asks_for_newest_first, databases, kind) {
  notifying_store stored(kind);
  fill_ten(stored);
  const auto check = [&](const notification_filter& filter, const numbers& expected) {
    BOOST_TEST(ids_of(value_of(stored.one->list(filter))) == expected,
               boost::test_tools::per_element());
  };
  check({}, {10, 9, 8, 7, 6, 5, 4, 3, 2, 1});
  check({.id = 7}, {7});
  check({.id = 77}, {});
  check({.states = {notification_state::closed}}, {4});
  check({.states = {notification_state::closed, notification_state::waiting}, .rule = "even"},
        {10, 8, 6, 4, 2});
  check({.rule = "odd", .study = "STUDY-1"}, {5, 3, 1});
  check({.site = "it's 3"}, {3});
  check({.study = "STUDY-2", .subject = "S-9"}, {10, 9});
  check({.rule = "' OR 1 = 1 --"}, {});
  check({.created_since = noon + 3, .created_until = noon + 6}, {5, 4, 3});
}

BOOST_DATA_TEST_CASE(a_list_comes_in_pages, databases, kind) {
  notifying_store stored(kind);
  fill_ten(stored);
  numbers seen;
  std::int64_t before = 0;
  for (int page = 0; page < 4; ++page)
    for (const auto id : ids_of(value_of(stored.one->list({.before_id = before, .rows_max = 3})))) {
      seen.push_back(id);
      before = id;
    }
  BOOST_TEST(seen == (numbers{10, 9, 8, 7, 6, 5, 4, 3, 2, 1}), boost::test_tools::per_element());
  BOOST_TEST(value_of(stored.one->list({.rows_max = 0})).empty());
}

BOOST_DATA_TEST_CASE(a_list_brings_each_notification_s_own_attempts, databases, kind) {
  notifying_store stored(kind);
  stored.add(3);
  for (const auto& leased : stored.lease(*stored.one))
    if (leased.what.id != 2) {
      auto report = delivered(leased);
      report.attempts.front().receipt = std::to_string(leased.what.id);
      BOOST_REQUIRE(stored.one->report({report}));
    }
  const auto shown = stored.all();
  BOOST_REQUIRE(shown.size() == 3U);
  BOOST_TEST(shown[0].attempts.at(0).receipt == "3");
  BOOST_TEST(shown[1].attempts.empty());
  BOOST_TEST(shown[2].attempts.at(0).receipt == "1");
}

BOOST_DATA_TEST_CASE(counts_are_by_the_state_s_number, databases, kind) {
  notifying_store stored(kind);
  BOOST_TEST(value_of(stored.one->counts()) == numbers(9), boost::test_tools::per_element());
  fill_ten(stored);
  value_of(stored.one->acknowledge(8, by_ann));
  BOOST_TEST(value_of(stored.one->counts()) == (numbers{0, 8, 0, 1, 1, 0, 0, 0, 0}),
             boost::test_tools::per_element());
}

BOOST_DATA_TEST_CASE(the_clock_and_the_identity_are_the_store_s, databases, kind) {
  store_under_test store(kind);
  store_options options;
  options.url = store.url();
  options.wall = [] { return noon; };
  const auto notes = value_of(value_of(make_store(options))->notify());
  const auto now = value_of(notes->now());
  if (kind == store_kind::sqlite)
    BOOST_TEST(now == noon);
  else
    BOOST_TEST(now > noon);
  BOOST_TEST(value_of(notes->store_id()) ==
             value_of(value_of(store.database().read())->store_id()));
}

BOOST_AUTO_TEST_CASE(a_node_s_role_suffices_and_what_is_written_once_cannot_be_changed_with_it) {
  notifying_store stored(store_kind::postgres);
  const auto role = "notifier_of_" + run_sql(stored.store.url(), "SELECT current_database()");
  run_sql(stored.store.url(), "CREATE ROLE " + role + " LOGIN IN ROLE aepro_node");
  store_options options;
  options.url = stored.store.url();
  options.url.replace(options.url.find("postgres@"), 9, role + "@");
  stored.one = value_of(value_of(make_store(options))->notify());
  stored.source.append({adverse_event_value({.event_id = "A-1"}, "DEATH", true)});
  BOOST_TEST(stored.take_up());
  BOOST_REQUIRE(stored.one->report({delivered(stored.lease(*stored.one).front())}));
  BOOST_TEST(value_of(stored.one->acknowledge(1, by_ann)).has_value());
  BOOST_TEST(value_of(stored.one->retry(1, by_ann)).has_value());
  BOOST_TEST(value_of(
      stored.one->unmute(value_of(stored.one->mute({.until = noon + 9}, by_ann)), by_ann)));
  for (const auto& [right, tables] :
       {std::pair{"UPDATE", "notification_attempt operator_action"},
        std::pair{
            "DELETE",
            "notification notification_attempt notification_mute operator_action publication"}})
    BOOST_TEST(
        run_sql(stored.store.url(),
                fmt::format("SELECT count(*) FROM unnest(string_to_array('{}', ' ')) AS t(name) "
                            "WHERE has_table_privilege('{}', name, '{}')",
                            tables, role, right)) == "0");
}

BOOST_AUTO_TEST_SUITE_END()
