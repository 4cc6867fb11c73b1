#pragma once

/// SDTM AE and DM rows as Events. docs/publish.md specifies ids and fields.

#include "actors/publish/sdtm_table.hpp"

#include "aepro/v1/event.pb.h"

#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace aepro {

/// Returns the columns that the domain's Event has no field for.
std::vector<std::string> find_unused_columns(const sdtm_columns& columns, sdtm_domain domain);

/// Returns the event of an AE or DM row, or why there is none. The same row gives the same bytes.
std::variant<published_event, bad_row> map_row(const sdtm_columns& columns, const csv_row& row,
                                               sdtm_domain domain, std::string_view source_system);

/// Sets event id, key and wire bytes from the event and the name that identifies it in its file.
published_event finish_event(v1::Event& event, event_kind kind, std::string_view name);

/// Returns the instant of a complete ISO 8601 date (midnight) or date and time, UTC where no zone
/// is given; nothing for partial or other texts.
std::optional<v1::Instant> parse_instant(std::string_view text);

} // namespace aepro
