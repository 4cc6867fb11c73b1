#include "actors/audit/side_audit.hpp"

#include "actors/audit/cursor_audit.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace aepro {

caf::error audit_schema(ledger_reader& reader, audit_problems& problems) {
  auto differences = reader.schema_differences();
  if (!differences)
    return std::move(differences.error());
  for (auto& difference : *differences)
    problems.add("schema_differs", std::move(difference));
  return {};
}

caf::error audit_side_tables(ledger_reader& reader, std::span<const stored_partition> partitions,
                             rule_audit& rules, audit_problems& problems) {
  auto scanned = reader.scan_side(side_table::rule, [&](std::span<const cell> row) {
    rules.add(row, problems);
    return true;
  });
  if (scanned)
    scanned = reader.scan_side(side_table::publication, [&](std::span<const cell> row) {
      check_cursor(row, partitions, problems);
      return true;
    });
  return scanned ? caf::error{} : std::move(scanned.error());
}

void check_unknown_partitions(std::span<const topic_extent> extents,
                              std::span<const stored_partition> partitions,
                              audit_problems& problems) {
  for (const auto& extent : extents) {
    const auto is_it = [&](const stored_partition& one) {
      return one.stream.name == extent.stream;
    };
    if (extent.high > 0 && std::ranges::none_of(partitions, is_it))
      problems.add("watermark", extent.stream, extent.low,
                   fmt::format("the topic holds offsets {} to {}, the store knows nothing of this "
                               "partition: no node has taken it, or its stream was removed",
                               extent.low, extent.high - 1));
  }
}

} // namespace aepro
