#pragma once

/// What people are told of a clock, as a notification that goes the notifier's way.

#include "config/notifier_settings.hpp"
#include "messages/notification.hpp"
#include "messages/regulatory_clock.hpp"

#include <span>
#include <string>
#include <vector>

namespace aepro {

inline constexpr std::string_view clock_due_alert = "regulatory-clock-due";
inline constexpr std::string_view clock_missed_alert = "regulatory-clock-missed";

/// Returns the notification of a stage: `before` milliseconds ahead of the end, 0: missed. Waiting,
/// or withheld or muted as the rules and mutes say. Its key follows from store, clock and stage.
notification clock_notification(const regulatory_clock& clock, std::int64_t before,
                                const notifier_rules& rules,
                                std::span<const notification_mute> mutes,
                                const std::string& store_id, unix_milliseconds now);

/// Returns the keys of all that people may have been told of a clock.
std::vector<std::string> clock_notification_keys(const regulatory_clock& clock,
                                                 const std::string& store_id);

} // namespace aepro
