#pragma once

/// Checks that a stream's segments follow each other and end where its state says. Pure.

#include "actors/audit/audit_report.hpp"
#include "actors/storage/ledger/group_plan.hpp"
#include "actors/storage/ledger/stored_segment.hpp"

#include <optional>

namespace aepro {

/// What a topic's partition holds, as Kafka reports it.
struct topic_extent {
  stream_name stream;
  std::int64_t low = 0;  ///< Offset of the oldest record that the topic still has.
  std::int64_t high = 0; ///< Offset that the next record will get.
};

class stream_audit {
public:
  /// `options_since` is when the store came to keep decide options; nothing: with its first
  /// segment.
  stream_audit(stored_stream stream, std::optional<unix_milliseconds> options_since,
               audit_problems& problems)
      : stream_(std::move(stream)), options_since_(options_since), problems_(problems) {}

  /// Takes the next segment, by first offset, and what its records count as.
  void follow(const stored_segment& segment, const verdict_counts& counts);

  /// Compares with the stream's state after the last segment, and with the topic where it is known.
  /// Returns what was found in the evidence.
  audited_partition end(const stream_claim& state, const verdict_counts& stored,
                        const std::optional<topic_extent>& watermarks);

private:
  void check_options(const stored_segment& segment);
  void check_due(const stored_segment& segment);
  void check_watermarks(const stream_claim& state, const topic_extent& watermarks);

  stored_stream stream_;
  std::optional<unix_milliseconds> options_since_;
  audit_problems& problems_;
  bool named_options_ = false; ///< A segment did: those behind it must.
  bool named_due_ = false;     ///< Likewise.
  std::int64_t last_offset_ = -1;
  sha256_digest head_{};
  verdict_counts counts_;
};

} // namespace aepro
