#pragma once

/// Which batches may be written now: order per stream, one group in flight per stream.

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
  std::vector<std::shared_ptr<decided_batch>> batches;
  std::vector<ticket> tickets;
};

/// Fewer are not divided among writers, nor given to a second one while the first is busy: a transaction costs
/// the database as much as a hundred records.
constexpr std::size_t records_worth_a_writer = 1'000;

/// Pure. Batches of a stream leave in order, each beginning where the one before ended.
class group_queue {
public:
  explicit group_queue(std::size_t group_records_max) : group_records_max_(group_records_max) {}

  /// The store gave us `claim`: batches of earlier epochs are refused as fenced from now on.
  std::vector<refused_ticket> claimed(const stream_claim& claim);

  /// Takes a batch. Returns the tickets to refuse at once: this one (fenced, out_of_order), or an
  /// earlier try of the same batch that it replaces (deadline_exceeded).
  std::vector<refused_ticket> push(std::shared_ptr<decided_batch> batch, ticket ticket);

  /// Returns the next group: what is ready of the streams that have waited longest, at most
  /// group_records_max records (one batch at least), divided among `idle_writers`; empty: nothing is ready.
  storage_group take(std::size_t idle_writers);

  /// Returns how many records of batches could leave now: the next batch of each stream without a group in flight.
  std::size_t records_ready() const;

  /// A batch of a taken group is durable up to `next_offset`.
  void committed(const decided_batch& batch, std::int64_t next_offset);

  /// A taken group failed or was fenced: its stream is free again. Returns the successors to refuse as out_of_order.
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
    std::int64_t expected = -1;         ///< Where the next batch must begin.
    bool broken = false;                ///< The batch before failed: successors are refused until it comes again.
    std::size_t in_flight = 0;          ///< Batches of a taken group of this epoch not answered yet.
    std::map<std::int64_t, waiting> batches; ///< By begin_offset.
  };

  static bool is_ready(const stream_queue& queue);
  void take_from(stream_queue& queue, storage_group& group, std::size_t& records, std::size_t limit);

  std::size_t group_records_max_;
  std::map<stream_name, stream_queue> streams_;
};

} // namespace aepro
