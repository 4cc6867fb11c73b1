#pragma once

/// Decides on batches in which a record may make the processing throw: the batch is bisected, that
/// record is rejected as processing_failed, and the others are decided on as if it were not there.

#include "actors/validation/batch_decider.hpp"

#include <functional>
#include <string>
#include <vector>

namespace aepro {

/// The two steps of batch_decider, or others in their place.
struct decide_steps {
  std::function<pending_batch(std::shared_ptr<record_batch>, const decide_options&)> prepare =
      aepro::prepare;
  std::function<std::shared_ptr<decided_batch>(pending_batch, std::span<const subject_context_ptr>,
                                               const decide_options&)>
      finish = aepro::finish;
};

/// A record whose processing threw.
struct processing_failure {
  std::size_t index = 0; ///< In the batch.
  std::string type;      ///< Of the exception. Its text may quote the record, and is left out.
};

/// Makes `record` one of which nothing is known but its digests, rejected as processing_failed.
/// What `encoded` says is in `memory`.
void reject_unprocessed(decided_record& record, std::uint32_t version,
                        std::pmr::memory_resource& memory);

/// As prepare(). Appends what failed to `failures`; each such record's decision.rejection says
/// processing_failed. Throws std::bad_alloc, and what is thrown where not even an empty record can
/// be processed: then the fault is not in the records.
pending_batch prepare_guarded(std::shared_ptr<record_batch> raw, const decide_options& options,
                              const decide_steps& steps, std::vector<processing_failure>& failures);

/// As finish(), on what prepare_guarded() returned. Throws as prepare_guarded().
std::shared_ptr<decided_batch> finish_guarded(pending_batch pending,
                                              std::span<const subject_context_ptr> contexts,
                                              const decide_options& options,
                                              const decide_steps& steps,
                                              std::vector<processing_failure>& failures);

} // namespace aepro
