#pragma once

/// Clocks as `aepro clocks` shows them, to people and as JSON.

#include "messages/regulatory_clock.hpp"

#include <nlohmann/json_fwd.hpp>

#include <optional>
#include <span>
#include <string>

namespace aepro {

/// Returns the names of the states that people see.
std::span<const std::string_view> clock_state_names();

/// Returns the state of that name, or nothing.
std::optional<shown_clock_state> clock_state_named(std::string_view name);

/// Returns case, kind, day_zero, due, state and the rest. Instants are RFC 3339 with milliseconds
/// in UTC, dates those of the clock's zone; null where there is none.
nlohmann::ordered_json json_of(const regulatory_clock& clock, unix_milliseconds now);

/// Returns a line for each, under a head line; empty: a line that says so.
std::string list_text(std::span<const regulatory_clock> clocks, unix_milliseconds now);

/// Returns all of one.
std::string detail_text(const regulatory_clock& clock, unix_milliseconds now);

/// Returns "in 2 d 3 h", "5 h ago": the two largest units.
std::string distance_text(unix_milliseconds from, unix_milliseconds to);

} // namespace aepro
