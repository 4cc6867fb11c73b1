#pragma once

/// Audits a whole store: recomputes the ledger from its evidence and compares every table with it.

#include "actors/audit/anchor_audit.hpp"
#include "actors/audit/segment_audit.hpp"
#include "actors/audit/stream_audit.hpp"
#include "actors/storage/ledger_reader.hpp"

namespace aepro {

struct audit_options {
  /// What decisions were made with in segments that do not name it; a difference shows as
  /// decision_differs.
  decide_options decide;
  /// Problems that are listed; more are only counted.
  std::size_t problems_max = 1'000;
  /// Largest decompressed segment in bytes; a larger one counts as damaged. Bounds the memory.
  std::size_t segment_bytes_max = std::size_t{1} << 30;
  /// Stretches of 16,384 offsets whose differing rows are named one by one; of more, the stretch
  /// is.
  std::size_t stretches_explained_max = 50;
  /// Versions of subjects kept in memory.
  std::size_t subjects_cached_max = 10'000;
  /// Randomises the comparison of rows; any number that a forger does not know.
  std::uint64_t seed = 0;
  /// Watermarks of the topics, where a broker was asked. Streams without one are not compared.
  std::vector<topic_extent> extents;
  /// Anchors to compare the chains with; not owned, its records are in already. Null: none.
  anchor_audit* anchors = nullptr;
  /// Called with the records checked so far and in all, after each segment. May be empty.
  std::function<void(std::uint64_t checked, std::uint64_t total)> progress;
  /// Called with each record of the evidence, stream by stream. May be empty.
  std::function<void(const stream_name&, const record_view&, const decided_record&, verdict)> visit;
};

/// Reads the store through `reader` once, in bounded memory. Returns what was found; damage is not
/// an error. Errors: what the reader could not read.
caf::expected<audit_report> audit_store(ledger_reader& reader, const audit_options& options);

} // namespace aepro
