#include "actors/supervisor/supervisor_actor.hpp"

#include "actors/common/log.hpp"

#include <algorithm>

namespace aepro {

namespace {

constexpr std::array<std::string_view, supervisor_state::stages> stage_names{
  "storage", "registry", "validation", "ingest"};

/// An errc that no retry can help is the node's end; anything else is a crash to recover from.
bool ends_the_node(const caf::error& reason) {
  return reason.category() == caf::type_id_v<errc> && !is_transient(static_cast<errc>(reason.code()));
}

} // namespace

supervisor_state::supervisor_state(supervisor_actor::pointer self, pipeline_options options)
  : self(self), options(std::move(options)), budget(this->options.restarts) {}

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
    default:
      ingest = options.detach_ingest
                 ? self->spawn<ingest_impl, caf::detached>(validation, storage, options.ingest)
                 : self->spawn<ingest_impl>(validation, storage, options.ingest);
      self->monitor(ingest);
      children[stage] = ingest.address();
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
  if (!draining && !fatal && restart_from == stages) {
    if (ends_the_node(down.reason)) {
      fail(down.reason);
    } else if (!budget.spend(self->clock().now())) {
      fail(caf::make_error(caf::sec::runtime_error, "too many restarts"));
    } else {
      log::warn("supervisor", "stage-restarted", "stage {} reason {}", stage_names[stage], to_string(down.reason));
      restart_from = stage;
      stop_after(stage, caf::exit_reason::kill);
    }
  } else if (restart_from != stages) {
    restart_from = std::min(restart_from, stage);
    stop_after(restart_from, caf::exit_reason::kill);
  }
  if (draining && stage == ingest_stage)
    stop_after(0, caf::exit_reason::user_shutdown), caf::anon_send_exit(storage, caf::exit_reason::user_shutdown);
  const bool all_stopped = std::none_of(running.begin(), running.end(), [](bool is_running) { return is_running; });
  if (draining && all_stopped) {
    drained.deliver();
    self->quit(fatal);
  } else if (fatal && all_stopped) {
    self->quit(fatal);
  } else if (restart_from != stages
             && std::none_of(running.begin() + static_cast<std::ptrdiff_t>(restart_from), running.end(),
                             [](bool is_running) { return is_running; })) {
    start_from(restart_from);
  }
}

/// Stops every stage after `stage`, last first.
void supervisor_state::stop_after(std::size_t stage, caf::exit_reason reason) {
  for (std::size_t later = stages; later-- > stage + 1;)
    if (running[later])
      if (auto child = caf::actor_cast<caf::actor>(children[later]))
        caf::anon_send_exit(child, reason);
}

void supervisor_state::fail(const caf::error& reason) {
  log::error("supervisor", "node-stops", "{}", to_string(reason));
  fatal = reason;
  for (std::size_t stage = stages; stage-- > 0;)
    if (running[stage])
      if (auto child = caf::actor_cast<caf::actor>(children[stage]))
        caf::anon_send_exit(child, caf::exit_reason::user_shutdown);
}

caf::result<void> supervisor_state::drain() {
  draining = true;
  drained = self->make_response_promise<void>();
  if (running[ingest_stage])
    self->request(ingest, options.ingest.drain_max + std::chrono::seconds{5}, drain_atom_v)
      .then([] {}, [this](const caf::error& reason) {
        log::warn("supervisor", "drain-incomplete", "{}", to_string(reason));
        caf::anon_send_exit(ingest, caf::exit_reason::kill);
      });
  else
    drained.deliver();
  return drained;
}

supervisor_actor::behavior_type supervisor_state::make_behavior() {
  self->set_down_handler([this](const caf::down_msg& down) { child_down(down); });
  start_from(storage_stage);
  return {
    [this](drain_atom) { return drain(); },
    [this](status_atom) -> caf::result<ingest_status> {
      if (!running[ingest_stage])
        return ingest_status{};
      return self->delegate(ingest, status_atom_v);
    },
  };
}

} // namespace aepro
