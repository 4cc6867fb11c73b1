#include "actors/audit/cursor_audit.hpp"

#include "actors/storage/publication_store.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace aepro {

void check_cursor(std::span<const cell> row, std::span<const stored_partition> partitions,
                  audit_problems& problems) {
  const auto stream_id = row[0].number, purpose = row[1].number, next_offset = row[2].number;
  const auto found = std::ranges::find_if(partitions, [&](const stored_partition& candidate) {
    return candidate.stream.id == stream_id;
  });
  if (found == partitions.end()) {
    problems.add(
        "row_inserted",
        fmt::format("table publication: a cursor of stream {}, which is not there", stream_id));
    return;
  }
  const auto& name = found->stream.name;
  if (purpose < static_cast<std::int64_t>(publication::dead_letters) ||
      purpose > static_cast<std::int64_t>(publication::reviews))
    problems.add("row_inserted", name, next_offset,
                 fmt::format("table publication: nothing is published for purpose {}", purpose));
  else if (next_offset > std::max<std::int64_t>(found->state.next_offset, 0) || next_offset < 0)
    problems.add("state_differs", name, next_offset,
                 fmt::format("table publication: the cursor of purpose {} is {}, the ledger ends "
                             "before {}: what comes next would not be published",
                             purpose, next_offset, found->state.next_offset));
}

} // namespace aepro
