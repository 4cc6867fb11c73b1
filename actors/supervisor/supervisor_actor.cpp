#include "actors/supervisor/supervisor_actor.hpp"

#include "actors/common/hidden_exception_actor.hpp"
#include "actors/common/log.hpp"
#include "actors/common/reach.hpp"
#include "messages/error_text.hpp"

#include <algorithm>

namespace aepro {

namespace {

/// An errc that no retry can help is the node's end; anything else is a crash to recover from.
bool ends_the_node(const caf::error& reason) {
  return !is_transient(code_of(reason));
}

/// What ends a node as fenced is the group's word on its static membership; a stream that another
/// owner has claimed does not.
caf::error with_remedy(const caf::error& reason) {
  if (reason != errc::fenced)
    return reason;
  return caf::make_error(
      errc::fenced, error_text(reason) + "; another node of this group has the same `instance_id`: "
                                         "give each node its own, then start this one again");
}

/// Ahead of what waits in the child's mailbox.
void tell_to_stop(const caf::actor_addr& child, const caf::actor_addr& from) {
  if (const auto handle = caf::actor_cast<caf::actor>(child))
    caf::anon_send<caf::message_priority::high>(
        handle, caf::exit_msg{from, caf::exit_reason::user_shutdown});
}

} // namespace

supervisor_state::supervisor_state(supervisor_actor::pointer self, pipeline_options options)
    : self(self), options(std::move(options)), budget(this->options.restarts) {
  this->options.ingest.tally = std::make_shared<intake_tally>();
  this->options.ingest.paused = std::make_shared<std::set<stream_name>>();
  this->options.publisher.published = std::make_shared<outbound_status>();
  this->options.notifier.told = std::make_shared<notifier_status>();
  this->options.clocks.done = std::make_shared<clock_status>();
  this->options.reviews.done = std::make_shared<review_status>();
  this->options.acknowledge.done = std::make_shared<acknowledge_status>();
}

/// However the supervisor ends, its stages end with it.
supervisor_state::~supervisor_state() {
  for (std::size_t stage = stages; stage-- > 0;)
    if (running[stage])
      tell_to_stop(children[stage], self->address());
}

// -- starting ------------------------------------------------------------------------------------

void supervisor_state::start_from(std::size_t first) {
  for (std::size_t stage = first; stage < stages; ++stage)
    start(stage);
}

/// A node may publish nothing, tell nobody, keep no clocks, compare no forms and hear nobody.
bool supervisor_state::is_wanted(std::size_t stage) const {
  if (stage == publisher_stage)
    return static_cast<bool>(options.publisher.open_store);
  if (stage == clocks_stage)
    return static_cast<bool>(options.clocks.open_store);
  if (stage == review_stage)
    return static_cast<bool>(options.reviews.open_store);
  if (stage == acknowledge_stage)
    return static_cast<bool>(options.acknowledge.open_store);
  return stage != notifier_stage || options.notifier.open_store;
}

template <class Impl, class Handle, class... Ts>
void supervisor_state::launch(std::size_t stage, Handle& handle, bool detach,
                              const Ts&... arguments) {
  handle =
      detach ? self->spawn<Impl, caf::detached>(arguments...) : self->spawn<Impl>(arguments...);
  self->monitor(handle);
  children[stage] = handle.address();
  running[stage] = true;
  if (options.watch)
    options.watch(stage_names[stage], stage_event::started);
}

void supervisor_state::start(std::size_t stage) {
  if (!is_wanted(stage))
    return;
  const auto& own = options;
  switch (stage) {
    case storage_stage: return launch<storage_impl>(stage, storage, false, own.storage);
    case registry_stage:
      return launch<registry_impl>(stage, registry, false, storage, own.registry);
    case validation_stage:
      return launch<validation_impl>(stage, validation, false, registry, storage, own.validation);
    case ingest_stage:
      return launch<ingest_impl>(stage, ingest, own.detach_ingest, validation, storage, own.ingest);
    case publisher_stage:
      return launch<publisher_impl>(stage, publisher, own.publisher.detach, storage, own.publisher);
    case notifier_stage:
      return launch<notifier_impl>(stage, notifier, own.notifier.detach, storage, own.notifier);
    case clocks_stage:
      return launch<clock_impl>(stage, clocks, own.clocks.detach, storage, own.clocks);
    case review_stage:
      return launch<review_impl>(stage, reviews, own.reviews.detach, storage, own.reviews);
    case acknowledge_stage:
      return launch<acknowledge_impl>(stage, acknowledge, own.acknowledge.detach, own.acknowledge);
  }
}

// -- what becomes of children --------------------------------------------------------------------

void supervisor_state::child_down(const caf::down_msg& down) {
  const auto found = std::find(children.begin(), children.end(), down.source);
  if (found == children.end())
    return; // Abandoned before.
  const auto stage = static_cast<std::size_t>(found - children.begin());
  gone(stage, stage_event::stopped);
  if (doing == phase::running)
    died(stage, down.reason);
  else {
    note_failure(down.reason);
    go_on_without(stage);
  }
}

/// While the node drains nothing starts anew, but what no restart would help against is the end's
/// reason.
void supervisor_state::note_failure(const caf::error& reason) {
  if (!reason || fatal || !is_ending() || !ends_the_node(reason))
    return;
  fatal = with_remedy(reason);
  log::error("supervisor", "node-stops", "{}", error_text(fatal));
}

void supervisor_state::gone(std::size_t stage, stage_event how) {
  running[stage] = false;
  heard(stage);
  children[stage] = nullptr;
  if (asked == stage) {
    asked = stages;
    grace.dispose();
  }
  if (options.watch)
    options.watch(stage_names[stage], how);
}

/// What a drain, a restart or a stop does when a stage has ended, as it was told to or not.
void supervisor_state::go_on_without(std::size_t stage) {
  switch (doing) {
    case phase::running: break;
    case phase::restarting:
    case phase::stopping:
      stop_down_to = std::min<std::size_t>(stop_down_to, stage);
      stop_next();
      break;
    case phase::draining_ingest:
      if (stage == ingest_stage)
        drain_publisher();
      else if (stage < ingest_stage) // Nothing can settle any more.
        stop_from(storage_stage, phase::stopping);
      break;
    case phase::draining_publisher:
      if (stage == publisher_stage)
        drain_notifier();
      else if (stage < ingest_stage)
        finish_drain();
      break;
    case phase::draining_notifier:
      if (stage <= notifier_stage)
        finish_drain();
      break;
  }
}

/// The broker fences a static member also for a request of its own that was under way when the
/// group had dropped it: the first time in a while the stage starts anew. A rival of the same name
/// comes again.
bool supervisor_state::may_be_its_own_rival(const caf::error& reason) {
  if (reason != errc::fenced)
    return false;
  const auto now = self->clock().now();
  const bool is_first = !last_fence || now - *last_fence >= options.restarts.window;
  last_fence = now;
  return is_first;
}

/// Rest for one: everything after it stops, and starts again with it when all of it has stopped.
void supervisor_state::died(std::size_t stage, const caf::error& reason) {
  if (ends_the_node(reason) && !may_be_its_own_rival(reason)) {
    fail(with_remedy(reason));
    return;
  }
  if (budget.spend(self->clock().now())) {
    reached<"stage-restarted">();
    log::warn("supervisor", "stage-restarted", "stage {} reason {}", stage_names[stage],
              error_text(reason));
    note_restart(stage, error_text(reason));
    stop_from(stage, phase::restarting);
    return;
  }
  reached<"restart-budget-spent">();
  fatal = caf::make_error(
      caf::sec::runtime_error,
      fmt::format("too many restarts: more than {} within {} ms; the last: stage {}: {}",
                  options.restarts.restarts_max, options.restarts.window.count(),
                  stage_names[stage], error_text(reason)));
  log::error("supervisor", "node-stops", "{}", error_text(fatal));
  if (stage != storage_stage)
    return drain_ingest();
  begin_drain();
  stop_from(storage_stage, phase::stopping); // Nothing can settle any more.
}

// -- stopping ------------------------------------------------------------------------------------

void supervisor_state::stop_from(std::size_t first, phase why) {
  doing = why;
  stop_down_to = first;
  stop_next();
}

/// One after the other, last first: a stage may use those before it until it has ended.
void supervisor_state::stop_next() {
  for (std::size_t stage = stages; stage-- > stop_down_to;)
    if (running[stage]) {
      if (asked != stage)
        stop(stage);
      return;
    }
  const auto first = std::exchange(stop_down_to, stages);
  if (doing == phase::restarting) {
    doing = phase::running;
    start_from(first);
  } else {
    finish();
  }
}

void supervisor_state::stop(std::size_t stage) {
  asked = stage;
  tell_to_stop(children[stage], self->address());
  grace.dispose();
  grace = self->run_delayed(options.stop_grace, [this, stage, child = children[stage]] {
    if (running[stage] && children[stage] == child)
      abandon(stage);
  });
}

/// It hangs in a call. Whatever it still does is fenced by the store; what it shares with its
/// successor is not its own any more.
void supervisor_state::abandon(std::size_t stage) {
  log::error(
      "supervisor", "stage-abandoned",
      "stage {} did not stop within {} ms: it is left behind, and the node goes on without it",
      stage_names[stage], options.stop_grace.count());
  ++*options.abandoned;
  if (stage == ingest_stage)
    options.ingest.tally = std::make_shared<intake_tally>(*options.ingest.tally);
  if (stage == publisher_stage)
    options.publisher.published = std::make_shared<outbound_status>(*options.publisher.published);
  if (stage == notifier_stage)
    options.notifier.told = std::make_shared<notifier_status>(*options.notifier.told);
  if (stage == clocks_stage)
    options.clocks.done = std::make_shared<clock_status>(*options.clocks.done);
  if (stage == review_stage)
    options.reviews.done = std::make_shared<review_status>(*options.reviews.done);
  if (stage == acknowledge_stage)
    options.acknowledge.done = std::make_shared<acknowledge_status>(*options.acknowledge.done);
  gone(stage, stage_event::abandoned);
  go_on_without(stage);
}

void supervisor_state::fail(const caf::error& cause) {
  log::error("supervisor", "node-stops", "{}", error_text(cause));
  fatal = cause;
  begin_drain();
  stop_from(storage_stage, phase::stopping);
}

/// All stages have ended. The cause is the last that is logged.
void supervisor_state::finish() {
  if (!ingest_asked) {
    last.intake = options.ingest.tally->status(self->clock().now());
    last.intake_at = std::chrono::system_clock::now();
  }
  if (fatal)
    last.failure = error_text(fatal);
  drained.deliver(last);
  if (fatal)
    log::error("supervisor", "node-stopped", "{}", error_text(fatal));
  self->quit(fatal);
}

supervisor_actor::behavior_type supervisor_state::make_behavior() {
  hide_exceptions(self);
  self->set_down_handler([this](const caf::down_msg& down) { child_down(down); });
  start_from(storage_stage);
  self->delayed_send(self, options.check_interval, check_atom_v);
  return {
      [this](drain_atom) { return drain(); },
      [this](status_atom) -> caf::result<ingest_status> {
        if (!running[ingest_stage])
          return options.ingest.tally->status(self->clock().now());
        return self->delegate(ingest, status_atom_v);
      },
      [this](inspect_atom) { return inspect(); },
      [this](const control_command& command) { return obey(command); },
      [this](check_atom) {
        check_completeness();
        check_validation();
        tell_alarms();
        self->delayed_send(self, options.check_interval, check_atom_v);
      },
  };
}

} // namespace aepro
