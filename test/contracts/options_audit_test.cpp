#include "actors/storage/ledger/segment.hpp"
#include "actors/validation/batch_decider.hpp"
#include "actors/validation/decide_options_text.hpp"
#include "test/support/contracts/filled_store.hpp"
#include "test/support/test_records.hpp"

#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

using namespace aepro;
using namespace aepro::test;

BOOST_AUTO_TEST_SUITE(options_audit)

BOOST_DATA_TEST_CASE(decisions_are_checked_with_the_options_they_were_made_with, databases, kind) {
  store_under_test store(kind);
  decide_options strict;
  strict.reject_unknown_subjects = true;
  store_options options;
  options.url = store.url();
  options.decide_options = decide_options_text(strict);
  auto writer = value_of(value_of(make_store(options))->connect());
  value_of(writer->claim(adverse_events));
  auto raw = make_batch({{.value = adverse_event_value({.event_id = "A-1"})}}, 0, adverse_events);
  raw->begin_offset = -1;
  raw->epoch = 1;
  auto pending = prepare(raw, strict);
  const std::vector<subject_context_ptr> nobody(pending.subjects.size());
  auto batch = finish(std::move(pending), nobody, strict);
  batch->evidence = encode_evidence(*raw);
  const std::vector group{batch};
  BOOST_TEST(value_of(writer->append(group, far_away())).front().settled.counts.rejected == 1U);
  BOOST_TEST(audit(store).ok());
  const auto changed = [&](const std::string& statement) {
    run_sql(store.url(), statement);
    const auto report = audit(store);
    BOOST_REQUIRE(!report.ok());
    return report.problems.front().kind;
  };
  BOOST_TEST(changed("UPDATE decide_options SET text = replace(text, ':true', ':false')") ==
             "options_damaged");
  run_sql(store.url(), "UPDATE decide_options SET text = replace(text, ':false', ':true')");
  BOOST_TEST(audit(store).ok());
}

/// Of segments without options, which only the schema's first version stored.
BOOST_DATA_TEST_CASE(segments_from_before_the_options_need_none, databases, kind) {
  store_under_test store(kind);
  fill(*store.connect());
  run_sql(store.url(), "UPDATE ledger_segment SET options = NULL");
  run_sql(store.url(), "UPDATE schema_version SET applied_at = '2020-01-01T00:00:00Z' WHERE "
                       "version = 1");
  BOOST_TEST(audit(store).ok()); // Stored when version 2 came.
  run_sql(store.url(), "UPDATE schema_version SET applied_at = '2020-06-01T00:00:00Z' WHERE "
                       "version = 2");
  BOOST_TEST(names(audit(store), "options_damaged", 0)); // Stored long after.
}

BOOST_DATA_TEST_CASE(segments_without_options_are_decided_with_those_of_the_audit, databases,
                     kind) {
  store_under_test store(kind);
  fill(*store.connect());
  run_sql(store.url(), "UPDATE ledger_segment SET options = NULL");
  run_sql(store.url(), "UPDATE schema_version SET applied_at = '2020-01-01T00:00:00Z' WHERE "
                       "version = 1");
  audit_options other;
  other.decide.reject_unknown_subjects = true;
  BOOST_TEST(names(audit(store, other), "decision_differs", 8));
}

BOOST_AUTO_TEST_SUITE_END()
