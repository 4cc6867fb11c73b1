#pragma once

/// When the rows of a segment were inserted: what their lateness follows from. Pure.

#include "messages/decision.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <vector>

namespace aepro {

/// All events of a segment are inserted at one instant, on which `lateness_ms` of each depends. It
/// is `stored_at` since segments have a `due_at`. Of older ones the row of an event that came late
/// tells it. A witness is such an event.
struct lateness_witness {
  event_key key{};
  unix_milliseconds deadline = 0;
};

/// Longest time between that instant and the segment's `stored_at`, in either direction: an append
/// that waits, a clock that is set. Within it, an instant that somebody changed cannot be told.
inline constexpr std::chrono::milliseconds insertion_tolerance = std::chrono::minutes{10};

/// Returns the few of `candidates` whose rows tell most: those whose deadlines passed first, but
/// not those that are later than the column can hold (2^31 - 1 ms).
std::vector<lateness_witness> choose_witnesses(std::vector<lateness_witness> candidates,
                                               unix_milliseconds stored_at);

/// Returns the instant that a witness's row tells (`lateness_ms`, nothing: NULL), or nothing where
/// it cannot be true of a segment with that `stored_at`.
std::optional<unix_milliseconds> instant_told_by(const lateness_witness& witness,
                                                 std::optional<std::int64_t> lateness_ms,
                                                 unix_milliseconds stored_at);

} // namespace aepro
