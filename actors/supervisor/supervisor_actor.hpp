#pragma once

/// Starts storage, registry, validation, ingest, publisher, notifier, clocks, review and
/// acknowledge in that order; restarts what dies and all after it.

#include "actors/acknowledge/acknowledge_actor.hpp"
#include "actors/clocks/clock_actor.hpp"
#include "actors/common/call_limit.hpp"
#include "actors/ingest/ingest_actor.hpp"
#include "actors/notifier/notifier_actor.hpp"
#include "actors/outbound/publisher_actor.hpp"
#include "actors/review/review_actor.hpp"
#include "actors/storage/storage_actor.hpp"
#include "actors/supervisor/restart_budget.hpp"
#include "actors/validation/registry_actor.hpp"
#include "actors/validation/validation_actor.hpp"

#include <array>
#include <atomic>
#include <deque>
#include <functional>
#include <map>

namespace aepro {

enum class stage_event { started, stopped, abandoned };

struct pipeline_options {
  storage_options storage;
  registry_options registry;
  validation_options validation;
  ingest_options ingest;
  publisher_options publisher;
  notifier_options notifier;
  clock_options clocks;
  review_options reviews;
  acknowledge_options acknowledge;
  restart_options restarts;
  std::chrono::milliseconds drain_max{10'000}; ///< From the word to drain to the end of all stages.
  std::chrono::milliseconds stop_grace{
      10'000}; ///< A stage that does not stop in so long is left behind.
  std::chrono::milliseconds check_interval{5'000}; ///< Between two looks at completeness.
  std::chrono::milliseconds answer_max{2'000};     ///< For what a stage is asked.
  /// A stage that calls the broker or the store itself may be late with its answers for so long.
  std::chrono::milliseconds silent_max{60'000};
  /// Set when somebody has told the node to drain: whoever runs the node does it.
  std::shared_ptr<std::atomic<bool>> drain_wanted = std::make_shared<std::atomic<bool>>(false);
  /// What the stages' connections to the store, to the broker and to people's servers obey.
  std::shared_ptr<call_limit> calls = std::make_shared<call_limit>();
  bool detach_ingest = true; ///< False only on the simulated scheduler.
  /// Told what becomes of each stage, by its name, as it happens; on the supervisor's thread. May
  /// be empty.
  std::function<void(std::string_view, stage_event)> watch;
  /// Stages that were left behind: their threads may hang for ever.
  std::shared_ptr<std::atomic<std::size_t>> abandoned =
      std::make_shared<std::atomic<std::size_t>>(0);
};

struct supervisor_state {
  static inline const char* name = "aepro.supervisor";

  enum stage : std::size_t {
    storage_stage,
    registry_stage,
    validation_stage,
    ingest_stage,
    publisher_stage,
    notifier_stage,
    clocks_stage,
    review_stage,
    acknowledge_stage,
    stages
  };
  enum class phase {
    running,
    restarting,
    draining_ingest,
    draining_publisher,
    draining_notifier,
    stopping
  };

  static constexpr std::array<std::string_view, stages> stage_names{
      "storage",  "registry", "validation", "ingest",     "publisher",
      "notifier", "clocks",   "review",     "acknowledge"};

  supervisor_state(supervisor_actor::pointer self, pipeline_options options);
  ~supervisor_state();
  supervisor_actor::behavior_type make_behavior();

  void start_from(std::size_t first);
  void start(std::size_t stage);
  template <class Impl, class Handle, class... Ts>
  void launch(std::size_t stage, Handle& handle, bool detach, const Ts&... arguments);
  void child_down(const caf::down_msg& down);
  void note_failure(const caf::error& reason);
  void gone(std::size_t stage, stage_event how);
  void go_on_without(std::size_t stage);
  void died(std::size_t stage, const caf::error& reason);
  bool may_be_its_own_rival(const caf::error& reason);
  void stop_from(std::size_t first, phase why);
  void stop_next();
  void stop(std::size_t stage);
  void abandon(std::size_t stage);
  void finish();
  void fail(const caf::error& cause);
  caf::result<drain_status> drain();
  std::chrono::steady_clock::duration drain_left() const;
  void begin_drain();
  void drain_ingest();
  void drain_publisher();
  void drain_notifier();
  bool is_wanted(std::size_t stage) const;
  void finish_drain();
  bool is_ending() const { return doing != phase::running && doing != phase::restarting; }
  void note_restart(std::size_t first, const std::string& reason);
  node_status own_status() const;
  caf::result<node_status> inspect();
  void heard(std::size_t stage) { silent_since[stage].reset(); }
  bool is_silent(std::size_t stage);
  caf::result<control_outcome> obey(const control_command& command);
  caf::result<control_outcome> resize_pool(const control_command& command);
  caf::result<control_outcome> tell_ingest(const control_command& command);
  control_outcome record(const control_command& command, control_outcome outcome);
  void check_completeness();
  void note_stuck(const pool_status& pool);
  void check_validation();
  void tell_alarms();
  void take_checks(const completeness_checks& checks);
  void check_drained();

  /// What became of a stage's restarts.
  struct stage_history {
    std::uint64_t restarts = 0;
    std::string reason;
  };
  static constexpr std::size_t commands_max = 100;

  supervisor_actor::pointer self;
  pipeline_options options;
  storage_actor storage;
  registry_actor registry;
  validation_actor validation;
  ingest_actor ingest;
  publisher_actor publisher;
  notifier_actor notifier;
  clock_actor clocks;
  review_actor reviews;
  acknowledge_actor acknowledge;
  std::array<caf::actor_addr, stages> children;
  std::array<bool, stages> running{};
  std::array<std::optional<std::chrono::steady_clock::time_point>, stages>
      silent_since; ///< Its first late answer in a row.
  phase doing = phase::running;
  std::size_t stop_down_to =
      stages;                 ///< restarting, stopping: from here on all stages stop, last first.
  std::size_t asked = stages; ///< The stage that has been told to stop; stages: none.
  caf::disposable grace;      ///< Its time to do so.
  restart_budget budget;
  std::optional<std::chrono::steady_clock::time_point>
      last_fence;    ///< Of the whole node, by the broker.
  caf::error fatal;  ///< Set: everything is being drained or stopped for this reason.
  drain_status last; ///< The last words of ingest, publisher and notifier.
  std::chrono::steady_clock::time_point drain_deadline{}; ///< Of ingest, publisher and notifier.
  bool ingest_asked = false; ///< To drain: its last word counts, if there is one.
  caf::typed_response_promise<drain_status> drained;
  bool drain_over = false; ///< But for what is being compared.
  bool comparing = false;  ///< What ingest and storage have counted, at the end of a drain.
  std::array<stage_history, stages> history;
  std::deque<control_record> commands; ///< The last commands_max, whatever became of them.
  std::map<std::string, std::size_t> stuck_workers;     ///< Of each pool, as they were last seen.
  std::map<stream_name, completeness_check> incomplete; ///< Streams whose counts differ.
};

using supervisor_impl = supervisor_actor::stateful_impl<supervisor_state>;

} // namespace aepro
