#pragma once

/// What ingest knows of one stream: the batch being filled, those in flight, and when to try again.

#include "actors/common/retry_budget.hpp"
#include "actors/ingest/retry_schedule.hpp"
#include "messages/status.hpp"

#include <chrono>
#include <deque>
#include <memory>
#include <optional>
#include <vector>

namespace aepro {

struct intake_options {
  std::size_t batch_records_max = 2'000;
  std::size_t batch_bytes_max = 1 << 20;
  /// A batch that is not full is sent when it is so old, or at once when nothing of its stream is
  /// in flight.
  std::chrono::milliseconds batch_age_max{20};
  std::size_t batches_in_flight_max = 4;
  std::size_t bytes_in_flight_max = 16 << 20;
  std::chrono::milliseconds deadline{5'000}; ///< From poll to durable.
  retry_options retry;
};

/// Records that were handed out before their stream was claimed anew, and when they are due: being
/// read again does not give them more time.
struct polled_range {
  std::int64_t begin_offset = 0, end_offset = 0;
  std::chrono::steady_clock::time_point due;
};

/// In order, without overlaps. Ranges that are due at the same time are one.
using polled_ranges = std::vector<polled_range>;

/// Pure: never sends, sleeps or reads a clock. Batches of a stream are sent, and sent again, in
/// order.
class partition_intake {
public:
  using time_point = std::chrono::steady_clock::time_point;

  partition_intake(stream_claim claim, intake_options options, polled_ranges earlier = {});

  /// Returns how many records the stream may hand out now; 0: out of credit. A batch has records of
  /// one range that was handed out before, or only others, where offsets have no gaps.
  std::size_t room() const;

  /// Takes fetched records. Those before the stream's position are dropped: they were handed out
  /// before. Returns how many were taken.
  std::size_t add(records_fetched&& fetched, time_point now);

  /// Returns the next batch to send, or nothing. Each batch returned must be answered by settled()
  /// or failed().
  std::shared_ptr<record_batch> next(time_point now);

  /// The batch that began at `answer.begin_offset` is durable. Returns whether it was late; answers
  /// to batches that are not in flight change nothing. Adds each record's latency at the wall
  /// clock's `wall_now`.
  bool settled(const settlement& answer, time_point now, unix_milliseconds wall_now,
               latency_histogram& latency);

  /// The batch that began at `begin_offset` failed for a transient reason: when all batches in
  /// flight have been answered, those that failed are sent again after a backoff drawn by `random`;
  /// the longest one where `budget`, if there is one, has nothing left.
  void failed(std::int64_t begin_offset, time_point now, std::uint64_t random,
              retry_budget* budget = nullptr);

  /// A stage has said of a batch what became of it, be it that it failed; that its time was up is
  /// no answer.
  void answered(time_point now);

  /// Returns since when no stage has said anything of the batches that were sent; nothing: none
  /// waits for an answer.
  std::optional<time_point> silent_since() const { return silent_since_; }

  /// Returns what was handed out and is not settled, be it by an intake before: the stream's next
  /// one must know it.
  polled_ranges unsettled() const;

  /// Returns whether nothing is held: all records handed out are durable.
  bool empty() const { return entries_.empty() && filling_ == nullptr; }

  const stream_claim& claim() const { return claim_; }
  std::int64_t durable_offset() const { return durable_; }
  /// Returns what became of the records handed out since the claim.
  const verdict_counts& counts() const { return status_.counts; }
  /// Returns what became of the stream's records since its first, as far as counts() knows.
  const verdict_counts& totals() const { return totals_; }
  std::uint64_t records_in_flight() const;
  std::size_t bytes_in_flight() const { return bytes_; }
  /// Returns how many batches are held, the one that is being filled included.
  std::size_t batches_in_flight() const { return entries_.size() + (filling_ ? 1 : 0); }

  /// What is held, the batch that is being filled included, counted anew.
  struct holding {
    std::size_t batches = 0, bytes = 0;
    std::size_t newest_bytes = 0; ///< Of the batch that was read last.
  };

  holding held() const;
  stream_status status() const;

  /// A batch that is held, the one that is being filled included.
  struct held_batch {
    std::int64_t begin_offset = 0;
    time_point polled_at;
    bool sent = false; ///< On its way through the stages.
  };

  /// Returns the oldest batch that is not settled, or nothing.
  std::optional<held_batch> oldest() const;

  /// Returns how many records were handed out since the claim before the position `next_offset`,
  /// which is the end of a batch or the claim's; nothing where that was too long ago to know, or is
  /// none of these.
  std::optional<std::uint64_t> read_before(std::int64_t next_offset) const;

private:
  /// How many records had been handed out at the end of a batch.
  struct read_mark {
    std::int64_t end_offset = 0;
    std::uint64_t records = 0;
  };
  static constexpr std::size_t read_marks_max = 256;

  enum class entry_state { queued, outstanding, settled, failed };
  struct entry {
    std::shared_ptr<record_batch> batch;
    entry_state state = entry_state::queued;
  };

  void close_filling();
  bool filling_is_due(time_point now) const;
  std::int64_t next_boundary() const;
  void requeue(time_point now);
  entry* find_outstanding(std::int64_t begin_offset);

  stream_claim claim_;
  intake_options options_;
  polled_ranges earlier_; ///< From the position on.
  retry_schedule retry_;
  std::deque<entry> entries_;
  std::shared_ptr<record_batch> filling_;
  std::int64_t position_; ///< After the last record taken; -1: nothing ever.
  std::int64_t durable_;
  verdict_counts totals_;       ///< Of the stream in the store, as far as it has been counted.
  std::deque<read_mark> marks_; ///< Of the last batches, in order.
  std::size_t outstanding_ = 0;
  std::size_t bytes_ = 0;
  std::optional<time_point> silent_since_;
  std::uint64_t round_ = 0; ///< Of sending.
  bool stalled_ = false;    ///< A batch failed: nothing is sent until retry_at_.
  time_point retry_at_{};
  stream_status status_;
};

} // namespace aepro
