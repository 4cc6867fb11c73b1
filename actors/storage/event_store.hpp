#pragma once

/// Port: the durable, fenced store of events and ledger. Adapters: sqlite, postgres, memory.

#include "messages/decision.hpp"

#include <caf/expected.hpp>

#include <chrono>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace aepro {

/// One connection to the store. Used by one thread at a time; several may be open on the same
/// store. Every error carries an errc and a text that names the store and, where there is one, the
/// stream.
class event_store {
public:
  virtual ~event_store() = default;

  /// Takes `stream` over: raises its epoch (from 0), creates its row when it is new.
  virtual caf::expected<stream_claim> claim(const stream_name& stream) = 0;

  /// Stores the batches in one transaction. Batches of one stream must be in order and adjacent
  /// (begin_offset == end_offset of the one before). Each stream's {next_offset, epoch} is compared
  /// with the first batch's begin_offset and epoch; a stream that differs is left out whole and
  /// reported with `committed` false, the others are stored. All or nothing for the rest.
  /// Returns one outcome per batch, in order. Gives up at `deadline` and leaves nothing behind.
  /// Errors: store_*, deadline_exceeded and content_refused (a record's values, of whichever
  /// batch); after store_outcome_unknown the state must be asked again.
  virtual caf::expected<std::vector<append_outcome>>
  append(std::span<const std::shared_ptr<decided_batch>> group,
         std::chrono::steady_clock::time_point deadline) = 0;

  /// Returns the latest reference data of each subject, in the order asked; unknown: known ==
  /// false.
  virtual caf::expected<std::vector<subject_context_ptr>>
  load_subjects(std::span<const subject_key> keys) = 0;

  /// Returns every stream's state, ordered by topic and partition.
  virtual caf::expected<std::vector<stream_claim>> partitions() = 0;
};

} // namespace aepro
