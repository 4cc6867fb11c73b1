#pragma once

/// Checks what stands beside the ledger: the schema, the rules' texts, the cursors of publication.

#include "actors/audit/audit_report.hpp"
#include "actors/audit/rule_audit.hpp"
#include "actors/audit/stream_audit.hpp"
#include "actors/storage/ledger_reader.hpp"

#include <span>

namespace aepro {

/// Adds a problem for each thing in the schema that is not as a fresh migration makes it.
/// Errors: what the reader could not read.
caf::error audit_schema(ledger_reader& reader, audit_problems& problems);

/// Gives every row of `rule` to `rules` and checks every row of `publication`. Errors: as above.
caf::error audit_side_tables(ledger_reader& reader, std::span<const stored_partition> partitions,
                             rule_audit& rules, audit_problems& problems);

/// Adds a problem for each partition of a topic that had records and of which the store knows
/// nothing.
void check_unknown_partitions(std::span<const topic_extent> extents,
                              std::span<const stored_partition> partitions,
                              audit_problems& problems);

} // namespace aepro
