#pragma once

/// The tables whose rows follow from the evidence, in the form in which readers and audits see
/// them.

#include "actors/storage/rows/cell.hpp"

#include <array>
#include <cstdint>
#include <span>
#include <vector>

namespace aepro {

enum class ledger_table : std::uint8_t { event, finding, alert, dead_letter, conflict, subject };

inline constexpr std::array ledger_tables{ledger_table::event,    ledger_table::finding,
                                          ledger_table::alert,    ledger_table::dead_letter,
                                          ledger_table::conflict, ledger_table::subject};

/// Returns the columns that scans of `table` deliver: for `event` those of all kinds.
const row_layout& ledger_layout(ledger_table table);

/// Tables beside the evidence: what the rules were, and how far publication has come.
enum class side_table : std::uint8_t { rule, publication };

/// Returns the columns that scans of `table` deliver.
const row_layout& side_layout(side_table table);

/// Turns a row of `event_layout(kind)` into one of `ledger_layout(ledger_table::event)`: NULL where
/// the kind has no such column. `wide` is replaced; its cells point where those of `row` do.
void widen_event_row(event_kind kind, std::span<const cell> row, std::vector<cell>& wide);

} // namespace aepro
