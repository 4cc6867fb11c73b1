#pragma once

/// Names the rows of a stretch that are missing, inserted or changed. Pure.

#include "actors/audit/audit_report.hpp"
#include "actors/audit/row_sums.hpp"

#include <map>
#include <string>
#include <vector>

namespace aepro {

/// Rows by offset, in comparable form.
using rows_by_offset = std::map<std::int64_t, std::vector<std::string>>;

/// Adds a problem for each offset whose `stored` rows are not the `expected` ones, in offset order.
void compare_rows(ledger_table table, const stream_name& stream, rows_by_offset expected,
                  rows_by_offset stored, audit_problems& problems);

} // namespace aepro
