#include "test/support/contracts/clock_fixture.hpp"

#include "actors/clocks/clock_stages.hpp"

#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <future>
#include <latch>

using namespace aepro;
using namespace aepro::test;
using namespace std::string_literals;

BOOST_AUTO_TEST_SUITE(clock_store_contract)

BOOST_DATA_TEST_CASE(a_version_has_what_the_clocks_must_know, databases, kind) {
  keeping_store stored(kind);
  stored.source.append({report_value({.id = 1,
                                      .report = "R'\"1",
                                      .version = 7,
                                      .fatal = true,
                                      .unexpected = true,
                                      .awareness = "2025-06-10"}),
                        report_value({.id = 2, .serious = false}), report_value({.id = 3})});
  const auto page = stored.page();
  BOOST_TEST(page.begin_offset == 0);
  BOOST_TEST(page.next_offset == 3);
  BOOST_TEST(offsets_of(page) == (numbers{0, 2}), boost::test_tools::per_element());
  const auto& first = page.versions[0];
  BOOST_TEST(first.study == "STUDY-1");
  BOOST_TEST(first.report_id == "R'\"1");
  BOOST_TEST(first.site == "701");
  BOOST_TEST(first.subject == "01-701-1015");
  BOOST_TEST(first.version == 7);
  BOOST_TEST(!first.nullifies);
  BOOST_TEST(first.serious);
  BOOST_TEST(first.grave);
  BOOST_TEST(first.unexpected);
  BOOST_TEST(first.awareness == "2025-06-10");
  BOOST_TEST(first.received_at == published);
  BOOST_TEST((first.stream == adverse_events));
  const auto& last = page.versions[1];
  BOOST_TEST(last.serious);
  BOOST_TEST(!last.grave);
  BOOST_TEST(!last.unexpected);
  BOOST_TEST(last.awareness == "");
}

BOOST_DATA_TEST_CASE(a_producer_whose_clock_goes_ahead_gives_nobody_more_time, databases, kind) {
  keeping_store stored(kind);
  const auto next_year = std::chrono::system_clock::now() + std::chrono::hours(24 * 365);
  stored.source.append(
      {report_value({.id = 1})},
      std::chrono::duration_cast<std::chrono::milliseconds>(next_year.time_since_epoch()).count());
  const auto received = stored.page().versions.at(0).received_at;
  BOOST_TEST(std::abs(received - value_of(stored.one->now())) < 60'000);
}

BOOST_DATA_TEST_CASE(history_starts_no_clock_unless_its_sender_wants_people_to_be_told, databases,
                     kind) {
  keeping_store stored(kind);
  stored.source.append({report_value({.id = 1, .report = "R-1"}) + "\x58\x01",
                        report_value({.id = 2, .report = "R-2"}) + "\x58\x02"});
  const auto page = stored.page();
  BOOST_TEST(offsets_of(page) == (numbers{1}), boost::test_tools::per_element());
}

BOOST_DATA_TEST_CASE(a_nullification_is_found_whether_it_is_serious_or_not, databases, kind) {
  keeping_store stored(kind);
  stored.source.append(
      {report_value({.id = 1, .nullifies = true}),
       report_value({.id = 2, .version = 2, .serious = false, .nullifies = true})});
  const auto page = stored.page();
  BOOST_REQUIRE(page.versions.size() == 2U);
  for (const auto& one : page.versions) {
    BOOST_TEST(one.nullifies);
    BOOST_TEST(!one.serious);
    BOOST_TEST(one.report_id == "R-1");
    BOOST_TEST(one.study == "STUDY-1");
    BOOST_TEST(one.subject == "01-701-1015");
  }
}

BOOST_DATA_TEST_CASE(a_conflict_and_a_report_without_id_are_cases_of_their_own, databases, kind) {
  keeping_store stored(kind);
  stored.source.append({report_value({.id = 1, .serious = false}),
                        report_value({.id = 1, .fatal = true}),
                        report_value({.id = 2, .report = ""})});
  const auto page = stored.page();
  BOOST_REQUIRE(page.versions.size() == 2U);
  BOOST_TEST(page.versions[0].report_id == "aepro.adverse-events/0/1");
  BOOST_TEST(page.versions[0].study == "STUDY-1");
  BOOST_TEST(page.versions[0].grave);
  BOOST_TEST(page.versions[1].report_id == "aepro.adverse-events/0/2");
}

BOOST_DATA_TEST_CASE(pages_go_as_far_as_the_limit_and_miss_no_record, databases, kind) {
  keeping_store stored(kind);
  std::vector<std::string> values;
  for (std::uint64_t i = 0; i < 40; ++i)
    values.push_back(report_value({.id = i + 1,
                                   .report = "R-" + std::to_string(i),
                                   .serious = i % 3 != 0,
                                   .fatal = i % 4 == 1,
                                   .unexpected = true,
                                   .nullifies = i % 5 == 0}));
  stored.source.append(values);
  numbers seen;
  for (auto page = stored.page(3); page.begin_offset < 40; page = stored.page(3)) {
    BOOST_TEST(page.versions.size() <= 7U);
    BOOST_TEST(page.next_offset > page.begin_offset);
    for (const auto offset : offsets_of(page))
      seen.push_back(offset);
    BOOST_REQUIRE(stored.take_up(page).moved);
  }
  numbers expected;
  for (std::int64_t i = 0; i < 40; ++i)
    if (i % 5 == 0 || i % 3 != 0 || i % 4 == 1) // A death is serious.
      expected.push_back(i);
  BOOST_TEST(seen == expected, boost::test_tools::per_element());
  BOOST_TEST(audit_problems_of(stored.store) == "");
}

BOOST_DATA_TEST_CASE(a_stream_without_versions_has_nothing_to_take_up, databases, kind) {
  keeping_store stored(kind);
  BOOST_TEST(stored.page().next_offset == 0);
  BOOST_TEST(value_of(stored.one->new_versions({"never.claimed", 7}, 100)).next_offset == 0);
  stored.source.append({report_value({.serious = false})});
  const auto page = stored.page();
  BOOST_TEST(page.versions.empty());
  BOOST_TEST(page.next_offset == 1);
  BOOST_TEST(stored.take_up(page).moved);
  BOOST_TEST(stored.page().begin_offset == 1);
}

BOOST_DATA_TEST_CASE(clocks_are_made_with_the_cursor_and_come_back_whole, databases, kind) {
  keeping_store stored(kind);
  stored.source.append(
      {report_value({.fatal = true, .unexpected = true, .awareness = "2025-06-14T10:00Z"})});
  const auto page = stored.page();
  const auto intake = stored.take_up(page);
  BOOST_TEST(intake.moved);
  BOOST_TEST(intake.clocks_made == 3U);
  BOOST_TEST(intake.versions_left_out == 0U);
  const auto clocks = stored.all();
  BOOST_TEST(kinds_of(clocks) == (texts{"sponsor-24-hour", "fda-7-day", "fda-7-day-full"}),
             boost::test_tools::per_element()); // By their end.
  const auto expected = stored.plan({page.versions, {}}).made.front();
  const auto& found = clocks[1];
  BOOST_TEST(found.key == expected.key);
  BOOST_TEST(found.study == "STUDY-1");
  BOOST_TEST(found.report_id == "R-1");
  BOOST_TEST(found.site == "701");
  BOOST_TEST(found.subject == "01-701-1015");
  BOOST_TEST(found.authority == "FDA");
  BOOST_TEST(found.time_zone == "UTC");
  BOOST_TEST(found.version == 1);
  BOOST_TEST((found.stream == adverse_events));
  BOOST_TEST(found.offset == 0);
  BOOST_TEST(found.awareness_at == expected.awareness_at);
  BOOST_TEST(found.qualified_at == published);
  BOOST_TEST(found.day_zero == expected.day_zero);
  BOOST_TEST(found.due_at == expected.due_at);
  BOOST_TEST(found.reminders == (numbers{3 * day_ms, day_ms}), boost::test_tools::per_element());
  BOOST_TEST(found.told_before == nothing_told);
  BOOST_TEST(found.next_at == expected.due_at - 3 * day_ms);
  BOOST_TEST((found.state == clock_state::running));
  BOOST_TEST(!found.ended_by_person);
  BOOST_TEST(found.made_at == published);
  BOOST_TEST(found.ended_at == 0);
  BOOST_TEST(found.ended_reason == "");
  BOOST_TEST(stored.page().begin_offset == 1);
  BOOST_TEST(audit_problems_of(stored.store) == "");
}

BOOST_DATA_TEST_CASE(later_versions_change_the_clocks_of_their_case_and_no_others, databases,
                     kind) {
  keeping_store stored(kind);
  stored.source.append({report_value({.id = 1}), report_value({.id = 2, .report = "R-2"}),
                        report_value({.id = 3, .study = "STUDY-2"})});
  stored.take_up(stored.page());
  stored.source.append(
      {report_value({.id = 4, .version = 2, .serious = false, .nullifies = true})});
  BOOST_TEST(stored.take_up(stored.page()).clocks_made == 0U);
  const auto clocks = stored.all();
  BOOST_REQUIRE(clocks.size() == 3U);
  BOOST_TEST((clocks[0].state == clock_state::running));
  BOOST_TEST((clocks[1].state == clock_state::running));
  BOOST_TEST(clocks[2].report_id == "R-1");
  BOOST_TEST(clocks[2].study == "STUDY-1");
  BOOST_TEST((clocks[2].state == clock_state::stopped));
  BOOST_TEST(clocks[2].ended_reason == "version 2 nullified the report (aepro.adverse-events/0/3)");
  BOOST_TEST(clocks[2].revision == 1);
  BOOST_TEST(clocks[2].next_at == 0);
}

BOOST_DATA_TEST_CASE(a_page_is_taken_up_once_and_by_nobody_else, databases, kind) {
  keeping_store stored(kind);
  stored.source.append({report_value({})});
  const auto page = stored.page();
  const auto zombie = stored.source.claim;
  const auto successor = value_of(stored.store.connect()->claim(adverse_events));
  BOOST_TEST(!stored.take_up(*stored.one, zombie, page).moved);
  BOOST_TEST(stored.all().empty());
  BOOST_TEST(stored.planned == 0);
  BOOST_TEST(stored.take_up(*stored.other, successor, page).moved);
  BOOST_TEST(!stored.take_up(*stored.other, successor, page).moved);
  BOOST_TEST(stored.all().size() == 1U);
}

BOOST_DATA_TEST_CASE(what_a_fail_over_has_forgotten_is_taken_up_again_under_the_same_keys,
                     databases, kind) {
  keeping_store stored(kind);
  stored.learn({.fatal = true, .unexpected = true});
  const auto before = stored.all();
  run_sql(stored.store.url(), "DELETE FROM publication"); // Only the cursor.
  BOOST_TEST(stored.take_up(stored.page()).clocks_made == 0U);
  for (const auto* table : {"publication", "regulatory_clock", "case_version", "regulatory_case"})
    run_sql(stored.store.url(), "DELETE FROM "s + table);
  BOOST_TEST(stored.take_up(stored.page()).clocks_made == 3U);
  const auto again = stored.all();
  BOOST_REQUIRE(again.size() == before.size());
  for (std::size_t i = 0; i < again.size(); ++i)
    BOOST_TEST(again[i].key == before[i].key);
}

BOOST_DATA_TEST_CASE(a_page_beyond_what_a_fail_over_has_left_is_not_taken_up, databases, kind) {
  keeping_store stored(kind);
  stored.source.append({report_value({.id = 1}), report_value({.id = 2, .report = "R-2"})});
  const auto page = stored.page();
  run_sql(stored.store.url(), "UPDATE partition_state SET next_offset = 1");
  BOOST_TEST(!stored.take_up(page).moved);
  BOOST_TEST(stored.all().empty());
}

BOOST_DATA_TEST_CASE(a_case_has_so_many_versions_and_what_is_left_out_is_counted, databases, kind) {
  keeping_store stored(kind);
  std::vector<std::string> values;
  for (std::uint32_t i = 1; i <= 5; ++i)
    values.push_back(report_value({.id = i, .version = i, .unexpected = i == 5}));
  stored.source.append(values);
  const auto intake = stored.take_up(stored.page(), 3);
  BOOST_TEST(intake.moved);
  BOOST_TEST(intake.versions_left_out == 2U);
  BOOST_TEST(kinds_of(stored.all()) == (texts{"sponsor-24-hour"}),
             boost::test_tools::per_element());
  BOOST_TEST(run_sql(stored.store.url(), "SELECT version_count FROM regulatory_case") == "3");
}

BOOST_DATA_TEST_CASE(two_nodes_with_versions_of_one_case_make_one_clock, databases, kind) {
  keeping_store stored(kind);
  const stream_name second_stream{"aepro.adverse-events", 1};
  const auto writer = stored.store.connect();
  const auto second_claim = value_of(writer->claim(second_stream));
  std::int64_t begin = -1;
  for (std::uint64_t round = 0; round < 15; ++round) {
    const auto report = "R-" + std::to_string(round);
    stored.source.append({report_value({.id = 2 * round + 1, .report = report, .version = 2})});
    const std::vector batches{
        decided({.stream = second_stream,
                 .begin_offset = begin,
                 .epoch = second_claim.epoch,
                 .values = {report_value({.id = 2 * round + 2, .report = report})}})};
    BOOST_REQUIRE(value_of(writer->append(batches, far_away())).front().committed);
    begin = static_cast<std::int64_t>(round) + 1;
    const auto first_page = stored.page();
    const auto second_page = value_of(stored.other->new_versions(second_stream, 100));
    std::latch start(2);
    const auto take_up = [&](clock_store& node, const stream_claim& claim, const case_page& page) {
      start.arrive_and_wait();
      return node.take_up(claim, page, 100,
                          [&](const case_history& all) { return stored.plan(all); });
    };
    auto racing = std::async(std::launch::async,
                             [&] { return take_up(*stored.other, second_claim, second_page); });
    BOOST_TEST(value_of(take_up(*stored.one, stored.source.claim, first_page)).moved);
    BOOST_TEST(value_of(racing.get()).moved);
    const auto clocks = stored.all({.report_id = report});
    BOOST_REQUIRE(clocks.size() == 1U);
    BOOST_TEST(clocks.front().version == 1); // Whoever was first.
  }
}

BOOST_DATA_TEST_CASE(odd_texts_do_no_harm, databases, kind) {
  keeping_store stored(kind);
  const auto odd = "'; DROP TABLE regulatory_clock; --\\ \"\xe2\x82\xac$1 {} ?"s;
  stored.learn({.report = odd, .awareness = odd, .study = odd});
  const auto clock = stored.all({.study = odd, .report_id = odd}).front();
  BOOST_TEST(clock.report_id == odd);
  BOOST_TEST(value_of(stored.one->tell(after_stage(clock, 0), note_of(clock, 0))));
}

BOOST_AUTO_TEST_SUITE_END()
