#include "actors/validation/validation_actor.hpp"

#include "actors/common/log.hpp"
#include "messages/error_text.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace aepro {

validation_state::validation_state(validation_actor::pointer self, registry_actor registry,
                                   storage_actor storage, validation_options options)
  : self(self),
    registry(std::move(registry)),
    storage(std::move(storage)),
    options(std::make_shared<const validation_options>(std::move(options))),
    restarts(this->options->restarts) {}

/// However the pool ends, its workers end with it.
validation_state::~validation_state() {
  for (auto& slot : workers)
    caf::anon_send_exit(slot.handle, caf::exit_reason::user_shutdown);
}

void validation_state::start_worker() {
  worker made;
  made.number = next_number++;
  made.handle = self->spawn<validation_worker_impl>(made.number, validation_actor{self}, registry, storage, options);
  self->monitor(made.handle);
  workers.push_back(std::move(made));
}

/// It hangs in a batch: no other can end it, and it gets no more.
bool validation_state::is_stuck(const worker& one) const {
  return one.batches > 0 && self->clock().now() - one.progress_at >= options->stuck_after;
}

/// Returns nothing where all have as much as they may hold.
validation_state::worker* validation_state::least_busy() {
  worker* found = nullptr;
  for (auto& one : workers)
    if (!one.leaving && one.batches < batches_per_worker_max && (found == nullptr || one.batches < found->batches)
        && !is_stuck(one))
      found = &one;
  return found;
}

void validation_state::note_given(worker& free) {
  if (free.batches++ == 0)
    free.progress_at = self->clock().now();
}

void validation_state::give_waiting() {
  while (!queue.empty()) {
    auto* free = least_busy();
    if (free == nullptr)
      return;
    note_given(*free);
    queue.front().promise.delegate(free->handle, std::move(queue.front().batch));
    queue.pop_front();
  }
}

void validation_state::finished(std::size_t number) {
  for (std::size_t i = 0; i < workers.size(); ++i) {
    if (workers[i].number != number)
      continue;
    --workers[i].batches;
    workers[i].progress_at = self->clock().now();
    if (workers[i].leaving && workers[i].batches == 0)
      let_go(i);
    break;
  }
  give_waiting();
}

/// It holds nothing: whatever it was given has gone on to storage or back to the asker.
void validation_state::let_go(std::size_t index) {
  self->demonitor(workers[index].handle);
  caf::anon_send_exit(workers[index].handle, caf::exit_reason::user_shutdown);
  workers.erase(workers.begin() + static_cast<std::ptrdiff_t>(index));
}

/// Those that were leaving and still work stay before new ones start.
void validation_state::resize(std::size_t size) {
  size = std::max<std::size_t>(size, 1);
  std::size_t staying = 0;
  for (auto& one : workers) {
    one.leaving = staying >= size;
    staying += one.leaving ? 0 : 1;
  }
  for (std::size_t i = workers.size(); i-- > 0;)
    if (workers[i].leaving && workers[i].batches == 0)
      let_go(i);
  for (; staying < size; ++staying)
    start_worker();
  give_waiting();
}

/// One for one: a batch that was with the dead worker failed at whoever asked, who tries again.
void validation_state::worker_died(const caf::down_msg& down) {
  const auto found = std::find_if(workers.begin(), workers.end(), [&](const worker& one) {
    return one.handle.address() == down.source;
  });
  if (found == workers.end())
    return;
  if (!restarts.spend(self->clock().now())) {
    self->quit(caf::make_error(caf::sec::runtime_error,
                               fmt::format("too many restarts of workers; the last: worker {}: {}", found->number,
                                           error_text(down.reason))));
    return;
  }
  log::warn("validation", "worker-restarted", "worker {} reason {}", found->number, error_text(down.reason));
  const bool was_leaving = found->leaving;
  workers.erase(found);
  if (!was_leaving)
    start_worker();
  give_waiting();
}

pool_status validation_state::status() const {
  pool_status answer{.name = "validation", .waiting_batches = queue.size()};
  for (const auto& one : workers) {
    answer.size += one.leaving ? 0 : 1;
    answer.workers_running += one.batches > 0 ? 1 : 0;
    answer.workers_idle += one.batches == 0 ? 1 : 0;
    answer.workers_stuck += is_stuck(one) ? 1 : 0;
  }
  return answer;
}

validation_actor::behavior_type validation_state::make_behavior() {
  resize(options->workers);
  self->set_down_handler([this](const caf::down_msg& down) { worker_died(down); });
  return {
    [this](record_batch_ptr& batch) -> caf::result<settlement> {
      if (auto* free = least_busy()) {
        note_given(*free);
        return self->delegate(free->handle, std::move(batch));
      }
      auto promise = self->make_response_promise<settlement>();
      queue.push_back({std::move(batch), promise});
      return promise;
    },
    [this](done_atom, std::size_t number) { finished(number); },
    [this](resize_atom, std::size_t size) { resize(size); },
    [this](status_atom) { return status(); },
  };
}

} // namespace aepro
