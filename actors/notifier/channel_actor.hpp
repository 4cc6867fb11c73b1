#pragma once

/// One channel on a thread of its own: however long it hangs, nothing else waits for it.

#include "actors/notifier/channel.hpp"
#include "messages/interfaces.hpp"

#include <functional>
#include <memory>

namespace aepro {

/// Called on the thread that will use what it opens.
using open_channel = std::function<caf::expected<std::unique_ptr<channel>>()>;

struct channel_state {
  static inline const char* name = "aepro.channel";

  channel_state(channel_actor::pointer self, open_channel open);
  channel_actor::behavior_type make_behavior();
  channel_outcomes deliver(const channel_batch& batch);

  channel_actor::pointer self;
  open_channel open;
  std::unique_ptr<channel> way; ///< Opened with the first batch.
};

using channel_impl = channel_actor::stateful_impl<channel_state>;

} // namespace aepro
