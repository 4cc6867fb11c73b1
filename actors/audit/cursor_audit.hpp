#pragma once

/// Checks how far publication claims to have come. Pure.

#include "actors/audit/audit_report.hpp"
#include "actors/storage/ledger_reader.hpp"

#include <span>

namespace aepro {

/// Takes a row of `side_layout(side_table::publication)`; a cursor of no stream, for no known
/// purpose or beyond its stream's end is a problem. That what lies before a cursor was published,
/// only the topics know.
void check_cursor(std::span<const cell> row, std::span<const stored_partition> partitions,
                  audit_problems& problems);

} // namespace aepro
