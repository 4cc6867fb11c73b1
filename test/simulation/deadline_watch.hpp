#pragma once

/// What deadlines promise: no stage begins with work whose time is up.

#include "node_limits.hpp"
#include "sim_broker.hpp"

#include "messages/decision.hpp"

#include <caf/fwd.hpp>

#include <map>
#include <span>
#include <string>
#include <tuple>

namespace aepro::simulation {

class deadline_watch {
public:
  deadline_watch(const sim_broker& broker, trace& log) : broker_(broker), log_(log) {}

  void claimed(const std::string& node, const stream_claim& claim) {
    epochs_[{node, claim.stream}] = claim.epoch;
  }

  /// `node` is handed a record out.
  void polled(const std::string& node, const stream_name& stream, std::int64_t offset);

  /// What was durable may be so no more: nodes may read again what they had settled.
  void forgets_commits() { commits_forgotten_at_ = broker_.now(); }

  /// A worker of `node` begins with a batch: some of its time must be left.
  void begins(const record_batch& batch) const;

  /// A batch has been decided, and goes to storage.
  void decided(const std::string& node, const record_batch& batch);

  /// An actor of `node` has handled a message. Where storage has taken a batch with it, some of the
  /// time of one of its tries that were decided must be left.
  void check(const std::string& node, const caf::local_actor& actor);

  /// A transaction begins, `deadline` being the one that its writer gave. It must be no later than
  /// the group's own, which must not have passed: of each topic one batch at least has time left.
  /// Each batch has the time that its lane gives, counted from its poll, or from when it was sent
  /// again; and is due when that time is up after the first poll, be it claimed anew meanwhile, or
  /// handed out again.
  void writes(const std::string& node, std::span<const std::shared_ptr<decided_batch>> group,
              time_point deadline, const node_limits& limits) const;

private:
  void check_time(const record_batch& batch, const node_limits& limits) const;
  void check_due(const std::string& node, const record_batch& batch,
                 const node_limits& limits) const;

  const sim_broker& broker_; ///< Its clock.
  trace& log_;
  /// Of batches that were decided, by node, stream and where they begin: of all tries the latest.
  std::map<std::tuple<std::string, stream_name, std::int64_t>, time_point> deadlines_;
  /// By node and stream, then by offset.
  std::map<std::pair<std::string, stream_name>, std::map<std::int64_t, time_point>> first_polls_;
  std::map<std::pair<std::string, stream_name>, std::uint64_t> epochs_; ///< Of each's last claim.
  time_point commits_forgotten_at_{};
  std::map<std::uint64_t, std::uint64_t>
      tickets_; ///< By storage's actor id: that of the next batch it takes.
};

} // namespace aepro::simulation
