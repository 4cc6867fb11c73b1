#pragma once

/// Port: what audits and reports read from a store, on one consistent snapshot. Adapters: sqlite,
/// postgres.

#include "actors/storage/ledger/group_plan.hpp"
#include "actors/storage/ledger/stored_segment.hpp"
#include "actors/storage/rows/ledger_layout.hpp"
#include "actors/storage/rows/shared_rows.hpp"
#include "messages/decision.hpp"

#include <caf/expected.hpp>

#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace aepro {

/// A stream's state and how its records ended, as the store counts them.
struct stored_partition {
  stored_stream stream;
  stream_claim state;
  verdict_counts counts;
};

/// What of a stream is not published yet.
struct publication_lag {
  stream_name stream;
  std::uint64_t dead_letters = 0; ///< Behind the position up to which they are published.
  std::uint64_t records = 0; ///< Settled since the last published anchor; all where there is none.
};

/// What summarize() counts: findings by rule, scores by scale and band, alerts by rule, rejections
/// by reason.
enum class summary_table : std::uint8_t { findings, scores, alerts, rejections };

/// `labels` are, in order: findings: rule number, severity, name, text, authority; scores: scale,
/// band; alerts: rule, urgency; rejections: code, reason.
struct summary_row {
  std::vector<std::string> labels;
  std::uint64_t count = 0;
};

/// Restricts a scan to some offsets of a stream.
struct scan_range {
  std::int32_t stream_id = 0;
  std::int64_t first_offset = 0;
  std::int64_t last_offset = 0;
};

/// Used by one thread at a time. Every error carries an errc and names the store.
class ledger_reader {
public:
  /// Gets the cells of one row, valid during the call; returns false to stop the scan.
  using row_visitor = std::function<bool(std::span<const cell>)>;

  virtual ~ledger_reader() = default;

  /// Returns the database's identity, made with it: 32 hexadecimal digits.
  virtual caf::expected<std::string> store_id() = 0;

  /// Returns the canonical text of the decide options with that SHA-256, or nothing where the store
  /// has none.
  virtual caf::expected<std::optional<std::string>> find_options(const sha256_digest& digest) = 0;

  /// Returns every stream, ordered by topic and partition.
  virtual caf::expected<std::vector<stored_partition>> partitions() = 0;

  /// Returns the stream's segment with the smallest first_offset >= `first_offset`, or nothing.
  virtual caf::expected<std::optional<stored_segment>> next_segment(std::int32_t stream_id,
                                                                    std::int64_t first_offset) = 0;

  /// Visits the rows of `table` in any order, with the columns of `ledger_layout(table)`.
  /// Memory is bounded whatever the table's size. It is not an error if the visitor stops.
  virtual caf::expected<void> scan(ledger_table table, const std::optional<scan_range>& range,
                                   const row_visitor& visit) = 0;

  /// Visits the rows of a shared table in any order, with the columns of `shared_layout(table)`.
  virtual caf::expected<void> scan_shared(shared_table table, const row_visitor& visit) = 0;

  /// Visits the rows of a side table in any order, with the columns of `side_layout(table)`.
  virtual caf::expected<void> scan_side(side_table table, const row_visitor& visit) = 0;

  /// Returns the events of those `keys` that the store has, in any order. The streams that they
  /// point to belong to the reader.
  virtual caf::expected<std::vector<known_event>> find_events(std::span<const event_key> keys) = 0;

  /// Returns column `lateness_ms` of the event with that key; nothing where it is NULL or there is
  /// no such event.
  virtual caf::expected<std::optional<std::int64_t>> find_lateness(const event_key& key) = 0;

  /// Returns since when segments name the decide options that they were made with, by the
  /// database's clock; nothing where they have done so since the store was made.
  virtual caf::expected<std::optional<unix_milliseconds>> options_since() = 0;

  /// Returns what is not as a fresh migration makes it, one text for each thing that is missing,
  /// changed or there beside it: tables, columns, constraints, indexes, triggers, views. Needs no
  /// right but to read.
  virtual caf::expected<std::vector<std::string>> schema_differences() = 0;

  /// Returns the counts of `table`, the largest first.
  virtual caf::expected<std::vector<summary_row>> summarize(summary_table table) = 0;

  /// Returns what each claimed stream has still to publish, ordered as partitions(). Cost: index
  /// entries of what is behind (dead letters, ledger segments), never those of what is published.
  virtual caf::expected<std::vector<publication_lag>> publication_lags() = 0;

  /// Returns that version of a subject's reference data; known == false where there is none.
  virtual caf::expected<subject_context_ptr> find_subject(const subject_key& key,
                                                          std::uint32_t version) = 0;
};

} // namespace aepro
