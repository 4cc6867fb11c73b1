#pragma once

/// One connection to the store, on a thread of its own: database calls block.

#include "actors/common/store_breaker.hpp"
#include "actors/storage/event_store.hpp"
#include "actors/storage/ledger/segment.hpp"
#include "messages/interfaces.hpp"

#include <functional>

namespace aepro {

/// Opens a connection; called on the thread that will use it.
using open_store = std::function<caf::expected<std::unique_ptr<event_store>>()>;

struct writer_state {
  static inline const char* name = "aepro.storage.writer";

  writer_state(writer_actor::pointer self, open_store open, segment_options segment,
               std::shared_ptr<store_breaker> breaker);
  writer_actor::behavior_type make_behavior();

  caf::error reopen();
  caf::expected<append_outcomes> append(const decided_group& group);
  caf::expected<append_outcomes> append_guarded(const decided_group& group);
  caf::expected<append_outcomes> append_once(const decided_group& group);
  caf::expected<append_outcome> append_alone(const decided_batch_ptr& batch);
  caf::expected<append_outcome> append_halves(const decided_batch_ptr& batch);
  caf::expected<append_outcome> append_rejected(const decided_batch_ptr& batch);

  writer_actor::pointer self;
  open_store open;
  segment_options segment;                ///< For the parts of batches that are cut.
  std::shared_ptr<store_breaker> breaker; ///< Of all writers.
  std::unique_ptr<event_store>
      store; ///< Opened at the first request, and again after a failure to open.
};

using writer_impl = writer_actor::stateful_impl<writer_state>;

} // namespace aepro
