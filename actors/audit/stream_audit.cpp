#include "actors/audit/stream_audit.hpp"

#include "actors/audit/insertion_time.hpp"
#include "actors/storage/ledger/lateness.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace aepro {

void stream_audit::follow(const stored_segment& segment, const verdict_counts& counts) {
  if (segment.first_offset <= last_offset_ || segment.last_offset < segment.first_offset)
    problems_.add("segment_order", stream_.name, segment.first_offset,
                  fmt::format("segment {}..{} overlaps the one that ends with {}",
                              segment.first_offset, segment.last_offset, last_offset_));
  if (segment.chain_before != head_)
    problems_.add("segment_order", stream_.name, segment.first_offset,
                  fmt::format("segment {}..{} does not continue the chain of what ends with "
                              "offset {}: a segment is missing or another one was put in",
                              segment.first_offset, segment.last_offset, last_offset_));
  check_options(segment);
  check_due(segment);
  last_offset_ = segment.last_offset;
  head_ = segment.chain_after;
  counts_.accepted += counts.accepted;
  counts_.rejected += counts.rejected;
  counts_.duplicate += counts.duplicate;
  counts_.conflict += counts.conflict;
}

/// The chain does not cover which options a segment names; that one names none is told by its
/// place.
void stream_audit::check_options(const stored_segment& segment) {
  if (segment.options) {
    named_options_ = true;
    return;
  }
  const bool is_old =
      options_since_ && segment.stored_at <= *options_since_ + insertion_tolerance.count();
  if (named_options_ || !is_old)
    problems_.add("options_damaged", stream_.name, segment.first_offset,
                  fmt::format("segment {}..{} names no decide options, as only segments may that "
                              "were stored before the schema's version 2",
                              segment.first_offset, segment.last_offset));
}

/// The chain does not cover it either. It is at most a lane's deadline after the first poll, which
/// came before `stored_at`.
void stream_audit::check_due(const stored_segment& segment) {
  const auto note = [&](std::string_view what) {
    problems_.add("row_differs", stream_.name, segment.first_offset,
                  fmt::format("table ledger_segment: due_at of segment {}..{} {}",
                              segment.first_offset, segment.last_offset, what));
  };
  if (!segment.due_at) {
    if (named_due_)
      note("is missing, though segments before it have one");
    return;
  }
  named_due_ = true;
  if (lateness_ms({}, {*segment.due_at, segment.stored_at}) > lane_deadline_max.count())
    note("is later than any lane's deadline after stored_at");
}

audited_partition stream_audit::end(const stream_claim& state, const verdict_counts& stored,
                                    const std::optional<topic_extent>& watermarks) {
  const auto next_offset = last_offset_ < 0 ? -1 : last_offset_ + 1;
  if (state.next_offset != next_offset)
    problems_.add("state_differs", stream_.name, next_offset,
                  fmt::format("the state's next_offset is {}, the ledger ends before {}: its tail "
                              "was truncated or the offset moved",
                              state.next_offset, next_offset));
  if (state.chain_head != head_)
    problems_.add("state_differs", stream_.name, last_offset_,
                  "the state's chain_head is not the hash of the last record in the ledger");
  const auto compare = [&](std::string_view name, std::uint64_t found, std::uint64_t counted) {
    if (found != counted)
      problems_.add(
          "state_differs", stream_.name, -1,
          fmt::format("the state counts {} {} records, the ledger holds {}", found, name, counted));
  };
  compare("accepted", stored.accepted, counts_.accepted);
  compare("rejected", stored.rejected, counts_.rejected);
  compare("duplicate", stored.duplicate, counts_.duplicate);
  compare("conflicting", stored.conflict, counts_.conflict);
  if (watermarks)
    check_watermarks(state, *watermarks);
  return {stream_.name, state.next_offset, counts_, state.chain_head};
}

void stream_audit::check_watermarks(const stream_claim& state, const topic_extent& watermarks) {
  if (state.next_offset > watermarks.high)
    problems_.add("watermark", stream_.name, state.next_offset,
                  fmt::format("the ledger goes to offset {}, the topic only to {}: the topic was "
                              "truncated or made anew",
                              state.next_offset, watermarks.high));
  else if (std::max<std::int64_t>(state.next_offset, 0) < watermarks.low) // -1: nothing stored yet.
    problems_.add("watermark", stream_.name, state.next_offset,
                  fmt::format("the topic begins at offset {}, the ledger ends before {}: records "
                              "left the topic before they were stored",
                              watermarks.low, state.next_offset));
}

} // namespace aepro
