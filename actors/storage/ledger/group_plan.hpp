#pragma once

/// What a group of batches becomes in the store: verdicts, rows to insert, chain and segments.
/// Pure.

#include "actors/storage/ledger/group_gate.hpp"
#include "actors/storage/ledger/lateness.hpp"
#include "actors/storage/ledger/segment.hpp"
#include "messages/decision.hpp"

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace aepro {

/// An event that the store holds already.
struct known_event {
  event_key key{};
  std::uint64_t content_check = 0;
  const stored_stream* stream = nullptr; ///< Of the record that came first; not owned.
  std::int64_t offset = 0;
};

/// A batch that the gate let through, with its stream's row. Nothing is owned.
struct planned_input {
  const decided_batch* batch = nullptr;
  const stored_stream* stream = nullptr;
};

/// A record that becomes a row of `event`: the first of its key.
struct planned_row {
  event_key key{};
  std::uint32_t batch = 0;
  std::uint32_t record = 0;
  event_kind kind = event_kind::none;
};

/// For a duplicate or conflict: the record of the same key that came first.
struct planned_repeat {
  std::uint32_t record = 0;
  const stored_stream* first_stream = nullptr;
  std::int64_t first_offset = 0;
};

struct planned_batch {
  std::vector<verdict> verdicts;       ///< One per record.
  std::vector<planned_repeat> repeats; ///< In record order.
  /// Records that are not just accepted: not accepted at all, or with findings or alerts. In order.
  std::vector<std::uint32_t> noted;
  /// Accepted records that come after they were due, as `find_late` found them; in key order.
  std::vector<std::uint32_t> late;
  verdict_counts counts;
  sha256_digest chain_before{};
  sha256_digest chain_after{};
  std::string decisions; ///< zstd-compressed SegmentDecisions.
};

/// Made in two steps, so that an adapter may insert rows first and learn from the store which keys
/// it knows: the constructor finds the first record of each key in the group, `resolve` decides the
/// rest.
class group_plan {
public:
  /// Duplicates inside the group are settled by position: batch by batch, record by record.
  explicit group_plan(std::vector<planned_input> group);

  /// Leaves out rows whose key is in `known`, gives every record its verdict, and continues each
  /// stream's chain from its head in `states`, which must name every stream of the group. May be
  /// called again with more known events. `known` needs no order; it may name a key once.
  void resolve(std::span<const known_event> known, std::span<const stream_claim> states);

  /// Leaves the rows out whose key is in `known`; `resolve` does it too.
  void leave_out(std::span<const known_event> known);

  /// After `resolve`: notes which accepted records are late. `at` is the instant by which their
  /// rows tell how late they are.
  void find_late(const insertion_instant& at);

  /// After `find_late`: returns whether a record that was in time has become late by `now`.
  bool more_are_late(const insertion_instant& now) const;

  /// Returns by how many ms that row's event is late, being inserted at `at`; 0: in time.
  std::int64_t lateness_ms(const planned_row& row, const insertion_instant& at) const;

  /// Returns every record that is not rejected, sorted by key, then by position.
  std::span<const planned_row> keys() const { return sorted_; }

  /// Returns the rows to insert, sorted by key: before `resolve` as if the store were empty.
  std::span<const planned_row> rows() const { return rows_; }

  /// Returns one entry per input, in order; empty before `resolve`.
  std::span<const planned_batch> batches() const { return batches_; }

  std::span<const planned_input> inputs() const { return inputs_; }

  const decided_record& decided(const planned_row& row) const {
    return inputs_[row.batch].batch->records[row.record];
  }
  const record_view& raw(const planned_row& row) const {
    return inputs_[row.batch].batch->raw->records[row.record];
  }

private:
  lateness_rule rule_of(const planned_row& row, const insertion_instant& at) const;
  void give_verdicts(std::span<const known_event> known);
  void link_chains(std::span<const stream_claim> states);

  std::vector<planned_input> inputs_;
  std::vector<planned_row> sorted_;
  std::vector<planned_row> rows_;
  std::vector<planned_batch> batches_;
  std::optional<unix_milliseconds> next_due_; ///< Of those in time, the first; nothing: never.
};

/// Returns one outcome per batch of `group`: as planned where admitted, else the state in the
/// store.
std::vector<append_outcome> outcomes_of(std::span<const std::shared_ptr<decided_batch>> group,
                                        const std::vector<bool>& admitted, const group_plan& plan,
                                        std::span<const stream_claim> states);

} // namespace aepro
