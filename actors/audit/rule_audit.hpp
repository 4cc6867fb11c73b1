#pragma once

/// Checks the table of rules: its texts are what people read beside a finding. Pure.

#include "actors/audit/audit_report.hpp"
#include "actors/storage/rows/cell.hpp"

#include <cstdint>
#include <set>
#include <span>
#include <string>
#include <vector>

namespace aepro {

/// A program knows the texts of its own rules version only. Rows of an earlier version must be
/// there where a segment was decided by it, but what they say cannot be compared.
class rule_audit {
public:
  /// Takes a row of `side_layout(side_table::rule)`.
  void add(std::span<const cell> row, audit_problems& problems);

  /// Notes that a segment's decisions were made by that version.
  void use(std::uint32_t version) { used_.insert(version); }

  /// Adds a problem for each row that is missing. Returns what could not be compared, in sentences.
  std::vector<std::string> check(audit_problems& problems) const;

private:
  std::set<std::int64_t> versions_, used_;
  std::set<std::int64_t> own_; ///< Rules of the program's version that the table has.
};

} // namespace aepro
