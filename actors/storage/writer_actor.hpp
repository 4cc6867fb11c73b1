#pragma once

/// One connection to the store, on a thread of its own: database calls block.

#include "actors/storage/event_store.hpp"
#include "messages/interfaces.hpp"

#include <functional>

namespace aepro {

/// Opens a connection; called on the thread that will use it.
using open_store = std::function<caf::expected<std::unique_ptr<event_store>>()>;

struct writer_state {
  static inline const char* name = "aepro.storage.writer";

  writer_state(writer_actor::pointer self, open_store open);
  writer_actor::behavior_type make_behavior();

  writer_actor::pointer self;
  open_store open;
  std::unique_ptr<event_store> store; ///< Opened at the first request, and again after a failure to open.
};

using writer_impl = writer_actor::stateful_impl<writer_state>;

} // namespace aepro
