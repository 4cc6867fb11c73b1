#pragma once

/// What a node has read and settled since it started, whatever streams come and go and stages start
/// again.

#include "actors/ingest/latency_window.hpp"
#include "actors/ingest/partition_intake.hpp"

#include <map>

namespace aepro {

/// Pure. Outlives the ingest that counts in it, and is used by one at a time. `read_records` is
/// always what was settled and what is in flight of streams that are owned.
class intake_tally {
public:
  using time_point = latency_window::time_point;

  /// Returns the totals as a status without streams.
  ingest_status status(time_point now) const;

  /// Takes note of the latencies at `now`; call it at least once in a latency_window's step.
  void observe(time_point now);

  /// Where a record's latency is to be added.
  latency_histogram& latency_of(lane which) { return lanes_[which].all; }

  /// `intake` is given up: what it has in flight is read again by whoever claims the stream next.
  void leave(const partition_intake& intake);

  /// Returns what of the stream was handed out and not settled when it was left last, be it by an
  /// ingest before.
  polled_ranges unsettled(const stream_name& stream) const;

  /// A stream has been claimed: what it had in flight when it was left, and got stored all the
  /// same, is counted. Only where nobody else has claimed it between.
  void claimed(const stream_claim& claim);

  /// A batch of a stream that was left in `epoch` has been settled after all.
  void settled_late(const stream_name& stream, std::uint64_t epoch, const settlement& answer);

  verdict_counts counts;
  std::uint64_t read_records = 0;
  std::uint64_t retries = 0;

private:
  /// A stream that was left, as far as it has been counted.
  struct left_stream {
    std::uint64_t epoch = 0;
    verdict_counts totals;
  };

  struct lane_latency {
    latency_histogram all;
    latency_window window; ///< Over `all`.
  };

  void count(left_stream& left, const verdict_counts& totals);

  std::map<stream_name, left_stream> left_;
  std::map<stream_name, polled_ranges> unsettled_; ///< Of streams that were left.
  per_lane<lane_latency> lanes_;
};

} // namespace aepro
