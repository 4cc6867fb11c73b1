#include "actors/review/review_plan.hpp"
#include "actors/review/score_changes.hpp"
#include "test/support/review_forms.hpp"

#include <boost/test/unit_test.hpp>

#include <fmt/format.h>

using namespace aepro;
using namespace aepro::test;

BOOST_AUTO_TEST_SUITE(review_plans)

namespace {

using texts = std::vector<std::string>;

review_rules looking_for(const std::vector<std::string>& changes, std::size_t forms_max = 200) {
  review_rules rules{.changes = {}, .forms_max = forms_max};
  for (const auto& text : changes)
    rules.changes.push_back(*parse_score_change(text));
  return rules;
}

const auto since_baseline = looking_for({"PAIN-NRS>=+3:urgent"});
const auto since_previous = looking_for({"PAIN-NRS>=+3 since previous:urgent"});

/// "F-2 score-change urgent: PAIN-NRS 2 to 5 since day 0" for each alert.
texts said_of(const review_outcome& outcome) {
  texts said;
  for (const auto& alert : outcome.alerts) {
    auto text = fmt::format("{} {} {}:", alert.form.form_id, alert.alert,
                            static_cast<int>(alert.urgency()));
    for (const auto& change : alert.changes)
      text += fmt::format(" {} {} to {} since day {}", change.scale, change.from, change.to,
                          change.from_day - first_day);
    said.push_back(std::move(text));
  }
  return said;
}

void check(const texts& found, const texts& expected) {
  BOOST_TEST(found == expected, boost::test_tools::per_element());
}

texts alerts(const form_list& history, const form_list& forms, const review_rules& rules,
             const std::string& treatment_start = "") {
  return said_of(plan_review({history, treatment_start}, forms, rules));
}

texts ids_of(const form_list& forms) {
  texts ids;
  for (const auto& form : forms)
    ids.push_back(form.form_id);
  return ids;
}

reviewed_form version(reviewed_form form, std::int64_t number) {
  form.version = number;
  form.offset += 1'000 * number;
  return form;
}

/// A form of which people were told that its pain is worse since baseline, unless it is said else.
reviewed_form told(reviewed_form form, bool is_told = true, bool rises = true) {
  form.raised.push_back(
      {"score-change", "PAIN-NRS", change_reference::baseline, rises, urgency::urgent, is_told});
  return form;
}

reviewed_form with(reviewed_form form, const std::string& scale, double value) {
  form.scores.push_back({scale, value});
  return form;
}

} // namespace

BOOST_AUTO_TEST_CASE(a_subjects_first_form_says_nothing_and_is_kept) {
  const form_list forms{reviewed("F-1", 0, 9)};
  const auto outcome = plan_review({}, forms, since_baseline);
  BOOST_TEST(outcome.alerts.empty());
  check(ids_of(outcome.kept), {"F-1"});
  BOOST_TEST(outcome.dropped.empty());
}

BOOST_AUTO_TEST_CASE(each_form_as_far_from_the_baseline_is_told) {
  check(alerts({reviewed("F-1", 0, 2)},
               {reviewed("F-2", 7, 4), reviewed("F-3", 14, 5), reviewed("F-4", 21, 6)},
               since_baseline),
        {"F-3 score-change 2: PAIN-NRS 2 to 5 since day 0",
         "F-4 score-change 2: PAIN-NRS 2 to 6 since day 0"});
}

BOOST_AUTO_TEST_CASE(since_the_form_before_only_a_jump_is_told) {
  check(alerts({reviewed("F-1", 0, 2)},
               {reviewed("F-2", 7, 4), reviewed("F-3", 14, 6), reviewed("F-4", 21, 9)},
               since_previous),
        {"F-4 score-change 2: PAIN-NRS 6 to 9 since day 14"});
}

BOOST_AUTO_TEST_CASE(the_form_before_is_so_by_its_instant_not_by_its_arrival) {
  check(alerts({reviewed("F-1", 0, 2), reviewed("F-3", 14, 9)}, {reviewed("F-2", 7, 6)},
               since_previous),
        {"F-2 score-change 2: PAIN-NRS 2 to 6 since day 0"});
  check(alerts({reviewed("F-1", 0, 2), reviewed("F-3", 14, 4)}, {reviewed("F-2", 7, 0)},
               since_previous),
        {"F-3 score-change 2: PAIN-NRS 0 to 4 since day 7"});
}

BOOST_AUTO_TEST_CASE(a_form_that_has_changed_since_an_earlier_one_that_comes_late_is_told) {
  check(alerts({reviewed("F-2", 10, 9)}, {reviewed("F-1", 1, 1)}, since_baseline),
        {"F-2 score-change 2: PAIN-NRS 1 to 9 since day 1"});
  check(alerts({reviewed("F-1", 5, 7), told(reviewed("F-2", 10, 9))}, {reviewed("F-0", 1, 6)},
               since_baseline),
        {});
}

BOOST_AUTO_TEST_CASE(
    a_form_that_has_changed_in_another_way_by_an_earlier_one_is_told_of_that_alone) {
  const auto rules = looking_for({"PAIN-NRS>=+3:urgent", "PAIN-NRS>=+3 since previous:urgent"});
  const form_list history{reviewed("F-1", 0, 2), reviewed("F-3", 10, 6)};
  check(alerts({}, history, rules),
        {"F-3 score-change 2: PAIN-NRS 2 to 6 since day 0 PAIN-NRS 2 to 6 since day 0"});
  const form_list plateau{reviewed("F-1", 0, 2), reviewed("F-2", 5, 6), reviewed("F-4", 10, 6)};
  check(alerts(plateau, {reviewed("F-3", 7, 3)}, rules),
        {"F-4 score-change 2: PAIN-NRS 3 to 6 since day 7"});
  auto other = rules;
  other.changes[1].alert = "jump";
  check(alerts(plateau, {reviewed("F-3", 7, 3)}, other),
        {"F-4 jump 2: PAIN-NRS 3 to 6 since day 7"});
}

BOOST_AUTO_TEST_CASE(what_a_form_had_changed_before_is_not_told_as_another_form_comes) {
  // By a rule that came after it, for example.
  check(alerts({reviewed("F-1", 0, 2), reviewed("F-2", 7, 9)}, {reviewed("F-3", 14, 2)},
               since_baseline),
        {});
}

BOOST_AUTO_TEST_CASE(a_baseline_that_is_amended_or_taken_back_is_seen_in_the_forms_behind_it) {
  const form_list history{reviewed("F-1", 0, 8), reviewed("F-2", 7, 2), reviewed("F-3", 14, 6)};
  check(alerts(history, {version(reviewed("F-1", 0, 3), 2)}, since_baseline),
        {"F-3 score-change 2: PAIN-NRS 3 to 6 since day 0"});
  auto taken_back = version(reviewed("F-1", 0, 8), 2);
  taken_back.scores.clear();
  check(alerts(history, {taken_back}, since_baseline),
        {"F-3 score-change 2: PAIN-NRS 2 to 6 since day 7"});
}

BOOST_AUTO_TEST_CASE(
    the_form_before_is_the_latest_that_has_the_scale_however_the_store_orders_them) {
  check(alerts({reviewed("F-2", 7, 2), reviewed("F-1", 0, 9), reviewed("F-3", 10, 9, "other")},
               {reviewed("F-4", 14, 5)}, since_previous),
        {"F-4 score-change 2: PAIN-NRS 2 to 5 since day 7"});
}

BOOST_AUTO_TEST_CASE(of_two_forms_of_one_instant_the_later_record_is_the_later_form) {
  auto first = reviewed("F-1", 0, 2), second = reviewed("F-2", 0, 5);
  second.offset = 1;
  check(alerts({}, {first, second}, since_previous),
        {"F-2 score-change 2: PAIN-NRS 2 to 5 since day 0"});
  BOOST_TEST((came_before(first, second) && !came_before(second, first)));
}

BOOST_AUTO_TEST_CASE(the_baseline_is_the_last_form_up_to_the_day_of_the_first_treatment) {
  const form_list before{reviewed("F-1", 0, 2), reviewed("F-2", 7, 6)};
  check(alerts(before, {reviewed("F-3", 14, 8)}, since_baseline, "2025-06-22"), {});
  check(alerts(before, {reviewed("F-3", 14, 9)}, since_baseline, "2025-06-22T08:00"),
        {"F-3 score-change 2: PAIN-NRS 6 to 9 since day 7"});
  check(alerts(before, {reviewed("F-3", 14, 8)}, since_baseline, "2025-06-21"),
        {"F-3 score-change 2: PAIN-NRS 2 to 8 since day 0"});
}

BOOST_AUTO_TEST_CASE(
    without_a_full_date_of_treatment_or_a_form_before_it_the_first_is_the_baseline) {
  const form_list before{reviewed("F-1", 0, 2), reviewed("F-2", 7, 6)};
  for (const auto* start : {"", "2025-06", "soon", "2025-06-01"})
    check(alerts(before, {reviewed("F-3", 14, 8)}, since_baseline, start),
          {"F-3 score-change 2: PAIN-NRS 2 to 8 since day 0"});
}

BOOST_AUTO_TEST_CASE(a_form_before_the_baseline_has_not_changed_since) {
  check(alerts({reviewed("F-2", 7, 2)}, {reviewed("F-1", 0, 9)}, since_baseline, "2025-06-22"), {});
}

BOOST_AUTO_TEST_CASE(a_form_is_compared_with_those_that_have_the_scale) {
  const auto rules = looking_for({"*>=+3:routine"});
  check(alerts({reviewed("F-1", 0, 2), with(reviewed("F-2", 7, 2), "other", 1)},
               {with(reviewed("F-3", 14, 2), "other", 4)}, rules),
        {"F-3 score-change 1: other 1 to 4 since day 7"});
}

BOOST_AUTO_TEST_CASE(a_form_raises_an_alert_once_as_urgently_as_its_most_urgent_change) {
  auto rules = looking_for({"PAIN-NRS>=+3:routine", "PAIN-NRS>=+6:immediate", "other>=+1:urgent"});
  check(alerts({with(reviewed("F-1", 0, 2), "other", 1)}, {with(reviewed("F-2", 7, 8), "other", 2)},
               rules),
        {"F-2 score-change 3: PAIN-NRS 2 to 8 since day 0 other 1 to 2 since day 0"});
  rules.changes[2].alert = "other-alert";
  check(alerts({with(reviewed("F-1", 0, 2), "other", 1)}, {with(reviewed("F-2", 7, 8), "other", 2)},
               rules),
        {"F-2 other-alert 2: other 1 to 2 since day 0",
         "F-2 score-change 3: PAIN-NRS 2 to 8 since day 0"});
}

BOOST_AUTO_TEST_CASE(a_new_version_takes_the_place_of_the_one_before) {
  const form_list history{reviewed("F-1", 0, 2), reviewed("F-2", 7, 3)};
  const form_list forms{version(reviewed("F-2", 7, 8), 2), reviewed("F-3", 14, 9)};
  const auto outcome = plan_review({history, ""}, forms, since_previous);
  check(said_of(outcome), {"F-2 score-change 2: PAIN-NRS 2 to 8 since day 0"});
  check(ids_of(outcome.kept), {"F-2", "F-3"});
  BOOST_TEST(outcome.kept[0].version == 2);
}

BOOST_AUTO_TEST_CASE(a_version_that_shows_what_people_were_told_is_not_told) {
  const form_list history{reviewed("F-1", 0, 2), told(reviewed("F-2", 7, 8))};
  const form_list forms{version(reviewed("F-2", 7, 9), 2)};
  const auto outcome = plan_review({history, ""}, forms, since_baseline);
  BOOST_TEST(outcome.alerts.empty());
  BOOST_REQUIRE(outcome.kept.size() == 1U);
  BOOST_TEST((outcome.kept[0].raised == history[1].raised)); // Not even by the version after it.
  check(alerts(history, {version(with(reviewed("F-2", 7, 9), "other", 5), 2)}, since_baseline), {});
}

BOOST_AUTO_TEST_CASE(a_version_that_shows_what_nobody_was_told_is_told) {
  const form_list untold{reviewed("F-1", 0, 2), reviewed("F-2", 7, 8)};
  const form_list withheld{reviewed("F-1", 0, 2), told(reviewed("F-2", 7, 8), false)};
  for (const auto& history : {untold, withheld})
    check(alerts(history, {version(reviewed("F-2", 7, 8), 2)}, since_baseline),
          {"F-2 score-change 2: PAIN-NRS 2 to 8 since day 0"});
}

BOOST_AUTO_TEST_CASE(a_version_that_shows_more_is_told_of_that) {
  const form_list history{with(reviewed("F-1", 0, 2), "other", 1),
                          told(with(reviewed("F-2", 7, 6), "other", 1))};
  const auto changed = version(with(reviewed("F-2", 7, 8), "other", 4), 2);
  const form_list forms{changed};
  const auto outcome = plan_review({history, ""}, forms, looking_for({"*>=+3:urgent"}));
  check(said_of(outcome), {"F-2 score-change 2: other 1 to 4 since day 0"});
  BOOST_TEST(outcome.alerts[0].again);
  const auto first = plan_review({{history[0]}, ""}, forms, looking_for({"*>=+3:urgent"}));
  BOOST_TEST(!first.alerts.at(0).again);
}

BOOST_AUTO_TEST_CASE(a_version_whose_change_is_more_urgent_or_another_one_is_told) {
  const form_list history{reviewed("F-1", 0, 5), told(reviewed("F-2", 7, 9))};
  check(
      alerts(history, {version(reviewed("F-2", 7, 9), 2)}, looking_for({"PAIN-NRS>=+3:immediate"})),
      {"F-2 score-change 3: PAIN-NRS 5 to 9 since day 0"});
  check(alerts(history, {version(reviewed("F-2", 7, 1), 2)},
               looking_for({"PAIN-NRS>=+3:urgent", "PAIN-NRS<=-3:urgent"})),
        {"F-2 score-change 2: PAIN-NRS 5 to 1 since day 0"});
  check(alerts(history, {version(reviewed("F-2", 7, 9), 2)}, since_previous),
        {"F-2 score-change 2: PAIN-NRS 5 to 9 since day 0"});
  auto rules = since_baseline;
  rules.changes[0].alert = "another";
  check(alerts(history, {version(reviewed("F-2", 7, 9), 2)}, rules),
        {"F-2 another 2: PAIN-NRS 5 to 9 since day 0"});
}

BOOST_AUTO_TEST_CASE(a_version_behind_a_later_one_says_nothing) {
  const form_list history{reviewed("F-1", 0, 2), version(reviewed("F-2", 7, 3), 3)};
  const form_list late{version(reviewed("F-2", 7, 9), 2)};
  const auto outcome = plan_review({history, ""}, late, since_baseline);
  BOOST_TEST(outcome.alerts.empty());
  BOOST_TEST(outcome.kept.empty());
  BOOST_TEST(outcome.dropped.empty());
}

BOOST_AUTO_TEST_CASE(what_was_entered_in_error_is_compared_with_no_more_and_does_not_come_back) {
  auto taken_back = version(reviewed("F-1", 0, 2), 3);
  taken_back.scores.clear();
  form_list history{reviewed("F-1", 0, 2), reviewed("F-2", 7, 8)};
  const form_list forms{taken_back, reviewed("F-3", 14, 9)};
  const auto outcome = plan_review({history, ""}, forms, since_baseline);
  BOOST_TEST(outcome.alerts.empty());
  BOOST_TEST(outcome.dropped.empty());
  check(ids_of(outcome.kept), {"F-1", "F-3"});
  BOOST_TEST(outcome.kept[0].scores.empty());
  history[0] = outcome.kept[0];
  check(alerts(history, {version(reviewed("F-1", 14, 1), 2)}, since_baseline), {});
}

BOOST_AUTO_TEST_CASE(an_error_that_comes_before_its_form_counts_when_that_comes) {
  auto taken_back = version(reviewed("F-2", 7, 9), 2);
  taken_back.scores.clear();
  check(alerts({reviewed("F-1", 0, 2)}, {taken_back, reviewed("F-2", 7, 9)}, since_baseline), {});
}

BOOST_AUTO_TEST_CASE(of_versions_that_come_together_the_last_one_counts) {
  auto taken_back = version(reviewed("F-2", 7, 9), 2);
  taken_back.scores.clear();
  check(alerts({reviewed("F-1", 0, 2)}, {reviewed("F-2", 7, 9), taken_back}, since_baseline), {});
  check(alerts({reviewed("F-1", 0, 2)}, {reviewed("F-2", 7, 9), version(reviewed("F-2", 7, 3), 2)},
               since_baseline),
        {});
}

BOOST_AUTO_TEST_CASE(the_oldest_forms_are_forgotten_but_a_baseline_never) {
  form_list history;
  for (std::int32_t day = 0; day < 4; ++day)
    history.push_back(reviewed(fmt::format("F-{}", day), day, 2));
  const form_list forms{reviewed("F-4", 4, 9)};
  const auto outcome = plan_review({history, ""}, forms, looking_for({"PAIN-NRS>=+3:urgent"}, 3));
  check(outcome.dropped, {"F-1"});
  check(ids_of(outcome.kept), {"F-4"});
  check(said_of(outcome), {"F-4 score-change 2: PAIN-NRS 2 to 9 since day 0"});
  const auto treated =
      plan_review({history, "2025-06-16"}, forms, looking_for({"PAIN-NRS>=+3:urgent"}, 3));
  check(treated.dropped, {"F-0"});
}

BOOST_AUTO_TEST_CASE(a_form_that_is_older_than_what_is_kept_says_nothing_however_often_it_comes) {
  form_list history;
  for (std::int32_t day = 0; day < 6; ++day)
    history.push_back(reviewed(fmt::format("F-{}", 10 * day), 10 * day, 2));
  const auto rules = looking_for({"PAIN-NRS>=+3:urgent"}, 3);
  for (std::int64_t number = 1; number < 4; ++number) {
    const form_list forms{version(reviewed("F-5", 5, 9), number)};
    const auto outcome = plan_review({history, ""}, forms, rules);
    BOOST_TEST(outcome.alerts.empty());
    BOOST_TEST(outcome.kept.empty());
    BOOST_TEST((std::ranges::find(outcome.dropped, "F-5") != outcome.dropped.end()));
  }
}

BOOST_AUTO_TEST_CASE(what_is_read_again_says_nothing_by_whatever_rule) {
  const form_list history{reviewed("F-1", 0, 2), reviewed("F-2", 7, 9)};
  const auto outcome = plan_review({history, ""}, history, since_baseline);
  BOOST_TEST(outcome.alerts.empty());
  BOOST_TEST(outcome.kept.empty());
}

BOOST_AUTO_TEST_CASE(of_records_of_one_version_the_later_one_counts) {
  auto taken_back = reviewed("F-2", 7, 9);
  taken_back.scores.clear();
  taken_back.offset = 8;
  const form_list history{reviewed("F-1", 0, 2), taken_back};
  check(alerts(history, {reviewed("F-2", 7, 9)}, since_baseline), {}); // Read again.
  auto later = reviewed("F-2", 7, 9);
  later.offset = 9;
  check(alerts(history, {later}, since_baseline),
        {"F-2 score-change 2: PAIN-NRS 2 to 9 since day 0"});
  auto elsewhere = reviewed("F-2", 7, 9);
  elsewhere.stream.partition = 1;
  check(alerts(history, {elsewhere}, since_baseline),
        {"F-2 score-change 2: PAIN-NRS 2 to 9 since day 0"});
}

BOOST_AUTO_TEST_CASE(what_a_known_form_shows_by_another_is_as_new_and_as_much_history_as_that) {
  auto known = reviewed("F-2", 10, 9), late = reviewed("F-1", 1, 1);
  known.site = "701";
  known.produced_at = 5;
  late.produced_at = 1'000;
  late.durable_at = 1'001;
  const auto news_of = [&] {
    const form_list forms{late};
    return plan_review({{known}, ""}, forms, since_baseline).alerts.at(0).form;
  };
  BOOST_TEST(news_of().site == "701");
  BOOST_TEST(news_of().offset == known.offset);
  BOOST_TEST(news_of().produced_at == 1'000);
  BOOST_TEST(news_of().durable_at == 1'001);
  BOOST_TEST((news_of().origin == event_origin::present));
  late.origin = event_origin::history_with_alerts;
  BOOST_TEST((news_of().origin == event_origin::history_with_alerts));
  known.origin = event_origin::history;
  BOOST_TEST((news_of().origin == event_origin::history));
}

BOOST_AUTO_TEST_CASE(
    of_forms_that_come_together_the_newest_that_is_no_history_counts_for_a_known_one) {
  auto known = reviewed("F-9", 10, 9), late = reviewed("F-1", 1, 1), other = reviewed("F-5", 5, 9);
  late.produced_at = 1'000;
  other.produced_at = 500;
  other.origin = event_origin::history;
  for (const bool is_last : {false, true}) {
    const form_list forms = is_last ? form_list{other, late} : form_list{late, other};
    const auto alerts = plan_review({{known}, ""}, forms, since_baseline).alerts;
    const auto found =
        std::ranges::find(alerts, "F-9", [](const form_alert& one) { return one.form.form_id; });
    BOOST_REQUIRE((found != alerts.end()));
    BOOST_TEST((found->form.origin == event_origin::present));
    BOOST_TEST(found->form.produced_at == 1'000);
    BOOST_TEST(found->cause == (is_last ? "aepro.questionnaire-responses/0/1"
                                        : "aepro.questionnaire-responses/0/5"));
  }
}

BOOST_AUTO_TEST_CASE(history_that_people_are_told_of_counts_more_than_history_that_they_are_not) {
  auto silent = reviewed("F-1", 1, 1), labelled = reviewed("F-2", 2, 1);
  silent.origin = event_origin::history;
  labelled.origin = event_origin::history_with_alerts;
  for (const auto& forms : {form_list{silent, labelled}, form_list{labelled, silent}}) {
    const auto alerts = plan_review({{reviewed("F-9", 10, 9)}, ""}, forms, since_baseline).alerts;
    BOOST_REQUIRE(alerts.size() == 1U);
    BOOST_TEST((alerts[0].form.origin == event_origin::history_with_alerts));
  }
}

BOOST_AUTO_TEST_SUITE_END()
