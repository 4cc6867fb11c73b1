#pragma once

/// What `aepro verify` prints.

#include "actors/audit/anchor_audit.hpp"
#include "actors/audit/audit_report.hpp"
#include "actors/audit/expectation.hpp"

#include <optional>
#include <string>

namespace aepro {

/// What was asked for beside the store's own proof, with its counts.
struct comparisons {
  std::optional<expectation_counts> expected;
  std::optional<anchor_counts> anchors;
};

/// One object, no trailing newline.
std::string to_json(const audit_report& audit, const comparisons& compared);

/// Lines for people: the partitions, the first problems, and the verdict last.
std::string to_text(const audit_report& audit, const comparisons& compared);

} // namespace aepro
