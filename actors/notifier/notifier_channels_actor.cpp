/// What is known of the channels.

#include "actors/common/log.hpp"
#include "actors/notifier/notifier_actor.hpp"

#include <algorithm>

namespace aepro {

void notifier_state::note(channel_status& status, const channel_outcome& outcome) {
  switch (outcome.result) {
    case attempt_result::delivered: ++status.delivered; return;
    case attempt_result::failed: ++status.failed; break;
    case attempt_result::refused: ++status.refused; break;
  }
  if (const auto held = throttle.admit(
          fmt::format("{} {}", status.name, static_cast<int>(outcome.result)),
          self->clock().now())) // What the other side said may quote a patient's data.
    log::warn(
        "notifier",
        outcome.result == attempt_result::refused ? "message-refused" : "message-failed",
        "channel {}; `aepro alerts list` says which, `aepro alerts show ID` why; {} like it before",
        status.name, *held);
}

channel_status& notifier_state::status_of(const std::string& channel) {
  auto& all = options.told->channels;
  if (const auto found = std::ranges::find(all, channel, &channel_status::name); found != all.end())
    return *found;
  return all.emplace_back(channel_status{.name = channel});
}

/// One that nobody has tried for long is not known to fail any more.
void notifier_state::note_failing() {
  constexpr std::chrono::minutes known_for{15};
  const auto now = self->clock().now();
  for (auto& [name, place] : channels) {
    auto& own = status_of(name);
    own.failing_for = std::chrono::milliseconds{0};
    if (place.failing_since && now - *place.failed_at < known_for)
      own.failing_for =
          std::chrono::duration_cast<std::chrono::milliseconds>(now - *place.failing_since);
  }
}

} // namespace aepro
