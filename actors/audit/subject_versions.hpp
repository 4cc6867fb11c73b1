#pragma once

/// Checks that each subject's versions run from 1 without gaps, and in one stream in the order of
/// offsets.

#include "actors/audit/audit_report.hpp"
#include "actors/storage/ledger/group_gate.hpp"
#include "actors/storage/rows/ledger_layout.hpp"

#include <map>
#include <span>
#include <vector>

namespace aepro {

/// Memory: 32 bytes per version of a subject.
class subject_versions {
public:
  /// Takes a row of `ledger_layout(ledger_table::subject)`.
  void add(std::span<const cell> row);

  void check(std::span<const stored_stream> streams, audit_problems& problems) const;

private:
  struct version {
    std::int64_t number = 0;
    std::int64_t offset = 0;
    std::int32_t stream_id = 0;
  };
  std::map<event_key, std::vector<version>> versions_;
};

} // namespace aepro
