#pragma once

/// Decides on whole batches, in two steps: between them the caller fetches the subjects' reference
/// data.

#include "actors/validation/decide_options.hpp"
#include "messages/decision.hpp"

#include <memory>
#include <span>
#include <vector>

namespace aepro {

/// A batch that is decoded and digested but not decided.
struct pending_batch {
  static constexpr std::uint32_t no_subject = ~std::uint32_t{0};

  /// decision.rejection of each record holds the decoder's word.
  std::shared_ptr<decided_batch> batch;
  std::vector<subject_key> subjects;     ///< The distinct ones, in order of first appearance.
  std::vector<std::uint32_t> subject_of; ///< Per record: index into `subjects`, or no_subject.
};

/// Decodes a batch and fills keys, content checks and digests; `evidence` stays empty. Every
/// subject that an adverse event or a form names is listed once. Cost: O(records), no allocation
/// per record but in the batch's arena. Throws std::runtime_error where OpenSSL has no SHA-256,
/// std::bad_alloc.
pending_batch prepare(std::shared_ptr<record_batch> raw, const decide_options& options);

/// Decides on every record. `contexts` holds the reference data of pending.subjects, in that order;
/// a null one counts as unknown. Each decision depends on its own record and subject only, so it is
/// the same however records are cut into batches.
std::shared_ptr<decided_batch> finish(pending_batch pending,
                                      std::span<const subject_context_ptr> contexts,
                                      const decide_options& options);

} // namespace aepro
