#include "test/support/contracts/tamperings.hpp"

#include "actors/storage/ledger/segment.hpp"

#include <fmt/format.h>

namespace aepro::test {

namespace {

void replace_in_first_segment(store_under_test& store, const std::string& column,
                              const std::string& literal) {
  run_sql(store.url(), fmt::format("UPDATE ledger_segment SET {} = {} WHERE stream_id = {} AND first_offset = 0",
                                   column, literal, stream_id(adverse_events)));
}

/// Rewrites the evidence as a forger would who knows the format.
void forge_records(store_under_test& store, const std::function<void(record_batch&)>& change) {
  const auto segment = first_segment(store);
  const auto decoded = decode_evidence(segment.records, adverse_events, 0,
                                       static_cast<std::size_t>(segment.record_count), 1 << 20);
  const auto batch = std::get<std::shared_ptr<record_batch>>(decoded);
  change(*batch);
  replace_in_first_segment(store, "records", bytes_literal(store, encode_evidence(*batch)));
}

void forge_decisions(store_under_test& store,
                     const std::function<void(std::vector<stored_decision>&)>& change) {
  const auto segment = first_segment(store);
  const auto decoded =
    decode_decisions(segment.decisions, static_cast<std::size_t>(segment.record_count), 1 << 20);
  auto decisions = std::get<segment_decisions>(decoded);
  change(decisions.records);
  replace_in_first_segment(store, "decisions", bytes_literal(store, encode_decisions(decisions.records)));
}

tampering payload_byte() {
  return {"a byte of a payload",
          [](store_under_test& store) {
            forge_records(store, [](record_batch& batch) {
              static std::string value;
              value = *batch.records[2].value;
              value[value.find("Headache")] = 'h';
              batch.records[2].value = value;
            });
          },
          "chain_broken", 2};
}

tampering evidence_timestamp() {
  return {"a timestamp in the evidence",
          [](store_under_test& store) {
            forge_records(store, [](record_batch& batch) { batch.records[1].timestamp += 1; });
          },
          "chain_broken", 1};
}

tampering evidence_header() {
  return {"a header in the evidence",
          [](store_under_test& store) {
            forge_records(store, [](record_batch& batch) { batch.records[4].headers = {}; });
          },
          "chain_broken", 4};
}

tampering decision_byte() {
  return {"a byte of a decision",
          [](store_under_test& store) {
            forge_decisions(store, [](std::vector<stored_decision>& records) {
              static std::string changed;
              changed = records[3].decision;
              changed[6] = static_cast<char>(changed[6] ^ 1); // Not serious any more.
              records[3].decision = changed;
            });
          },
          "decision_differs", 3, "chain_broken"};
}

tampering verdict_of_a_record() {
  return {"a conflict made a duplicate",
          [](store_under_test& store) {
            forge_decisions(store, [](std::vector<stored_decision>& records) {
              records[6].verdict = verdict::duplicate;
            });
          },
          "verdict_differs", 6, "chain_broken"};
}

tampering first_of_a_duplicate() {
  return {"another first record of a duplicate",
          [](store_under_test& store) {
            forge_decisions(store,
                            [](std::vector<stored_decision>& records) { records[5].first.offset = 1; });
          },
          "first_differs", 5};
}

tampering damaged_frame() {
  return {"a byte of the compressed segment",
          [](store_under_test& store) {
            auto records = first_segment(store).records;
            records.resize(records.size() / 2);
            replace_in_first_segment(store, "records", bytes_literal(store, records));
          },
          "segment_damaged", 0};
}

tampering replaced_head() {
  return {"a replaced head",
          [](store_under_test& store) {
            run_sql(store.url(),
                    fmt::format("UPDATE partition_state SET chain_head = {} WHERE stream_id = {}",
                                bytes_literal(store, std::string(32, 'x')), stream_id(adverse_events)));
          },
          "state_differs", 9};
}

tampering inserted_row() {
  return {"an inserted row",
          [](store_under_test& store) {
            const std::string key = is_sqlite(store) ? "randomblob(16)" : "gen_random_uuid()";
            run_sql(store.url(), fmt::format("INSERT INTO event (event_key, content_check, record_offset, "
                                             "record_timestamp, stream_id, flags, kind) VALUES ({}, 0, 4, 0, {}, 0, 1)",
                                             key, stream_id(adverse_events)));
          },
          "row_inserted", 4};
}

} // namespace

std::ostream& operator<<(std::ostream& out, const tampering& entry) {
  return out << entry.name;
}

tampering by_sql(std::string name, std::string statement, std::string kind, std::int64_t offset) {
  return {std::move(name),
          [statement = std::move(statement)](store_under_test& store) { run_sql(store.url(), statement); },
          std::move(kind), offset};
}

std::vector<tampering> tamperings() {
  const auto event = [](std::int64_t offset) { return of_record(adverse_events, offset); };
  return {
    payload_byte(), evidence_timestamp(), evidence_header(), decision_byte(), verdict_of_a_record(),
    first_of_a_duplicate(), damaged_frame(), replaced_head(),
    by_sql("a deleted row", "DELETE FROM event WHERE " + event(1), "row_missing", 1),
    by_sql("two rows swapped",
           fmt::format("UPDATE event SET record_offset = 3 - record_offset WHERE stream_id = {} AND "
                       "record_offset IN (1, 2)",
                       stream_id(adverse_events)),
           "row_differs", 1),
    by_sql("an offset moved", "UPDATE event SET record_offset = 50000 WHERE " + event(2), "row_missing", 2),
    by_sql("a row without evidence", "UPDATE event SET record_offset = 50000 WHERE " + event(2),
           "row_inserted", 50000),
    by_sql("the next offset moved",
           "UPDATE partition_state SET next_offset = 20 WHERE stream_id = " + stream_id(adverse_events),
           "state_differs", 10),
    by_sql("a finding removed", "DELETE FROM finding WHERE " + event(8), "row_missing", 8),
    by_sql("a finding's rule changed", "UPDATE finding SET rule = 9999 WHERE " + event(8), "row_differs", 8),
    by_sql("an inserted finding",
           fmt::format("INSERT INTO finding (stream_id, record_offset, rule) VALUES ({}, 4, 1)",
                       stream_id(adverse_events)),
           "row_inserted", 4),
    by_sql("a row's timestamp changed", "UPDATE event SET record_timestamp = 1 WHERE " + event(7),
           "row_differs", 7),
    by_sql("a row's term changed", "UPDATE event SET aeterm = 'x' WHERE " + event(7), "row_differs", 7)
      .for_the_script({}),
    by_sql("a row's column of another kind filled", "UPDATE event SET answers = '[]' WHERE " + event(7),
           "row_differs", 7)
      .for_the_script({}),
    inserted_row(),
    by_sql("an inserted row of a stream without state",
           "INSERT INTO finding (stream_id, record_offset, rule) VALUES (77, 4, 1)", "row_inserted", 4),
    by_sql("a segment's last offset moved",
           fmt::format("UPDATE ledger_segment SET last_offset = 5 WHERE stream_id = {} AND first_offset = 0",
                       stream_id(adverse_events)),
           "segment_damaged", 0),
    by_sql("a truncated tail",
           fmt::format("DELETE FROM ledger_segment WHERE stream_id = {} AND first_offset = 7",
                       stream_id(adverse_events)),
           "state_differs", 7),
    by_sql("the rows of a truncated tail",
           fmt::format("DELETE FROM ledger_segment WHERE stream_id = {} AND first_offset = 7",
                       stream_id(adverse_events)),
           "row_inserted", 9),
    by_sql("a missing segment",
           fmt::format("DELETE FROM ledger_segment WHERE stream_id = {} AND first_offset = 0",
                       stream_id(adverse_events)),
           "segment_order", 7),
    by_sql("a changed count", "UPDATE partition_state SET rejected = 0 WHERE rejected > 0", "state_differs", -1),
    by_sql("a removed dead letter", "DELETE FROM dead_letter", "row_missing", 4),
    by_sql("a removed alert", "DELETE FROM alert WHERE " + event(3), "row_missing", 3),
    by_sql("an alert made less urgent", "UPDATE alert SET urgency = 1 WHERE " + event(6), "row_differs", 6),
    by_sql("a removed conflict", "DELETE FROM conflict", "row_missing", 6),
    by_sql("a conflict with another record", "UPDATE conflict SET first_offset = 1", "row_differs", 6),
    by_sql("a shared text changed", "UPDATE coding SET aedecod = 'Rash'", "row_differs", -1),
    by_sql("a shared row removed", "DELETE FROM place", "row_missing", -1),
    by_sql("another shared row referred to", "UPDATE event SET coding_id = 1 WHERE " + event(7), "row_differs", 7)
      .for_the_script({}),
    by_sql("a subject's data changed", "UPDATE subject SET rfstdtc = '2000' WHERE version = 2", "row_differs", 1)
      .for_the_script({}),
    by_sql("a subject's version skipped", "UPDATE subject SET version = 5 WHERE version = 2",
           "subject_version", 1),
  };
}

} // namespace aepro::test
