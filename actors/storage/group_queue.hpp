#pragma once

/// Which batches may be written now: order per stream, one group in flight per stream, urgent lanes
/// first.

#include "actors/common/lane_turns.hpp"
#include "actors/storage/writer_places.hpp"
#include "messages/decision.hpp"
#include "messages/errors.hpp"

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

namespace aepro {

/// Names a waiting request; the actor keeps what belongs to it.
using ticket = std::uint64_t;

struct refused_ticket {
  aepro::ticket ticket = 0;
  errc reason = errc::none;
};

struct storage_group {
  lane which =
      lane::adverse_events; ///< For which it was made; little work of others may be with it.
  std::vector<std::shared_ptr<decided_batch>> batches;
  std::vector<ticket> tickets;
};

/// Fewer are not divided among writers, nor given to a second one while the first is busy: a
/// transaction costs the database as much as a hundred records.
constexpr std::size_t records_worth_a_writer = 1'000;

/// Pure. Batches of a stream leave in order, each beginning where the one before ended; lanes take
/// turns.
class group_queue {
public:
  explicit group_queue(std::size_t group_records_max, lane_plan lanes = {})
      : group_records_max_(group_records_max), turns_(lanes.shares), lanes_(std::move(lanes)) {}

  /// The store gave us `claim`: batches of earlier epochs are refused as fenced from now on.
  std::vector<refused_ticket> claimed(const stream_claim& claim);

  /// Takes a batch. Returns the tickets to refuse at once: this one (fenced, out_of_order), or an
  /// earlier try of the same batch that it replaces (deadline_exceeded).
  std::vector<refused_ticket> push(std::shared_ptr<decided_batch> batch, ticket ticket);

  /// Returns the next group: what is ready of the lane whose turn it is, of the streams that have
  /// waited longest, at most group_records_max records (one batch at least), divided among the
  /// writers that the lane may use; empty: nothing is ready that has room. Little work of all lanes
  /// goes together. While adverse events come, and other lanes may fill the writers, groups of
  /// those are small: what is urgent waits for the end of one.
  storage_group take(const writer_room& room);

  /// Returns how many records of batches could leave now: the next batch of each stream without a
  /// group in flight.
  per_lane<std::size_t> records_ready() const;

  /// A batch of a taken group is durable up to `next_offset`.
  void committed(const decided_batch& batch, std::int64_t next_offset);

  /// A taken group failed or was fenced: its stream is free again. Returns the successors to refuse
  /// as out_of_order.
  std::vector<refused_ticket> failed(const decided_batch& batch);

  /// Returns how many batches wait or are in flight.
  std::size_t size() const;

  /// Returns how many batches wait: no writer has them.
  std::size_t waiting_batches() const;

private:
  struct waiting {
    std::shared_ptr<decided_batch> batch;
    aepro::ticket ticket = 0;
  };
  struct stream_queue {
    std::uint64_t epoch = 0;
    std::int64_t expected = -1; ///< Where the next batch must begin.
    /// The batch before failed: successors of its round are refused, so that it can be sent again.
    /// Of the next round the first to come may be a successor, and the others are on their way.
    bool broken = false;
    std::uint64_t broken_round = 0;
    std::size_t in_flight = 0; ///< Batches of a taken group of this epoch not answered yet.
    std::map<std::int64_t, waiting> batches; ///< By begin_offset.
  };

  static constexpr std::size_t groups_remembered = 64;

  static bool is_ready(const stream_queue& queue);
  static lane_turns::pieces pieces_of(const per_lane<std::vector<stream_queue*>>& ready);
  per_lane<std::vector<stream_queue*>> ready_streams();
  bool must_be_small(lane which, const lane_turns::pieces& waiting, const writer_room& room) const;
  void take_from(stream_queue& queue, storage_group& group, std::size_t& records,
                 std::size_t limit);
  void add_company(const per_lane<std::vector<stream_queue*>>& ready, storage_group& group,
                   std::size_t& records);

  std::size_t group_records_max_;
  lane_turns turns_;
  lane_plan lanes_;
  std::size_t groups_since_urgent_ = groups_remembered; ///< Taken since the last of adverse events.
  std::map<stream_name, stream_queue> streams_;
};

} // namespace aepro
