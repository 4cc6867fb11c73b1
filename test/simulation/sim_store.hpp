#pragma once

/// The store of a run: the memory adapter behind faults, and a model beside it that checks every
/// commit.

#include "actors/storage/event_store.hpp"
#include "actors/storage/memory_store.hpp"
#include "commit_model.hpp"
#include "deadline_watch.hpp"
#include "outbox_rows.hpp"

#include <memory>

namespace aepro::simulation {

class sim_database {
public:
  sim_database(draw& random, trace& log, const fault_profile& profile, const sim_broker& broker);

  /// A connection of a node, which keeps to its limits.
  caf::expected<std::unique_ptr<event_store>> connect(std::string node, const node_limits& limits);

  void down_until(time_point until) { down_until_ = until; }
  bool is_up() const { return !closed_ && broker_.now() >= down_until_; }
  /// From here on a stand-in may lack what is committed.
  void lag();
  /// The stand-in takes over, without what was committed since lag().
  void fail_over();
  void heal() {
    faulty_ = false;
    down_until_ = {};
  }
  /// Nothing is taken any more: the run is over.
  void close() { closed_ = true; }

  /// Throws where the draw says that no memory is left.
  void starve(std::string_view node, std::string_view where);

  sim_clocks clocks;
  commit_model model;
  deadline_watch deadlines;
  outbox_rows outbox;

private:
  friend class sim_store;

  /// Returns the fault that this call meets before it does anything.
  caf::error refusal(std::string_view node, std::string_view call, std::size_t chance);

  draw& random_;
  trace& log_;
  const fault_profile& profile_;
  const sim_broker& broker_; ///< Its clock.
  std::unique_ptr<memory_database> data_;
  std::shared_ptr<const memory_snapshot> stand_in_;
  std::shared_ptr<const commit_model::moment> stand_in_model_;
  outbox_rows stand_in_outbox_;
  bool faulty_ = true, closed_ = false;
  time_point down_until_{};
};

} // namespace aepro::simulation
