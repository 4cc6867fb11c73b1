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

void validation_state::start_worker(std::size_t number) {
  auto& slot = workers[number];
  slot.handle = self->spawn<validation_worker_impl>(number, validation_actor{self}, registry, storage,
                                                    options);
  slot.batches = 0;
  self->monitor(slot.handle);
}

validation_state::worker* validation_state::least_busy() {
  const auto found = std::min_element(workers.begin(), workers.end(), [](const worker& left, const worker& right) {
    return left.batches < right.batches;
  });
  return found->batches < batches_per_worker_max ? &*found : nullptr;
}

/// One for one: a batch that was with the dead worker failed at whoever asked, who tries again.
void validation_state::worker_died(const caf::down_msg& down) {
  for (std::size_t number = 0; number < workers.size(); ++number) {
    if (workers[number].handle.address() != down.source)
      continue;
    if (!restarts.spend(self->clock().now())) {
      self->quit(caf::make_error(caf::sec::runtime_error,
                                 fmt::format("too many restarts of workers; the last: worker {}: {}", number,
                                             error_text(down.reason))));
      return;
    }
    log::warn("validation", "worker-restarted", "worker {} reason {}", number, error_text(down.reason));
    start_worker(number);
    while (!queue.empty()) {
      auto* free = least_busy();
      if (free == nullptr)
        return;
      ++free->batches;
      queue.front().promise.delegate(free->handle, std::move(queue.front().batch));
      queue.pop_front();
    }
  }
}

validation_actor::behavior_type validation_state::make_behavior() {
  workers.resize(std::max<std::size_t>(options->workers, 1));
  for (std::size_t number = 0; number < workers.size(); ++number)
    start_worker(number);
  self->set_down_handler([this](const caf::down_msg& down) { worker_died(down); });
  return {
    [this](record_batch_ptr& batch) -> caf::result<settlement> {
      if (auto* free = least_busy()) {
        ++free->batches;
        return self->delegate(free->handle, std::move(batch));
      }
      auto promise = self->make_response_promise<settlement>();
      queue.push_back({std::move(batch), promise});
      return promise;
    },
    [this](done_atom, std::size_t number) {
      if (workers[number].batches > 0) // Else: the last word of a worker that has been replaced.
        --workers[number].batches;
      if (queue.empty() || workers[number].batches >= batches_per_worker_max)
        return;
      ++workers[number].batches;
      queue.front().promise.delegate(workers[number].handle, std::move(queue.front().batch));
      queue.pop_front();
    },
  };
}

} // namespace aepro
