#pragma once

/// What limits promise, looked at after each message that an actor has handled.

#include "sim_store.hpp"

#include "messages/lanes.hpp"

#include <caf/fwd.hpp>

#include <map>

namespace aepro {
struct ingest_state;
} // namespace aepro

namespace aepro::simulation {

class bound_watch {
public:
  bound_watch(trace& log, const commit_model& model) : log_(log), model_(model) {}

  /// Says so where `actor`, which has just run, holds more than its settings allow.
  void check(const caf::local_actor& actor);

private:
  /// What ingest has in flight.
  struct in_flight {
    per_lane<std::size_t> batches, bytes;
  };

  void check(const ingest_state& ingest, in_flight& before);
  in_flight check_streams(const ingest_state& ingest) const;
  void check_batches(const ingest_state& ingest, const in_flight& before,
                     const in_flight& now) const;
  void check_bytes(const ingest_state& ingest, const in_flight& before, const in_flight& now) const;

  trace& log_;
  const commit_model& model_;
  std::map<std::uint64_t, in_flight> before_; ///< By ingest's actor id: after its message before.
};

} // namespace aepro::simulation
