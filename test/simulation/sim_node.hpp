#pragma once

/// The nodes of a run: real pipelines in one actor system, each of which can stop answering, die,
/// or come back.

#include "actors/supervisor/supervisor_actor.hpp"
#include "bound_watch.hpp"
#include "sim_outbox.hpp"
#include "sim_people.hpp"

#include <caf/scheduler/test_coordinator.hpp>

#include <map>
#include <set>
#include <vector>

namespace aepro::simulation {

/// One incarnation of a node. A dead one's actors are never run again.
struct sim_node {
  std::size_t number = 0; ///< Of the node, through all its incarnations.
  std::string name;       ///< Of this incarnation.
  supervisor_actor supervisor;
  std::map<caf::actor_id, caf::actor_addr> actors; ///< Those that have run, but the supervisor.
  bool is_dead = false;
  bool is_stopping = false; ///< Has been told to drain.
  time_point paused_until{};
  time_point restarts_at{}; ///< Of a dead one: when its successor starts.
  bool is_replaced = false;
};

/// Draws a node's settings: small limits, so that each is reached.
pipeline_options draw_options(draw& random);

/// Knows which actor belongs to which node, and which may run.
class sim_cluster {
public:
  sim_cluster(draw& random, trace& log, sim_broker& broker, sim_database& database,
              sim_outbox& outbox, sim_people& people);
  ~sim_cluster();

  void start(std::size_t number);
  time_point now() { return scheduler_.clock().now(); }
  /// Runs one message of one actor, both drawn by the seed. Returns false where none may run.
  bool run_one();
  /// Moves the clock to the next time-out, though not by more than `most`.
  void pass_time(std::chrono::milliseconds most);
  /// Successors of nodes that died or ended.
  void replace_ended();

  std::vector<sim_node*> living();
  void kill(sim_node& node, std::chrono::milliseconds down);
  void stop(sim_node& node);
  void pause(sim_node& node, std::chrono::milliseconds duration);
  void kill_actor(sim_node& node);
  /// One of the node's actors of that name handles nothing for a while, if the draw says so.
  void slow_down(sim_node& node, std::string_view actor_name, const char* kind,
                 std::chrono::milliseconds duration);
  /// A writer or a worker handles nothing more, to the end of the run; one of its kind stays.
  void hang(sim_node& node);
  /// Its wall clock is set anew.
  void jump_clock(sim_node& node) { database_.clocks.jump(node.name); }
  void wake_all();
  /// Asks a node for its status; runs only what that takes.
  std::optional<ingest_status> status_of(sim_node& node);

private:
  decide_steps starving_steps(const std::string& node);
  bool was_rebuilt(const std::string& name, const stream_name& stream) const;
  bool may_run(const caf::resumable& job, time_point at) const;
  void note_ended(const caf::down_msg& down);

  draw& random_;
  trace& log_;
  sim_broker& broker_;
  sim_database& database_;
  sim_outbox& outbox_;
  sim_people& people_;
  bound_watch bounds_;
  caf::actor_system_config configuration_;
  caf::actor_system system_;
  caf::scheduler::test_coordinator& scheduler_;
  caf::scoped_actor self_;
  std::deque<sim_node> nodes_;
  std::map<caf::actor_id, sim_node*> owners_;
  std::map<caf::actor_id, time_point> slow_until_;
  std::set<caf::actor_id> hanging_;
};

} // namespace aepro::simulation
