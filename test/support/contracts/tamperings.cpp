#include "test/support/contracts/tamperings.hpp"

#include "actors/storage/ledger/segment.hpp"

#include <fmt/format.h>

namespace aepro::test {

namespace {

void replace_in_first_segment(store_under_test& store, const std::string& column,
                              const std::string& literal) {
  run_sql(store.url(), fmt::format("UPDATE ledger_segment SET {} = {} WHERE stream_id = {} AND "
                                   "first_offset = 0",
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
  replace_in_first_segment(store, "decisions",
                           bytes_literal(store, encode_decisions(decisions.records)));
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
            forge_decisions(
                store, [](std::vector<stored_decision>& records) { records[5].first.offset = 1; });
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
                                bytes_literal(store, std::string(32, 'x')),
                                stream_id(adverse_events)));
          },
          "state_differs", 9};
}

tampering inserted_row() {
  return {"an inserted row",
          [](store_under_test& store) {
            const std::string key = is_sqlite(store) ? "randomblob(16)" : "gen_random_uuid()";
            run_sql(store.url(), fmt::format("INSERT INTO event (event_key, content_check, "
                                             "record_offset, "
                                             "record_timestamp, stream_id, flags, kind) VALUES "
                                             "({}, 0, 4, 0, {}, 0, 1)",
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
          [statement = std::move(statement)](store_under_test& store) {
            run_sql(store.url(), statement);
          },
          std::move(kind), offset};
}

std::vector<tampering> tamperings() {
  std::vector<tampering> all{payload_byte(),  evidence_timestamp(),  evidence_header(),
                             decision_byte(), verdict_of_a_record(), first_of_a_duplicate(),
                             damaged_frame(), replaced_head(),       inserted_row()};
  for (auto& more : {row_tamperings(), segment_tamperings(), side_tamperings()})
    all.insert(all.end(), more.begin(), more.end());
  return all;
}

} // namespace aepro::test
