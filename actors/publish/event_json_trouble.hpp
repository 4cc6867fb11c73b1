#pragma once

/// Why a line of NDJSON is no Event, said without a word of what is in the line: it may be a
/// patient's data.

#include <string>
#include <string_view>

namespace aepro {

/// Returns what keeps `line` from being an Event in Protobuf's JSON mapping, by column (from 1, in
/// bytes) or by the schema's names; for a line that the Protobuf library has refused.
std::string find_event_json_trouble(std::string_view line);

} // namespace aepro
