#pragma once

/// When people are told what of a clock: reminders ahead of time, then that it was missed, each
/// once.

#include "messages/regulatory_clock.hpp"

#include <optional>

namespace aepro {

/// Returns how long before the end of time the next thing to tell is: a reminder, or 0 for a missed
/// clock. Nothing: all was told.
std::optional<std::int64_t> next_stage(const regulatory_clock& clock);

/// Returns the latest thing of which people have not been told and whose instant has come: after a
/// long sleep one that is due in an hour is not told of as due in three days, nor a missed one as
/// due. Nothing: all was told, or it is too early.
std::optional<std::int64_t> due_stage(const regulatory_clock& clock, unix_milliseconds now);

/// Returns the clock with `before` told, or passed over, and its next instant set.
regulatory_clock after_stage(regulatory_clock clock, std::int64_t before);

/// Returns a clock that a person has ended as it runs again: what people were told of it stays
/// told.
regulatory_clock reopened(regulatory_clock clock);

/// Returns the clock with its next instant set: as its state, its end and what was told say.
regulatory_clock scheduled(regulatory_clock clock);

} // namespace aepro
