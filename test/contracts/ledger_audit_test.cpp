#include "actors/audit/store_audit.hpp"
#include "actors/storage/batch_halves.hpp"
#include "actors/storage/ledger/segment.hpp"
#include "actors/validation/batch_decider.hpp"
#include "actors/validation/decide_options_text.hpp"
#include "actors/validation/guarded_decider.hpp"
#include "test/support/contracts/filled_store.hpp"
#include "test/support/test_records.hpp"

#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

using namespace aepro;
using namespace aepro::test;

BOOST_AUTO_TEST_SUITE(ledger_audit)

BOOST_DATA_TEST_CASE(an_untouched_store_is_sound, databases, kind) {
  store_under_test store(kind);
  fill(*store.connect());
  std::size_t visited = 0;
  std::uint64_t checked = 0, total = 0;
  audit_options options;
  options.visit = [&](const auto&...) { ++visited; };
  options.progress = [&](std::uint64_t done, std::uint64_t all) { checked = done, total = all; };
  const auto report = audit(store, options);
  for (const auto& problem : report.problems)
    BOOST_ERROR(problem.kind << " " << problem.topic << " " << problem.offset << " "
                             << problem.message);
  BOOST_TEST(report.ok());
  BOOST_TEST(visited == 15U);
  BOOST_TEST(checked == 15U);
  BOOST_TEST(total == 15U);
  BOOST_REQUIRE(report.partitions.size() == 3U);
  const auto& partition = report.partitions[0];
  BOOST_TEST((partition.stream == adverse_events));
  BOOST_TEST(partition.next_offset == 10);
  BOOST_TEST(partition.counts.accepted == 7U);
  BOOST_TEST(partition.counts.rejected == 1U);
  BOOST_TEST(partition.counts.duplicate == 1U);
  BOOST_TEST(partition.counts.conflict == 1U);
}

BOOST_DATA_TEST_CASE(more_problems_than_the_limit_are_counted, databases, kind) {
  store_under_test store(kind);
  fill(*store.connect());
  run_sql(store.url(), "DELETE FROM event");
  audit_options options;
  options.problems_max = 2;
  const auto report = audit(store, options);
  BOOST_TEST(report.problems.size() == 2U);
  BOOST_TEST(report.problems_total > 10U);
}

BOOST_DATA_TEST_CASE(watermarks_show_what_the_topic_lost, databases, kind) {
  store_under_test store(kind);
  fill(*store.connect());
  const auto kinds = [&](std::int64_t low, std::int64_t high) {
    audit_options options;
    options.extents = {{adverse_events, low, high}};
    return audit(store, options).problems_total;
  };
  BOOST_TEST(kinds(0, 10) == 0U);
  BOOST_TEST(kinds(5, 2'000) == 0U); // Old records expired, new ones wait.
  BOOST_TEST(kinds(0, 9) == 1U);
  BOOST_TEST(kinds(11, 12) == 1U);
}

BOOST_DATA_TEST_CASE(a_stretch_that_is_not_explained_is_named_as_a_whole, databases, kind) {
  store_under_test store(kind);
  fill(*store.connect());
  run_sql(store.url(), "DELETE FROM dead_letter");
  audit_options options;
  options.stretches_explained_max = 0;
  const auto report = audit(store, options);
  BOOST_REQUIRE(report.problems.size() == 1U);
  BOOST_TEST(report.problems[0].kind == "row_differs");
  BOOST_TEST(report.problems[0].offset == 0);
}

BOOST_DATA_TEST_CASE(a_serious_report_that_is_rejected_has_its_alert_in_the_store, databases,
                     kind) {
  store_under_test store(kind);
  auto connection = store.connect();
  value_of(connection->claim(adverse_events));
  append(*connection, {.stream = adverse_events,
                       .begin_offset = -1,
                       .values = {adverse_event_value({.event_id = "A-1"}, "", true),
                                  adverse_event_value({.event_id = "A-2"}, "")}});
  BOOST_TEST(run_sql(store.url(), "SELECT rule FROM alert") == "rejected-serious-report");
  BOOST_TEST(run_sql(store.url(), "SELECT count(*) FROM dead_letter") == "2");
  BOOST_TEST(audit(store).ok());
  output_of("python3 " AEPRO_SOURCE_DIR "/scripts/verify_ledger.py '" + store.url() + "'");
  run_sql(store.url(), "DELETE FROM alert");
  const auto report = audit(store);
  BOOST_REQUIRE(report.problems.size() == 1U);
  BOOST_TEST(report.problems.front().kind == "row_missing");
  BOOST_TEST(report.problems.front().offset == 0);
}

namespace {

batch_text three_reports() {
  return {.stream = adverse_events,
          .begin_offset = -1,
          .values = {adverse_event_value({.event_id = "A-1"}, "HEADACHE"),
                     adverse_event_value({.event_id = "A-2"}, "NAUSEA"),
                     adverse_event_value({.event_id = "A-3"}, "RASH")}};
}

} // namespace

BOOST_DATA_TEST_CASE(a_batch_that_was_cut_has_the_chain_of_the_whole, databases, kind) {
  store_under_test whole(kind), cut(kind);
  auto connection = whole.connect();
  value_of(connection->claim(adverse_events));
  append(*connection, three_reports());
  connection = cut.connect();
  value_of(connection->claim(adverse_events));
  const auto [left, right] = halve(decided(three_reports()), {});
  for (const auto& half : {left, right}) {
    const std::vector batches{half};
    BOOST_TEST(value_of(connection->append(batches, far_away())).front().committed);
  }
  const auto report = audit(cut);
  BOOST_TEST(report.ok());
  BOOST_REQUIRE(report.partitions.size() == 1U);
  BOOST_TEST((report.partitions[0].chain_head == audit(whole).partitions[0].chain_head));
  BOOST_TEST(report.partitions[0].next_offset == 3);
}

BOOST_DATA_TEST_CASE(a_record_whose_processing_failed_is_named_and_no_damage, databases, kind) {
  store_under_test store(kind);
  auto connection = store.connect();
  value_of(connection->claim(adverse_events));
  const auto [first, rest] = halve(decided(three_reports()), {});
  for (const auto& half : {without_content(first), rest}) {
    const std::vector batches{half};
    BOOST_TEST(value_of(connection->append(batches, far_away())).front().committed);
  }
  BOOST_TEST(run_sql(store.url(), "SELECT rule FROM alert") == "processing-failed");
  BOOST_TEST(run_sql(store.url(), "SELECT code FROM dead_letter") == "14");
  auto report = audit(store);
  for (const auto& problem : report.problems)
    BOOST_ERROR(problem.kind << " " << problem.offset << " " << problem.message);
  BOOST_TEST(report.processing_failed == 1U);
  BOOST_TEST(report.sound_now == 1U);
  BOOST_REQUIRE(!report.notes.empty());
  BOOST_TEST(report.notes.front() == "aepro.adverse-events[0] offset 0: rejected as "
                                     "processing_failed; decided anew it is accepted");
  output_of("python3 " AEPRO_SOURCE_DIR "/scripts/verify_ledger.py '" + store.url() + "'");
  run_sql(store.url(), "UPDATE dead_letter SET code = 9");
  report = audit(store);
  BOOST_TEST(report.problems_total == 1U);
}

BOOST_DATA_TEST_CASE(a_failed_record_does_not_say_which_version_of_its_subject_the_others_used,
                     databases, kind) {
  store_under_test store(kind);
  auto connection = store.connect();
  value_of(connection->claim(subjects));
  append(*connection,
         {.stream = subjects, .begin_offset = -1, .values = {subject_value({.event_id = "S-1"})}});
  value_of(connection->claim(adverse_events));
  const auto batch = decided(three_reports(),
                             [&](auto keys) { return value_of(connection->load_subjects(keys)); });
  BOOST_REQUIRE(batch->records[1].decision.subject_known);
  reject_unprocessed(batch->records[0], batch->rules_version, *batch->arena);
  const std::vector batches{batch};
  BOOST_TEST(value_of(connection->append(batches, far_away())).front().settled.counts.accepted ==
             2U);
  const auto report = audit(store);
  for (const auto& problem : report.problems)
    BOOST_ERROR(problem.kind << " " << problem.offset << " " << problem.message);
  BOOST_TEST(report.processing_failed == 1U);
}

BOOST_DATA_TEST_CASE(a_published_head_shows_that_the_ledger_was_rewritten, databases, kind) {
  store_under_test store(kind);
  fill(*store.connect());
  audit_problems none(10);
  const auto with_anchor = [&](std::int64_t next_offset, const sha256_digest& head) {
    const auto id = value_of(value_of(store.database().read())->store_id());
    anchor_audit anchors(id, {});
    anchors.add({"anchors", 0}, 0,
                encode_anchor({.store_id = id,
                               .stream = adverse_events,
                               .next_offset = next_offset,
                               .chain_head = head}),
                "", none);
    audit_options options;
    options.anchors = &anchors;
    return audit(store, options);
  };
  const auto first_head = first_segment(store).chain_after;
  BOOST_TEST(with_anchor(7, first_head).ok());
  // Where segments end does not matter: the head behind any record is compared.
  const auto inner = head_behind(store, 2);
  BOOST_TEST((inner != first_head));
  BOOST_TEST(with_anchor(3, inner).ok());
  const auto report = with_anchor(3, first_head);
  BOOST_REQUIRE(report.problems.size() == 1U);
  BOOST_TEST(report.problems.front().kind == "anchor_mismatch");
  BOOST_TEST(report.problems.front().offset == 2);
  auto other = first_head;
  other[31] ^= 1;
  BOOST_TEST(with_anchor(7, other).problems.front().kind == "anchor_mismatch");
  BOOST_TEST(with_anchor(11, first_head).problems.front().kind == "anchor_mismatch");
}

BOOST_AUTO_TEST_SUITE_END()
