#pragma once

/// The subject registry: a bounded cache in front of the store, one look-up in flight per subject.

#include "actors/validation/subject_cache.hpp"
#include "messages/interfaces.hpp"

#include <memory>

namespace aepro {

struct registry_options {
  subject_cache_options cache;
  std::chrono::milliseconds look_up_max{5'000}; ///< How long the store may take.
};

struct registry_state {
  static inline const char* name = "aepro.registry";

  /// A request that waits for `missing` look-ups.
  struct waiting_request {
    subject_contexts answer;
    std::size_t missing = 0;
    bool failed = false;
    caf::typed_response_promise<subject_contexts> promise;
  };
  struct look_up {
    std::vector<std::pair<std::shared_ptr<waiting_request>, std::size_t>>
        waiting;          ///< And place in its answer.
    bool changed = false; ///< Invalidated meanwhile: the answer serves, but is not kept.
  };

  registry_state(registry_actor::pointer self, storage_actor storage, registry_options options);
  registry_actor::behavior_type make_behavior();

  caf::result<subject_contexts> answer(subject_keys& keys);
  void load(subject_keys keys);
  void loaded(const subject_keys& keys, const subject_contexts& contexts);
  void load_failed(const subject_keys& keys, const caf::error& reason);

  registry_actor::pointer self;
  storage_actor storage;
  registry_options options;
  subject_cache cache;
  std::map<subject_key, look_up>
      look_ups; ///< In flight; bounded by the subjects of batches in flight.
};

using registry_impl = registry_actor::stateful_impl<registry_state>;

} // namespace aepro
