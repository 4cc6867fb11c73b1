#pragma once

/// Finds the forms of a ledger segment that are compared with others. Pure.

#include "actors/storage/ledger/segment.hpp"
#include "actors/storage/ledger/stored_segment.hpp"
#include "messages/reviewed_form.hpp"

#include <set>
#include <span>
#include <string>
#include <variant>
#include <vector>

namespace aepro {

/// A scored record of a segment: which of its records, and the scores.
struct scored_record {
  std::size_t index = 0;
  std::vector<scale_score> scores;
};

/// Returns the accepted records that have a score of one of `scales` (as score_change_rule::scale
/// says them). Reads `segment.decisions` only.
std::variant<std::vector<scored_record>, segment_damage>
scored_records(const stored_segment& segment, std::span<const std::string> scales);

/// Returns the forms of those records, and of those at the offsets `corrected`, in their order;
/// forms of instruments without one of `scales` are left out. Those that are not in `scored` have
/// no scores.
std::variant<form_list, segment_damage> reviewed_forms(const stored_segment& segment,
                                                       const stream_name& stream,
                                                       std::span<const scored_record> scored,
                                                       const std::set<std::int64_t>& corrected,
                                                       std::span<const std::string> scales);

} // namespace aepro
