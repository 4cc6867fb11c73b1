#include "actors/supervisor/supervisor_actor.hpp"

#include "actors/common/log.hpp"
#include "messages/error_text.hpp"

#include <algorithm>

namespace aepro {

namespace {

/// An errc that no retry can help is the node's end; anything else is a crash to recover from.
bool ends_the_node(const caf::error& reason) {
  return !is_transient(code_of(reason));
}

/// What ends a node as fenced is the group's word on its static membership; a stream that another owner has claimed
/// does not.
caf::error with_remedy(const caf::error& reason) {
  if (reason != errc::fenced)
    return reason;
  return caf::make_error(errc::fenced, error_text(reason) + "; another node of this group has the same `instance_id`: "
                                         "give each node its own, then start this one again");
}

} // namespace

supervisor_state::supervisor_state(supervisor_actor::pointer self, pipeline_options options)
  : self(self), options(std::move(options)), budget(this->options.restarts) {
  this->options.ingest.tally = std::make_shared<intake_tally>();
  this->options.ingest.paused = std::make_shared<std::set<stream_name>>();
  this->options.publisher.published = std::make_shared<outbound_status>();
}

/// However the supervisor ends, its stages end with it.
supervisor_state::~supervisor_state() {
  stop_from(storage_stage, caf::exit_reason::user_shutdown);
}

void supervisor_state::start_from(std::size_t first) {
  restart_from = stages;
  for (std::size_t stage = first; stage < stages; ++stage)
    start(stage);
}

void supervisor_state::start(std::size_t stage) {
  switch (stage) {
    case storage_stage:
      storage = self->spawn<storage_impl>(options.storage);
      self->monitor(storage);
      children[stage] = storage.address();
      break;
    case registry_stage:
      registry = self->spawn<registry_impl>(storage, options.registry);
      self->monitor(registry);
      children[stage] = registry.address();
      break;
    case validation_stage:
      validation = self->spawn<validation_impl>(registry, storage, options.validation);
      self->monitor(validation);
      children[stage] = validation.address();
      break;
    case ingest_stage:
      ingest = options.detach_ingest
                 ? self->spawn<ingest_impl, caf::detached>(validation, storage, options.ingest)
                 : self->spawn<ingest_impl>(validation, storage, options.ingest);
      self->monitor(ingest);
      children[stage] = ingest.address();
      break;
    default:
      if (!options.publisher.open_store)
        return; // This node publishes nothing.
      publisher = options.publisher.detach ? self->spawn<publisher_impl, caf::detached>(storage, options.publisher)
                                           : self->spawn<publisher_impl>(storage, options.publisher);
      self->monitor(publisher);
      children[stage] = publisher.address();
      break;
  }
  running[stage] = true;
}

void supervisor_state::child_down(const caf::down_msg& down) {
  const auto found = std::find(children.begin(), children.end(), down.source);
  if (found == children.end())
    return;
  const auto stage = static_cast<std::size_t>(found - children.begin());
  running[stage] = false;
  if (draining && !fatal && stage == ingest_stage)
    drain_publisher();
  else if (draining || fatal)
    stop_from(storage_stage, caf::exit_reason::user_shutdown);
  else if (restart_from < stages)
    restart_stages(std::min(restart_from, stage));
  else if (ends_the_node(down.reason))
    fail(down.reason);
  else if (!budget.spend(self->clock().now()))
    fail(caf::make_error(caf::sec::runtime_error, "too many restarts"));
  else {
    log::warn("supervisor", "stage-restarted", "stage {} reason {}", stage_names[stage], error_text(down.reason));
    note_restart(stage, error_text(down.reason));
    restart_stages(stage);
  }
  finish_if_stopped();
}

/// Rest for one: everything from `first` on stops, and starts again when all of it has stopped.
void supervisor_state::restart_stages(std::size_t first) {
  restart_from = first;
  stop_from(first, caf::exit_reason::kill);
}

void supervisor_state::finish_if_stopped() {
  const auto stopped_from = [this](std::size_t first) {
    return std::none_of(running.begin() + static_cast<std::ptrdiff_t>(first), running.end(),
                        [](bool is_running) { return is_running; });
  };
  if (restart_from < stages && stopped_from(restart_from))
    start_from(restart_from);
  if (!(draining || fatal) || !stopped_from(storage_stage))
    return;
  if (draining)
    drained.deliver(last);
  self->quit(fatal);
}

/// Stops every stage from `first` on that runs, last first.
void supervisor_state::stop_from(std::size_t first, caf::exit_reason reason) {
  for (std::size_t stage = stages; stage-- > first;)
    if (running[stage])
      if (auto child = caf::actor_cast<caf::actor>(children[stage]))
        caf::anon_send_exit(child, reason);
}

void supervisor_state::fail(const caf::error& cause) {
  const auto reason = with_remedy(cause);
  log::error("supervisor", "node-stops", "{}", error_text(reason));
  fatal = reason;
  stop_from(storage_stage, caf::exit_reason::user_shutdown);
}

/// Ingest first, then what it left to publish, then the rest.
caf::result<drain_status> supervisor_state::drain() {
  draining = true;
  drained = self->make_response_promise<drain_status>();
  restart_from = stages;
  if (running[ingest_stage])
    self->request(ingest, options.ingest.drain_max + std::chrono::seconds{5}, drain_atom_v)
      .then(
        [this](const ingest_status& status) {
          last.intake = status;
          last.intake_at = std::chrono::system_clock::now();
          check_drained();
        },
        [this](const caf::error& reason) {
          log::warn("supervisor", "drain-incomplete", "{}", error_text(reason));
          caf::anon_send_exit(ingest, caf::exit_reason::kill);
        });
  else {
    last.intake = options.ingest.tally->status();
    last.intake_at = std::chrono::system_clock::now();
    drain_publisher();
  }
  finish_if_stopped();
  return drained;
}

void supervisor_state::drain_publisher() {
  if (!running[publisher_stage]) {
    last.published = *options.publisher.published;
    stop_from(storage_stage, caf::exit_reason::user_shutdown);
    return;
  }
  const auto& own = options.publisher;
  self->request(publisher, own.drain_max + own.patience + std::chrono::seconds{5}, drain_atom_v)
    .then([this](const outbound_status& status) { last.published = status; },
          [this](const caf::error& reason) {
            log::warn("supervisor", "publishing-incomplete", "{}", error_text(reason));
            caf::anon_send_exit(publisher, caf::exit_reason::kill);
          });
}

supervisor_actor::behavior_type supervisor_state::make_behavior() {
  self->set_down_handler([this](const caf::down_msg& down) { child_down(down); });
  start_from(storage_stage);
  self->delayed_send(self, options.check_interval, check_atom_v);
  return {
    [this](drain_atom) { return drain(); },
    [this](status_atom) -> caf::result<ingest_status> {
      if (!running[ingest_stage])
        return options.ingest.tally->status();
      return self->delegate(ingest, status_atom_v);
    },
    [this](inspect_atom) { return inspect(); },
    [this](const control_command& command) { return obey(command); },
    [this](check_atom) {
      check_completeness();
      self->delayed_send(self, options.check_interval, check_atom_v);
    },
  };
}

} // namespace aepro
