#pragma once

/// Cuts decided batches, so that the record that a store refuses can be found. Pure.

#include "actors/storage/ledger/segment.hpp"
#include "messages/decision.hpp"

#include <memory>
#include <utility>

namespace aepro {

/// Returns the two halves of a batch of at least two records, each with evidence of its own; they
/// follow each other where the batch stood. They keep `batch` alive: views point into it.
std::pair<std::shared_ptr<decided_batch>, std::shared_ptr<decided_batch>>
halve(const std::shared_ptr<decided_batch>& batch, const segment_options& options);

/// Returns the same batch with every record rejected as processing_failed.
std::shared_ptr<decided_batch> without_content(const std::shared_ptr<decided_batch>& batch);

/// Returns what became of a batch whose halves were stored one after the other.
append_outcome both_of(const append_outcome& left, append_outcome right);

} // namespace aepro
