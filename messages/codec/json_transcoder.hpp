#pragma once

/// Turns Protobuf's JSON mapping of an Event into wire format.

#include <memory_resource>
#include <optional>
#include <string_view>

namespace aepro::codec {

/// Returns the Event that `json` describes in wire format, in `arena`; nothing where it is not a
/// JSON mapping of an Event. Unknown members are ignored, as unknown fields are. Names may be
/// camelCase or as in the schema. Cost: some microseconds and heap allocations: JSON is for the
/// exception, not for the flood.
std::optional<std::string_view> transcode_json(std::string_view json,
                                               std::pmr::memory_resource& arena);

} // namespace aepro::codec
