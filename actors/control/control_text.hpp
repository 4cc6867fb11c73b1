#pragma once

/// Commands as people write them, and as lines of JSON on the control socket. Pure.

#include "messages/control.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <variant>

namespace aepro {

/// Returns the command as a person would write it after `aepro ctl`.
std::string control_text(const control_command& command);

/// Returns TOPIC/PARTITION as a stream; nothing where it is none.
std::optional<stream_name> parse_stream(std::string_view text);

/// Returns the command as a line of JSON, without its end.
std::string request_line(const control_command& command);

/// Returns the command that a line of JSON says, or why it says none.
std::variant<control_command, std::string> parse_request(std::string_view line);

/// Returns {"ok": true, "outcome": ...}, or {"ok": false, "error": ...}, without the line's end.
std::string outcome_line(const control_outcome& outcome);

} // namespace aepro
