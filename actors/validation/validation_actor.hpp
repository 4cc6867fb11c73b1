#pragma once

/// The validation pool: gives each batch to the least busy worker, adverse events first.

#include "actors/validation/lane_queue.hpp"
#include "actors/validation/worker_actor.hpp"

#include <vector>

namespace aepro {

struct validation_state {
  static inline const char* name = "aepro.validation";

  struct worker {
    std::size_t number =
        0; ///< Never given twice: the last word of a worker that is gone means nobody else.
    validation_worker_actor handle;
    worker_load load; ///< One that is leaving ends when it holds nothing.
    std::chrono::steady_clock::time_point
        progress_at{}; ///< When it got its first batch, or finished the last one.
  };
  struct waiting {
    record_batch_ptr batch;
    caf::typed_response_promise<settlement> promise;
  };

  validation_state(validation_actor::pointer self, registry_actor registry, storage_actor storage,
                   validation_options options);
  ~validation_state();
  validation_actor::behavior_type make_behavior();

  void start_worker();
  void start_replacement();
  void start(validation_worker_actor handle);
  bool may_replace(std::chrono::steady_clock::time_point now);
  void replace_hanging();
  bool is_stuck(const worker& one) const;
  void note_given(worker& free);
  std::vector<worker_load> loads() const;
  bool give_next();
  void give_waiting();
  void forget_late();
  void finished(std::size_t number, const stream_name& stream);
  void resize(std::size_t size);
  void let_go(std::size_t index);
  void worker_died(const caf::down_msg& down);
  pool_status status() const;

  validation_actor::pointer self;
  registry_actor registry;
  storage_actor storage;
  std::shared_ptr<const validation_options> options;
  std::vector<worker> workers; ///< Those that are leaving included.
  std::size_t wanted;          ///< Workers that the pool should have.
  std::size_t next_number = 0;
  lane_queue<waiting> queue; ///< Bounded by ingest's credits.
  restart_budget restarts;   ///< Of workers.
  std::uint64_t restarted = 0;
  restart_budget replacements; ///< Of workers that hang.
  std::vector<caf::actor_addr>
      left_behind; ///< Those that hang and were replaced, until they wake up.
};

using validation_impl = validation_actor::stateful_impl<validation_state>;

} // namespace aepro
