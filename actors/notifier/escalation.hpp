#pragma once

/// What follows from a delivery, and from silence.

#include "config/notifier_settings.hpp"
#include "messages/notification.hpp"

#include <cstddef>

namespace aepro {

struct escalation_options {
  urgency_deadlines immediate, urgent, routine;
  std::chrono::milliseconds backoff_min, backoff_max;
};

/// What a step's try came to, over all recipients of the step and all its tries.
struct step_outcome {
  std::size_t reached = 0, failed = 0, refused = 0;
  std::chrono::milliseconds retry_after{0}; ///< The longest that a channel asked for; 0: none.
};

/// Returns the notification after a try of its step: tried again with backoff (full jitter, drawn
/// by `random`) until the delivery deadline, then the next step where nobody was reached; sent, or
/// closed, where somebody was. The last step is tried until it works, or until all have refused.
/// `steps`: of its route.
notification after_try(notification what, const step_outcome& outcome, std::size_t steps,
                       const escalation_options& options, unix_milliseconds now,
                       std::uint64_t random);

/// Returns the notification where its step could not be tried now, and not before `until`: its
/// deadline runs.
notification after_waiting(notification what, unix_milliseconds until, std::size_t steps,
                           const escalation_options& options, unix_milliseconds now);

/// Returns the notification after nobody acknowledged in time: the next step, or exhausted.
notification after_silence(notification what, std::size_t steps, unix_milliseconds now);

/// Returns the notification where nobody can be told.
notification without_route(notification what, unix_milliseconds now);

} // namespace aepro
