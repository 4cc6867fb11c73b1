#pragma once

/// Versions and clocks as rows and parameters of statements.

#include "actors/storage/rows/case_pages.hpp"
#include "actors/storage/sql_session.hpp"
#include "messages/regulatory_clock.hpp"

#include <vector>

namespace aepro {

/// Parameters of insert_version, without the case.
std::vector<sql_value> version_values(const case_version& version);
/// Parameters of insert_clock and change_clock, without their last.
std::vector<sql_value> clock_values(const regulatory_clock& clock);

/// From rows of clock_alert_rows, of versions_of_case and of clock_columns.
clock_alert_row clock_alert_of(const sql_row& row, const stream_name& stream);
case_version version_of(const sql_row& row);
regulatory_clock clock_of(const sql_row& row);

} // namespace aepro
