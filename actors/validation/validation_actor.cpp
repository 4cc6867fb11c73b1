#include "actors/validation/validation_actor.hpp"

#include "actors/common/hidden_exception_actor.hpp"
#include "actors/common/log.hpp"
#include "actors/common/reach.hpp"
#include "messages/error_text.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace aepro {

validation_state::validation_state(validation_actor::pointer self, registry_actor registry,
                                   storage_actor storage, validation_options options)
    : self(self), registry(std::move(registry)), storage(std::move(storage)),
      options(std::make_shared<const validation_options>(std::move(options))),
      wanted(std::max<std::size_t>(this->options->workers, 1)), queue(this->options->lanes),
      restarts(this->options->restarts), replacements({wanted, this->options->restarts.window}) {
}

/// However the pool ends, its workers end with it.
validation_state::~validation_state() {
  for (auto& slot : workers)
    caf::anon_send_exit(slot.handle, caf::exit_reason::user_shutdown);
}

void validation_state::start_worker() {
  start(self->spawn<validation_worker_impl>(next_number, validation_actor{self}, registry, storage,
                                            options));
}

/// On a thread of its own: the one that hangs keeps the scheduler's.
void validation_state::start_replacement() {
  if (options->detach_replacements)
    start(self->spawn<validation_worker_impl, caf::detached>(next_number, validation_actor{self},
                                                             registry, storage, options));
  else
    start_worker();
}

void validation_state::start(validation_worker_actor handle) {
  worker made;
  made.number = next_number++;
  made.handle = std::move(handle);
  self->monitor(made.handle);
  workers.push_back(std::move(made));
}

/// It hangs in a batch: no other can end it, and it gets no more.
bool validation_state::is_stuck(const worker& one) const {
  return one.load.batches > 0 && self->clock().now() - one.progress_at >= options->stuck_after;
}

/// Each that hangs keeps a thread for good, so there is an end to it: what makes every worker hang
/// needs a person.
bool validation_state::may_replace(std::chrono::steady_clock::time_point now) {
  return left_behind.size() < wanted && replacements.has_left(now);
}

/// Nobody can end one that hangs. Should it wake up, its exit comes first, and the time of what it
/// holds is up.
void validation_state::replace_hanging() {
  const auto now = self->clock().now();
  for (std::size_t i = workers.size(); i-- > 0;) {
    if (!is_stuck(workers[i]) || !may_replace(now))
      continue;
    reached<"worker-replaced">();
    replacements.spend(now);
    log::warn("validation", "worker-replaced",
              "worker {} hangs in a batch and is left behind with its thread; another takes its "
              "place ({} of at most "
              "{})",
              workers[i].number, left_behind.size() + 1, wanted);
    const bool was_leaving = workers[i].load.leaving;
    caf::anon_send_exit(workers[i].handle, caf::exit_reason::user_shutdown);
    left_behind.push_back(workers[i].handle.address());
    workers.erase(workers.begin() + static_cast<std::ptrdiff_t>(i));
    if (!was_leaving)
      start_replacement();
  }
  give_waiting();
}

/// One that is stuck counts as one that leaves: it gets nothing, and its places are not the pool's.
std::vector<worker_load> validation_state::loads() const {
  std::vector<worker_load> all;
  for (const auto& one : workers) {
    all.push_back(one.load);
    all.back().leaving = one.load.leaving || is_stuck(one);
  }
  return all;
}

/// Returns false where nothing waits that a worker may take.
bool validation_state::give_next() {
  const auto held = loads();
  const auto free = least_busy(held);
  if (!free)
    return false;
  auto next = queue.pop(others_have_room(held, options->lanes));
  if (!next)
    return false;
  auto& [which, taken] = *next;
  auto& chosen = workers[*free];
  note_given(chosen);
  chosen.load.of_others += which == lane::adverse_events ? 0 : 1;
  taken.promise.delegate(chosen.handle, std::move(taken.batch));
  return true;
}

void validation_state::note_given(worker& free) {
  if (free.load.batches++ == 0)
    free.progress_at = self->clock().now();
}

void validation_state::give_waiting() {
  while (give_next()) {
  }
}

void validation_state::finished(std::size_t number, const stream_name& stream) {
  for (std::size_t i = 0; i < workers.size(); ++i) {
    if (workers[i].number != number)
      continue;
    auto& load = workers[i].load;
    --load.batches;
    load.of_others -= options->lanes.of(stream.topic) == lane::adverse_events ? 0 : 1;
    workers[i].progress_at = self->clock().now();
    if (load.leaving && load.batches == 0)
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
  wanted = size = std::max<std::size_t>(size, 1);
  replacements.allow(wanted);
  std::size_t staying = 0;
  for (auto& one : workers) {
    one.load.leaving = staying >= size;
    staying += one.load.leaving ? 0 : 1;
  }
  for (std::size_t i = workers.size(); i-- > 0;)
    if (workers[i].load.leaving && workers[i].load.batches == 0)
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
  if (found == workers.end()) {
    if (std::erase(left_behind, down.source) > 0)
      log::info("validation", "worker-woke-up", "one that was left behind has ended; {} hang",
                left_behind.size());
    return;
  }
  if (!restarts.spend(self->clock().now())) {
    self->quit(caf::make_error(caf::sec::runtime_error,
                               fmt::format("too many restarts of workers; the last: worker {}: {}",
                                           found->number, error_text(down.reason))));
    return;
  }
  reached<"worker-restarted">();
  ++restarted;
  log::warn("validation", "worker-restarted", "worker {} reason {}", found->number,
            error_text(down.reason));
  const bool was_leaving = found->load.leaving;
  workers.erase(found);
  if (!was_leaving)
    start_worker();
  give_waiting();
}

pool_status validation_state::status() const {
  pool_status answer{.name = "validation", .waiting_batches = queue.size()};
  answer.workers_left_behind = left_behind.size();
  answer.restarts = restarted;
  for (const auto& one : workers) {
    answer.size += one.load.leaving ? 0 : 1;
    answer.workers_running += one.load.batches > 0 ? 1 : 0;
    answer.workers_idle += one.load.batches == 0 ? 1 : 0;
    answer.workers_stuck += is_stuck(one) ? 1 : 0;
  }
  return answer;
}

/// Whoever asked has given them up, and sends them again: while no worker takes any the queue must
/// not grow for ever.
void validation_state::forget_late() {
  const auto now = self->clock().now();
  for (auto& late :
       queue.take_if([now](const waiting& one) { return one.batch->deadline <= now; })) {
    reached<"batch-late-in-the-pool">();
    late.promise.deliver(
        caf::make_error(errc::deadline_exceeded, "validation: no worker took it in time"));
  }
}

validation_actor::behavior_type validation_state::make_behavior() {
  hide_exceptions(self);
  resize(options->workers);
  self->set_down_handler([this](const caf::down_msg& down) { worker_died(down); });
  return {
      [this](record_batch_ptr& batch) -> caf::result<settlement> {
        replace_hanging();
        forget_late();
        auto promise = self->make_response_promise<settlement>();
        const auto which = options->lanes.of(batch->stream.topic);
        const auto records = batch->records.size();
        queue.push(which, records, {std::move(batch), promise});
        give_waiting();
        return promise;
      },
      [this](done_atom, std::size_t number, const stream_name& stream) {
        finished(number, stream);
      },
      [this](resize_atom, std::size_t size) { resize(size); },
      [this](status_atom) {
        replace_hanging(); // The supervisor asks every few seconds, whether batches come or not.
        return status();
      },
  };
}

} // namespace aepro
