#include "test/support/contracts/clock_fixture.hpp"
#include "test/support/contracts/review_fixture.hpp"

#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <future>
#include <latch>
#include <random>

using namespace aepro;
using namespace aepro::test;
using namespace std::string_literals;

BOOST_AUTO_TEST_SUITE(review_store_contract)

BOOST_DATA_TEST_CASE(scored_forms_and_corrections_of_others_are_found, databases, kind) {
  reviewing_store stored(kind);
  stored.source.append(
      {pain_value(1, "F-1", 0, 4), adverse_event_value({.event_id = ordered_id(2)}),
       response_value({.event_id = ordered_id(3)}, std::vector<std::string>(9, "1")),
       pain_value(4, "F-2", 1, 5), pain_value(4, "F-2", 1, 5), "not an event",
       form_value({.id = 5, .form = "F-2", .version = 2, .in_error = true})});
  const auto page = stored.page();
  BOOST_TEST(forms_text(page) == "0 3 6");
  BOOST_TEST(page.begin_offset == 0);
  BOOST_TEST(page.next_offset == 7);
  BOOST_TEST(page.end_offset == 7);
  BOOST_TEST((page.forms[1].scores == std::vector<scale_score>{{"PAIN-NRS", 5}}));
  BOOST_TEST(page.forms[1].study == "STUDY-1");
  BOOST_TEST((page.forms[1].stream == stored.source.stream));
  BOOST_TEST(page.forms[1].durable_at > published);
  BOOST_TEST(page.forms[2].scores.empty());
}

BOOST_DATA_TEST_CASE(pages_go_as_far_as_their_limits_and_miss_no_form, databases, kind) {
  reviewing_store stored(kind);
  std::string expected, seen;
  std::uint64_t id = 0;
  for (int segment = 0; segment < 6; ++segment) {
    std::vector<std::string> values;
    for (int i = 0; i < 5; ++i, ++id)
      if (id % 3 == 1)
        values.push_back(adverse_event_value({.event_id = ordered_id(id)}));
      else {
        values.push_back(pain_value(id, fmt::format("F-{}", id), 0, 1));
        expected += fmt::format("{} ", id);
      }
    stored.source.append(values);
  }
  for (const auto& limits : {form_page_limits{3, 20'000}, form_page_limits{200, 7},
                             form_page_limits{1, 1}, form_page_limits{}}) {
    BOOST_REQUIRE((limits.forms_max == 3 ||
                   run_sql(stored.store.url(), "UPDATE publication SET next_offset = 0 WHERE "
                                               "purpose = 5") == ""));
    seen.clear();
    for (auto page = stored.page(limits); page.begin_offset < 30; page = stored.page(limits)) {
      BOOST_TEST(page.forms.size() <= limits.forms_max);
      BOOST_REQUIRE(page.next_offset > page.begin_offset);
      BOOST_TEST((limits.records_max > 7 || page.next_offset - page.begin_offset <= 10));
      seen += forms_text(page) + (page.forms.empty() ? "" : " ");
      BOOST_REQUIRE(stored.take_up(page).moved);
    }
    BOOST_TEST(seen == expected);
  }
  BOOST_TEST(audit_problems_of(stored.store) == "");
}

BOOST_DATA_TEST_CASE(a_stream_without_forms_has_nothing_to_take_up, databases, kind) {
  reviewing_store stored(kind);
  BOOST_TEST(stored.page().next_offset == 0);
  BOOST_TEST(value_of(stored.one->new_forms({"never.claimed", 7}, {})).next_offset == 0);
  stored.learn({adverse_event_value({.event_id = ordered_id(1)})});
  BOOST_TEST(stored.page().begin_offset == 1);
  BOOST_TEST(stored.planned == 0);
}

BOOST_DATA_TEST_CASE(a_change_is_told_with_the_cursor_and_the_history, databases, kind) {
  reviewing_store stored(kind);
  stored.learn({pain_value(1, "F-1", 0, 2)});
  BOOST_TEST(stored.told().empty());
  stored.source.append({pain_value(2, "F-2", 7, 6)});
  const auto intake = stored.take_up(stored.page());
  BOOST_TEST(intake.moved);
  BOOST_TEST(intake.told == 1U);
  const auto told = stored.told();
  BOOST_REQUIRE(told.size() == 1U);
  BOOST_TEST(told[0].what.rule == "score-change");
  BOOST_TEST(told[0].what.subject == "01-701-1015");
  BOOST_TEST(told[0].what.detail == "Changed: PAIN-NRS since baseline.");
  BOOST_TEST(told[0].what.offset == 1);
  BOOST_TEST(stored.page().begin_offset == 2);
  BOOST_TEST(audit_problems_of(stored.store) == "");
}

BOOST_DATA_TEST_CASE(a_history_comes_back_whole_and_is_that_of_the_subject_and_instrument,
                     databases, kind) {
  reviewing_store stored(kind);
  stored.learn(
      {subject_value({.event_id = ordered_id(9)}, "2025-06-20"), pain_value(1, "F'\"1", 3, 2),
       form_value({.id = 2, .form = "F-2", .answers = {{"PAIN", "7"}}, .subject = "01-701-9999"})});
  stored.learn({pain_value(3, "F-3", 4, 2)});
  const auto& history = stored.last_history;
  BOOST_TEST(history.treatment_start == "2025-06-20");
  BOOST_REQUIRE(history.forms.size() == 1U);
  const auto& form = history.forms[0];
  BOOST_TEST(form.form_id == form_id("F'\"1"));
  BOOST_TEST(form.version == 1);
  BOOST_TEST(form.at == first_noon + 3 * day_ms);
  BOOST_TEST(form.local_day == first_day + 3);
  BOOST_TEST((form.scores == std::vector<scale_score>{{"PAIN-NRS", 2}}));
  BOOST_TEST((form.stream == stored.source.stream));
  BOOST_TEST(form.offset == 1);
}

BOOST_DATA_TEST_CASE(a_correction_takes_the_forms_place_and_an_error_takes_it_away, databases,
                     kind) {
  reviewing_store stored(kind);
  const auto forms = [&] {
    return run_sql(stored.store.url(), "SELECT version, scores FROM reviewed_form");
  };
  stored.learn({pain_value(1, "F-1", 0, 2)});
  BOOST_TEST(forms() == "1|PAIN-NRS\t2");
  stored.learn({form_value({.id = 2, .version = 2, .answers = {{"PAIN", "3"}}})});
  BOOST_TEST(forms() == "2|PAIN-NRS\t3");
  stored.learn({form_value({.id = 3, .version = 3, .in_error = true})});
  BOOST_TEST(forms() == "3|");
  stored.learn({form_value({.id = 4, .version = 2, .answers = {{"PAIN", "9"}}})}); // Late.
  BOOST_TEST(forms() == "3|");
}

BOOST_DATA_TEST_CASE(the_oldest_forms_go_from_the_store, databases, kind) {
  reviewing_store stored(kind);
  stored.rules.forms_max = 3;
  for (std::uint64_t i = 1; i <= 6; ++i)
    stored.learn({pain_value(i, fmt::format("F-{}", i), static_cast<std::int64_t>(i), 2)});
  BOOST_TEST(run_sql(stored.store.url(),
                     "SELECT record_offset FROM reviewed_form ORDER BY record_offset") ==
             "0\n3\n4\n5");
}

BOOST_DATA_TEST_CASE(a_new_scale_brings_the_past_and_tells_nothing_twice, databases, kind) {
  reviewing_store stored(kind);
  stored.learn({pain_value(1, "F-1", 0, 2), pain_value(2, "F-2", 7, 6),
                response_value({.event_id = ordered_id(3)}, std::vector<std::string>(9, "1"))});
  BOOST_TEST(stored.told().size() == 1U);
  BOOST_TEST(!value_of(stored.other->cover({"PAIN-NRS"})));
  BOOST_TEST(stored.page().begin_offset == 3);
  BOOST_TEST(value_of(stored.other->cover({"PHQ-9", "GAD*"})));
  BOOST_TEST(!value_of(stored.one->cover({"PHQ-9"})));
  const auto page = stored.page();
  BOOST_TEST(forms_text(page) == "0 1 2");
  BOOST_TEST(stored.take_up(page).told == 0U);
  BOOST_TEST(stored.told().size() == 1U);
  BOOST_TEST(audit_problems_of(stored.store) == "");
}

BOOST_DATA_TEST_CASE(a_page_of_forms_is_taken_up_once_and_by_nobody_else, databases, kind) {
  reviewing_store stored(kind);
  stored.source.append({pain_value(1, "F-1", 0, 2)});
  const auto page = stored.page();
  const auto zombie = stored.source.claim;
  const auto successor = value_of(stored.store.connect()->claim(stored.source.stream));
  BOOST_TEST(!stored.take_up(*stored.one, zombie, page).moved);
  BOOST_TEST(stored.planned == 0);
  BOOST_TEST(stored.take_up(*stored.other, successor, page).moved);
  BOOST_TEST(!stored.take_up(*stored.other, successor, page).moved);
  BOOST_TEST(run_sql(stored.store.url(), "SELECT count(*) FROM reviewed_form") == "1");
}

BOOST_DATA_TEST_CASE(what_a_fail_over_has_forgotten_is_told_again_under_the_same_key, databases,
                     kind) {
  reviewing_store stored(kind);
  stored.learn({pain_value(1, "F-1", 0, 2), pain_value(2, "F-2", 7, 6)});
  const auto key = stored.told().at(0).what.key;
  run_sql(stored.store.url(), "DELETE FROM publication"); // Only the cursor.
  BOOST_TEST(stored.take_up(stored.page()).told == 0U);
  for (const auto* table : {"publication", "notification", "reviewed_form", "form_history"})
    run_sql(stored.store.url(), "DELETE FROM "s + table);
  BOOST_TEST(stored.take_up(stored.page()).told == 1U);
  BOOST_TEST(stored.told().at(0).what.key == key);
  run_sql(stored.store.url(),
          "DELETE FROM publication; UPDATE partition_state SET next_offset = 1");
  auto beyond = stored.page();
  BOOST_TEST(beyond.next_offset == 1);
  beyond.next_offset = 2;
  BOOST_TEST(!stored.take_up(beyond).moved);
}

BOOST_DATA_TEST_CASE(what_people_were_told_of_a_form_is_kept_with_it, databases, kind) {
  reviewing_store stored(kind);
  stored.learn({pain_value(1, "F-1", 0, 2), pain_value(2, "F-2", 7, 6)});
  stored.learn(
      {form_value({.id = 3, .form = "F-2", .version = 2, .day = 7, .answers = {{"PAIN", "7"}}})});
  BOOST_TEST(stored.told().size() == 1U);
  const auto& forms = stored.last_history.forms;
  const auto second = std::ranges::find(forms, form_id("F-2"), &reviewed_form::form_id);
  BOOST_REQUIRE((second != forms.end()));
  const raised_change told{"score-change", "PAIN-NRS",      change_reference::baseline,
                           true,           urgency::urgent, true};
  BOOST_TEST((second->raised == std::vector{told}));
}

BOOST_DATA_TEST_CASE(a_form_that_an_earlier_one_changes_is_told_once_for_each_change, databases,
                     kind) {
  reviewing_store stored(kind);
  stored.rules.changes = {*parse_score_change("PAIN-NRS>=+3:urgent"),
                          *parse_score_change("PAIN-NRS>=+3 since previous:urgent")};
  stored.learn({pain_value(1, "F-2", 7, 6), pain_value(2, "F-3", 14, 9)});
  BOOST_TEST(stored.told().size() == 1U);
  stored.learn({pain_value(3, "F-1", 0, 7)}); // F-3 is none any more since baseline; F-2 not yet.
  BOOST_TEST(stored.told().size() == 1U);
  stored.learn({pain_value(4, "F-0", -1, 1)}); // All of them are since then.
  BOOST_TEST(stored.told().size() == 3U);
  stored.learn({pain_value(5, "F-9", 90, 1)});
  BOOST_TEST(stored.told().size() == 3U);
}

BOOST_DATA_TEST_CASE(a_known_form_that_an_earlier_one_changes_is_told_with_all_that_it_has,
                     databases, kind) {
  reviewing_store stored(kind);
  stored.learn({pain_value(1, "F-2", 10, 6)});
  stored.learn({pain_value(2, "F-1", 0, 1)});
  const auto told = stored.told();
  BOOST_REQUIRE(told.size() == 1U);
  const auto& what = told[0].what;
  BOOST_TEST((what.state == notification_state::waiting));
  BOOST_TEST(what.study == "STUDY-1");
  BOOST_TEST(what.site == "701");
  BOOST_TEST(what.subject == "01-701-1015");
  BOOST_TEST(what.offset == 0);
  BOOST_TEST(what.produced_at == published);
  BOOST_TEST(what.durable_at > published);
  const auto& form = stored.last_history.forms.at(0);
  BOOST_TEST(form.instrument == "PAIN-NRS");
  BOOST_TEST(form.produced_at == published);
  BOOST_TEST((form.origin == event_origin::present));
}

BOOST_DATA_TEST_CASE(a_form_whose_names_have_no_end_is_compared_and_told, databases, kind) {
  reviewing_store stored(kind);
  std::minstd_rand random(7);
  std::string endless; // PostgreSQL compresses what repeats itself.
  for (int i = 0; i < 9'000; ++i)
    endless += static_cast<char>('!' + random() % 90);
  const auto form = [&](std::uint64_t id, std::int64_t day, const char* pain) {
    return form_value({.id = id,
                       .form = endless + std::to_string(id),
                       .day = day,
                       .answers = {{"PAIN", pain}},
                       .subject = endless,
                       .source = endless});
  };
  stored.learn({form(1, 0, "2"), form(2, 7, "6")});
  const auto told = stored.told();
  BOOST_REQUIRE(told.size() == 1U);
  BOOST_TEST(told[0].what.subject.size() <= 500U);
  BOOST_TEST(endless.starts_with(told[0].what.subject.substr(0, 400)));
}

BOOST_DATA_TEST_CASE(a_damaged_segment_is_left_out_and_named, databases, kind) {
  reviewing_store stored(kind);
  stored.source.append({pain_value(1, "F-1", 0, 2)});
  stored.source.append({pain_value(2, "F-2", 7, 6)});
  stored.source.append({pain_value(3, "F-3", 8, 2)});
  stored.source.append({pain_value(4, "F-4", 9, 6)});
  const auto damage = [&](const std::string& column, int offset) {
    run_sql(stored.store.url(),
            fmt::format("UPDATE ledger_segment SET {} = {} WHERE first_offset = {}", column,
                        bytes_literal(stored.store, "damage"), offset));
  };
  damage("decisions", 1);
  damage("records", 2);
  const auto page = stored.page();
  BOOST_TEST(forms_text(page) == "0 3");
  BOOST_TEST(page.next_offset == 4);
  BOOST_REQUIRE(page.damages.size() == 2U);
  BOOST_TEST(page.damages[0].find("aepro.adverse-events[0]: segment 1..1: ") == 0U);
  BOOST_TEST(page.damages[1].find("aepro.adverse-events[0]: segment 2..2: ") == 0U);
}

BOOST_DATA_TEST_CASE(two_nodes_with_forms_of_one_subject_see_each_others, databases, kind) {
  reviewing_store stored(kind);
  const stream_name second_stream{"aepro.adverse-events", 1};
  const auto writer = stored.store.connect();
  const auto second_claim = value_of(writer->claim(second_stream));
  std::int64_t begin = -1;
  for (std::uint64_t round = 0; round < 15; ++round) {
    const auto subject = fmt::format("S-{}", round);
    const auto value = [&](std::uint64_t id, int pain) {
      return form_value({.id = 2 * round + id,
                         .form = fmt::format("F-{}", id),
                         .day = static_cast<std::int64_t>(id),
                         .answers = {{"PAIN", std::to_string(pain)}},
                         .subject = subject});
    };
    stored.source.append({value(1, 2)});
    const std::vector batches{decided({.stream = second_stream,
                                       .begin_offset = begin,
                                       .epoch = second_claim.epoch,
                                       .values = {value(2, 6)}})};
    BOOST_REQUIRE(value_of(writer->append(batches, far_away())).front().committed);
    begin = static_cast<std::int64_t>(round) + 1;
    const auto first_page = stored.page();
    const auto second_page = value_of(stored.other->new_forms(second_stream, {}));
    std::latch start(2);
    const auto seen = std::make_shared<std::atomic<std::size_t>>(0);
    const auto take_up = [&](review_store& node, const stream_claim& claim, const form_page& page) {
      start.arrive_and_wait();
      return node.take_up(claim, page,
                          [&](const form_history& history, std::span<const reviewed_form> forms) {
                            *seen += history.forms.size();
                            return history_changes{{forms.begin(), forms.end()}, {}, {}};
                          });
    };
    auto racing = std::async(std::launch::async,
                             [&] { return take_up(*stored.other, second_claim, second_page); });
    BOOST_TEST(value_of(take_up(*stored.one, stored.source.claim, first_page)).moved);
    BOOST_TEST(value_of(racing.get()).moved);
    BOOST_TEST(*seen == 1U); // Whoever was second.
  }
}

BOOST_DATA_TEST_CASE(mutes_of_alerts_are_those_of_changes, databases, kind) {
  reviewing_store stored(kind);
  value_of(stored.notes->mute({.rule = "score-change", .until = published, .who = "ann"},
                              {.at = 1, .who = "ann"}));
  BOOST_TEST(value_of(stored.one->mutes(published - 1)).size() == 1U);
  BOOST_TEST(value_of(stored.one->mutes(published)).empty());
}

BOOST_AUTO_TEST_CASE(a_node_may_compare_forms_and_forget_nothing_else) {
  reviewing_store stored(store_kind::postgres);
  stored.rules.forms_max = 2;
  const auto role = "node_of_" + run_sql(stored.store.url(), "SELECT current_database()");
  run_sql(stored.store.url(), "CREATE ROLE " + role + " LOGIN IN ROLE aepro_node");
  store_options options;
  options.url = stored.store.url();
  options.url.replace(options.url.find("postgres@"), 9, role + "@");
  const auto node = value_of(value_of(make_store(options))->reviews());
  BOOST_TEST(value_of(node->cover({"PHQ-9"})));
  for (std::uint64_t i = 1; i <= 5; ++i) {
    stored.source.append({pain_value(i, fmt::format("F-{}", i), static_cast<std::int64_t>(i), 2)});
    BOOST_TEST(stored.take_up(*node, stored.source.claim, stored.page()).moved);
  }
  BOOST_TEST(run_sql(options.url, "SELECT count(*) FROM reviewed_form") == "3");
  for (const auto* table : {"review_scope", "form_history", "publication", "notification"})
    BOOST_CHECK_THROW(run_sql(options.url, "DELETE FROM "s + table), std::runtime_error);
}

BOOST_AUTO_TEST_SUITE_END()
