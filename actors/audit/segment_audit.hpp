#pragma once

/// Checks one segment: decodes the evidence, decides again, compares. Pure: what it needs from the
/// store is asked for step by step.

#include "actors/audit/audit_report.hpp"
#include "actors/audit/insertion_time.hpp"
#include "actors/storage/ledger/group_plan.hpp"
#include "actors/storage/ledger/stored_segment.hpp"
#include "actors/storage/rows/ledger_layout.hpp"
#include "actors/storage/rows/row_writer.hpp"
#include "actors/validation/guarded_decider.hpp"

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <vector>

namespace aepro {

/// A version of a subject's reference data that a segment's decisions used.
struct subject_version {
  subject_key subject;
  std::uint32_t version = 0; ///< 0: the subject was not known.
};

/// Steps: make, `subjects`, `decide`, `witnesses`, `repeated_keys`, `check`, `rows`.
class segment_audit {
public:
  /// Decodes the segment; nothing where it is damaged, which is then in `problems`.
  static std::optional<segment_audit> make(const stored_segment& segment,
                                           const stored_stream& stream,
                                           const decide_options& options, std::size_t bytes_max,
                                           audit_problems& problems);

  /// Returns the reference data that the stored decisions name, to be fetched for `decide`.
  std::span<const subject_version> subjects() const { return subjects_; }

  /// Decides again; `contexts` in the order of `subjects`.
  void decide(std::span<const subject_context_ptr> contexts);

  /// Returns the events whose rows tell when the segment's rows were inserted; none where
  /// `stored_at` does (the segment has a `due_at`), nothing was ever due, or no row could tell.
  std::vector<lateness_witness> witnesses() const;

  unix_milliseconds stored_at() const { return segment_->stored_at; }

  /// Says when the rows were inserted: `rows` needs it for their lateness. Else it is `stored_at`.
  void set_inserted_at(unix_milliseconds instant) { inserted_at_ = instant; }

  /// Returns the rules version by which the segment's decisions say that they were made.
  std::uint32_t rules_version() const;

  /// Returns the keys of duplicates and conflicts, to be looked up for `check`.
  std::vector<event_key> repeated_keys() const;

  /// Compares decisions, verdicts, first records and chain. Returns what the records count as.
  verdict_counts check(std::span<const known_event> known, audit_problems& problems) const;

  /// Calls `visit` with each row that the store must have because of this segment. `streams` gives
  /// ids; `writer` makes the rows and collects the shared ones.
  using row_visitor = std::function<void(ledger_table, std::span<const cell>)>;
  void rows(std::span<const stored_stream> streams, row_writer& writer,
            const row_visitor& visit) const;

  /// Recomputes the chain; calls `visit` with each record's offset and hash.
  using head_visitor = std::function<void(std::int64_t offset, const sha256_digest& head)>;
  void heads(const head_visitor& visit) const;

  /// Calls `visit` with each record, its decision and its verdict.
  using record_visitor = std::function<void(const record_view&, const decided_record&, verdict)>;
  void visit(const record_visitor& visit) const;

  /// A record that was rejected as processing_failed. `sound`: decided anew, it is accepted.
  struct failed_record {
    std::int64_t offset = 0;
    bool sound = false;
  };
  /// Returns those of the segment, after `decide`. That they were rejected is taken as it is
  /// recorded.
  const std::vector<failed_record>& failed_records() const { return failed_records_; }

  std::size_t size() const { return decisions_.records.size(); }

private:
  segment_audit() = default;
  void name_subjects();
  bool has_failed(std::size_t index) const;
  void alert_rows(const row_origin& origin, const decided_record& record, verdict value,
                  row_writer& writer, const row_visitor& visit) const;
  void event_rows(const row_origin& origin, const decided_record& record, row_writer& writer,
                  const row_visitor& visit) const;
  void check_repeat(std::size_t index, const std::map<event_key, known_event>& known,
                    audit_problems& problems) const;
  void check_chain(audit_problems& problems) const;
  void check_rules_version(audit_problems& problems) const;
  std::int64_t offset(std::size_t index) const {
    return pending_.batch->raw->records[index].offset;
  }

  lateness_rule lateness() const { return {inserted_at_, segment_->due_at}; }

  const stored_segment* segment_ = nullptr;
  const stored_stream* stream_ = nullptr;
  const decide_options* options_ = nullptr;
  unix_milliseconds inserted_at_ = 0;
  pending_batch pending_;
  segment_decisions decisions_;
  std::vector<subject_version> subjects_;
  std::shared_ptr<decided_batch> decided_;
  std::vector<failed_record> failed_records_;
};

} // namespace aepro
