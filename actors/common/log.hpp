#pragma once

/// The log: component, stable event id, values with names. Never payloads, never identifiers of
/// patients.

#include <fmt/format.h>

#include <string>
#include <string_view>

namespace aepro::log {

enum class level { debug, info, warn, error, off };

/// Sets the lowest level that is written, and plain or JSON lines. Call before threads start.
void configure(level lowest, bool json);

/// Writes one line to stderr. Safe from any thread.
void write(level, std::string_view component, std::string_view event, std::string_view text);
bool enabled(level);

/// Returns the text with its control characters written as C++ does: whatever a name contains, a
/// line stays one.
std::string on_one_line(std::string_view text);

template <class... Ts>
void debug(std::string_view component, std::string_view event, fmt::format_string<Ts...> text,
           Ts&&... values) {
  if (enabled(level::debug))
    write(level::debug, component, event, fmt::format(text, std::forward<Ts>(values)...));
}

/// Life cycle.
template <class... Ts>
void info(std::string_view component, std::string_view event, fmt::format_string<Ts...> text,
          Ts&&... values) {
  write(level::info, component, event, fmt::format(text, std::forward<Ts>(values)...));
}

/// Recovered by itself.
template <class... Ts>
void warn(std::string_view component, std::string_view event, fmt::format_string<Ts...> text,
          Ts&&... values) {
  write(level::warn, component, event, fmt::format(text, std::forward<Ts>(values)...));
}

/// Needs a person.
template <class... Ts>
void error(std::string_view component, std::string_view event, fmt::format_string<Ts...> text,
           Ts&&... values) {
  write(level::error, component, event, fmt::format(text, std::forward<Ts>(values)...));
}

} // namespace aepro::log
