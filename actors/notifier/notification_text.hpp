#pragma once

/// Notifications as `aepro alerts` shows them, to people and as JSON.

#include "messages/notification.hpp"

#include <nlohmann/json_fwd.hpp>

#include <optional>
#include <span>
#include <string>

namespace aepro {

/// Returns id, rule, urgency, study, site, subject, record, created, state, step and attempts
/// (channel, instant, result, ...). Instants are RFC 3339 with milliseconds, null where there is
/// none.
nlohmann::ordered_json json_of(const shown_notification& shown);

/// Returns a line for each, under a head line; empty: a line that says so.
std::string list_text(std::span<const shown_notification> shown);

/// Returns all of one, with its attempts.
std::string detail_text(const shown_notification& shown);

/// Returns the state of that name, or nothing.
std::optional<notification_state> state_named(std::string_view name);

/// Returns every state's name, in the order of their numbers.
std::span<const std::string_view> state_names();

/// Returns "2026-11-29T08:03:12.345Z"; empty for 0 and less.
std::string precise_instant_text(unix_milliseconds instant);

} // namespace aepro
