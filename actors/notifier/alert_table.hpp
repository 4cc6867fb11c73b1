#pragma once

/// Alerts as a table that people open in a spreadsheet. Pure.

#include "actors/notifier/delivery_plan.hpp"

#include <span>
#include <string>
#include <string_view>

namespace aepro {

/// Returns a cell of a CSV file (RFC 4180): quoted where it must be; control characters become
/// blanks. What a spreadsheet would take for a formula has an apostrophe before it (OWASP, CSV
/// injection), so that it stays text.
std::string csv_cell(std::string_view text);

/// Returns "topic/partition/offset", empty for an alarm of the system.
std::string record_text(const notification& what);

/// Returns one row for each delivery, under a head row: id, rule, urgency, study, site, subject,
/// record, produced_at, detail (which clock is due), key (that of its own message to the recipient
/// number `recipient`); lines end with CRLF. UTF-8 with a byte order mark, without which
/// spreadsheets take it for another encoding. What a patient wrote is never in it.
std::string alert_table(std::span<const planned_delivery> deliveries, std::size_t recipient);

} // namespace aepro
