#pragma once

/// Codec of a ledger segment's two compressed parts: what Kafka delivered, and what was decided on
/// it.

#include "actors/storage/ledger/chain.hpp"
#include "messages/decision.hpp"

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace aepro {

struct segment_options {
  /// zstd level of the evidence. Higher: smaller on disk, more CPU in the validation pool
  /// (measured in docs/decisions/0003-storage-layout.md). -5 to 19.
  int compression_level = -1;
};

/// Returns the zstd-compressed SegmentRecords of `batch` (docs/ledger-format.md). May be called by
/// several threads. Throws std::runtime_error where zstd has no memory.
std::string encode_evidence(const record_batch& batch, const segment_options& options = {});

/// Where the stored bytes of a segment are damaged, in words.
struct segment_damage {
  std::string message;
};

/// Returns the records of a segment with the given columns; their views point into the batch's own
/// buffers. `begin_offset` and `end_offset` span the records. More than `bytes_max` bytes after
/// decompression count as damage, so that a forged frame cannot take all memory.
std::variant<std::shared_ptr<record_batch>, segment_damage>
decode_evidence(std::string_view evidence, const stream_name& stream, std::int64_t first_offset,
                std::size_t record_count, std::size_t bytes_max);

/// One record's part of SegmentDecisions, as stored.
struct stored_decision {
  aepro::verdict verdict = aepro::verdict::accepted;
  std::string_view decision;
  std::uint64_t hash_prefix = 0; ///< First 8 bytes of the record's chain hash, big-endian.
  record_reference first;        ///< Stream and offset, for duplicates and conflicts.
};

/// Decisions of a segment; views and references point into `memory`.
struct segment_decisions {
  std::vector<stored_decision> records;
  std::shared_ptr<const void> memory;
};

/// Returns the zstd-compressed SegmentDecisions.
std::string encode_decisions(std::span<const stored_decision> records);

/// Returns the decisions of `record_count` records, or what is damaged.
std::variant<segment_decisions, segment_damage>
decode_decisions(std::string_view compressed, std::size_t record_count, std::size_t bytes_max);

} // namespace aepro
