#pragma once

/// One worker of the validation pool: decodes a batch, asks for its subjects, decides, passes it
/// on.

#include "actors/common/lane_plan.hpp"
#include "actors/storage/ledger/segment.hpp"
#include "actors/supervisor/restart_budget.hpp"
#include "actors/validation/guarded_decider.hpp"
#include "messages/interfaces.hpp"

#include <functional>

namespace aepro {

struct validation_options {
  decide_options decide;
  lane_plan lanes;
  decide_steps steps; ///< Others only in tests.
  std::size_t workers = 2;
  segment_options segment; ///< How the evidence is compressed.
  std::chrono::milliseconds stuck_after{
      90'000};                     ///< A worker that has not finished for so long is replaced.
  bool detach_replacements = true; ///< False only on the simulated scheduler.
  restart_options restarts;        ///< Of workers; one more, and the pool itself ends.
};

struct validation_worker_state {
  static inline const char* name = "aepro.validation.worker";

  validation_worker_state(validation_worker_actor::pointer self, std::size_t number,
                          validation_actor pool, registry_actor registry, storage_actor storage,
                          std::shared_ptr<const validation_options> options);
  validation_worker_actor::behavior_type make_behavior();

  void decide(pending_batch& pending, const subject_contexts& contexts,
              caf::typed_response_promise<settlement>& promise);
  void report(const record_batch& batch, const std::vector<processing_failure>& failures) const;
  void fail(const record_batch& batch, const caf::error& reason,
            caf::typed_response_promise<settlement>& promise);
  void done(stream_name stream);

  validation_worker_actor::pointer self;
  std::size_t number; ///< In the pool.
  validation_actor pool;
  registry_actor registry;
  storage_actor storage;
  std::shared_ptr<const validation_options> options;
};

using validation_worker_impl = validation_worker_actor::stateful_impl<validation_worker_state>;

} // namespace aepro
