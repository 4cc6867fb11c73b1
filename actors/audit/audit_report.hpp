#pragma once

/// What an audit of a store found.

#include "messages/decision.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace aepro {

/// Something that is not as the evidence says. `kind` is stable, scripts rely on it:
/// segment_damaged, segment_order, chain_broken, decision_differs, verdict_differs, first_differs,
/// state_differs, row_missing, row_inserted, row_differs, subject_version, watermark,
/// options_damaged, schema_differs, anchor_mismatch, anchor_signature.
struct audit_problem {
  std::string kind;
  std::string topic;
  std::int32_t partition = -1;
  std::int64_t offset = -1; ///< Of the first record concerned; -1: none.
  std::string message;      ///< What is wrong, without free text of patients.
};

struct audited_partition {
  stream_name stream;
  std::int64_t next_offset = -1;
  verdict_counts counts; ///< As counted in the evidence.
  sha256_digest chain_head{};
};

/// Keeps the first `limit` problems and counts all.
class audit_problems {
public:
  explicit audit_problems(std::size_t limit) : limit_(limit) {}

  void add(audit_problem problem) {
    ++total_;
    if (kept_.size() < limit_)
      kept_.push_back(std::move(problem));
  }
  /// A problem of the store as a whole.
  void add(std::string kind, std::string message) {
    add({std::move(kind), {}, -1, -1, std::move(message)});
  }
  void add(std::string kind, const stream_name& stream, std::int64_t offset, std::string message) {
    add({std::move(kind), stream.topic, stream.partition, offset, std::move(message)});
  }

  const std::vector<audit_problem>& kept() const { return kept_; }
  std::uint64_t total() const { return total_; }

private:
  std::size_t limit_;
  std::vector<audit_problem> kept_;
  std::uint64_t total_ = 0;
};

struct audit_report {
  std::vector<audited_partition> partitions;
  std::vector<audit_problem> problems;
  std::uint64_t problems_total = 0;    ///< May be more than are listed.
  std::uint64_t processing_failed = 0; ///< Records that are recorded as rejected for that.
  std::uint64_t sound_now = 0; ///< Those of them that are accepted when they are decided anew.
  /// What could not be checked although nothing is wrong, in sentences.
  std::vector<std::string> notes;
  bool ok() const { return problems_total == 0; }
};

} // namespace aepro
