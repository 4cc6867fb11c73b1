#pragma once

/// Checks the tables of shared texts: every row's id follows from its texts, and none is missing.

#include "actors/audit/audit_report.hpp"
#include "actors/storage/rows/shared_rows.hpp"

#include <set>
#include <span>
#include <utility>

namespace aepro {

/// Memory: 48 bytes per shared row.
class shared_audit {
public:
  /// Takes over the rows that the evidence asks for, and settles them.
  void expect(shared_rows& shared);

  /// Takes a row of `shared_layout(table)`; one whose id is not that of its texts is a problem. A
  /// row that no event refers to is none: a rolled back or conflicting event may have left it.
  void add(shared_table table, std::span<const cell> row, audit_problems& problems);

  /// Adds a problem for each expected row that was not there.
  void check(audit_problems& problems) const;

private:
  std::set<std::pair<shared_table, std::int64_t>> expected_, found_;
  sha256 hasher_;
};

} // namespace aepro
