#pragma once

/// Every row that a resolved group plan puts into the store, table by table.

#include "actors/storage/ledger/group_plan.hpp"
#include "actors/storage/ledger/lateness.hpp"
#include "actors/storage/rows/row_writer.hpp"

#include <chrono>
#include <map>
#include <span>
#include <vector>

namespace aepro {

/// Takes rows. The cells are valid during the call.
class row_sink {
public:
  virtual ~row_sink() = default;
  /// Returns false to stop: the adapter has failed and knows why.
  virtual bool add(std::span<const cell> row) = 0;
};

/// An accepted record of reference data and the version it becomes.
struct planned_subject {
  std::uint32_t batch = 0;
  std::uint32_t record = 0;
  event_key subject{};       ///< Its row key.
  std::uint32_t version = 0; ///< 0 until assigned.
};

/// Returns the plan's accepted subject records in order of position, versions not assigned.
std::vector<planned_subject> find_subjects(const group_plan& plan);

/// Gives each its subject's latest version + 1 (+ 2, ... for more in the group).
void assign_versions(std::span<planned_subject> subjects,
                     const std::map<event_key, std::uint32_t>& latest);

/// Due for a report under the id of another one that says something else: both are kept, and
/// somebody must find out which is true. No part of its decision either.
inline constexpr alert conflicting_report_alert{"conflicting-report", urgency::urgent};

/// Writes the event rows of `kind`, which are inserted at `at`, in key order. Returns false where
/// the sink did.
bool write_events(const group_plan& plan, event_kind kind, const insertion_instant& at,
                  row_writer& writer, row_sink& sink);

/// Returns how many event rows of each kind the plan has, indexed by event_kind.
std::array<std::size_t, 4> count_events(const group_plan& plan);

/// The smaller tables. Findings belong to accepted records; alerts to accepted and rejected ones
/// and to conflicts, whose content nobody has seen yet; a duplicate raises nothing again. An
/// adverse event that the plan found late, or in conflict with another, has one more.
bool write_findings(const group_plan& plan, row_writer& writer, row_sink& sink);
bool write_alerts(const group_plan& plan, row_writer& writer, row_sink& sink);
bool write_dead_letters(const group_plan& plan, row_writer& writer, row_sink& sink);
bool write_conflicts(const group_plan& plan, row_writer& writer, row_sink& sink);
bool write_subjects(const group_plan& plan, std::span<const planned_subject> subjects,
                    row_writer& writer, row_sink& sink);

/// How many rows each of the smaller tables gets; 0 saves the statement.
struct side_row_counts {
  std::size_t findings = 0, alerts = 0, dead_letters = 0, conflicts = 0;
};
side_row_counts count_side_rows(const group_plan& plan);

} // namespace aepro
