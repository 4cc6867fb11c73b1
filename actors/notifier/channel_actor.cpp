#include "actors/notifier/channel_actor.hpp"

#include "actors/common/hidden_exception_actor.hpp"
#include "messages/error_text.hpp"

namespace aepro {

channel_state::channel_state(channel_actor::pointer self, open_channel open)
    : self(self), open(std::move(open)) {
}

channel_outcomes channel_state::deliver(const channel_batch& batch) {
  if (!way) {
    auto opened = open();
    if (!opened)
      return channel_outcomes(
          batch.messages.size(),
          {attempt_result::failed, "", error_text(opened.error()), std::chrono::milliseconds{0}});
    way = std::move(*opened);
  }
  return way->deliver(batch.messages, batch.patience);
}

channel_actor::behavior_type channel_state::make_behavior() {
  hide_exceptions(self);
  return {
      [this](const channel_batch_ptr& batch) { return deliver(*batch); },
  };
}

} // namespace aepro
