#include "actors/storage/storage_actor.hpp"

#include "actors/common/hidden_exception_actor.hpp"
#include "actors/common/reach.hpp"

#include <fmt/format.h>

#include <set>

namespace aepro {

namespace {

caf::error error_of(errc code, const stream_name& stream, std::int64_t offset,
                    std::string_view what) {
  return caf::make_error(
      code, fmt::format("{} {}/{} at offset {}", what, stream.topic, stream.partition, offset));
}

bool changes_subjects(const decided_record& record) {
  return record.event.kind == event_kind::subject && record.decision.rejection == rejection::none;
}

} // namespace

storage_state::storage_state(storage_actor::pointer self, storage_options options)
    : self(self), options(std::move(options)),
      queue(this->options.group_records_max, this->options.lanes),
      places(this->options.writers, this->options.lanes, this->options.one_writes_at_a_time) {
}

writer_actor storage_state::spawn_writer() {
  // A writer that dies takes storage with it: the supervisor starts both again, with a fresh claim.
  if (options.detach_writers)
    return self->spawn<writer_impl, caf::detached + caf::linked>(options.open, options.segment,
                                                                 options.breaker);
  return self->spawn<writer_impl, caf::linked>(options.open, options.segment, options.breaker);
}

/// Little work is cheaper with more of it: it goes when the busy writer is done, together with what
/// has come by then. A writer that hangs does not hold it back for long.
bool storage_state::waits_for_company(const writer_room& room) {
  if (flushing || room.idle == places.usable())
    return false;
  const auto ready = queue.records_ready();
  const auto urgent = ready[lane::adverse_events];
  // The end of forms that are being written may be far, and what is urgent is not kept for that.
  if (urgent > 0 && !places.writes(lane::adverse_events))
    return false;
  const auto others = ready[lane::subjects] + ready[lane::questionnaire_responses];
  const auto records = urgent + (room.of_others > 0 ? others : 0);
  if (records == 0 || records >= records_worth_a_writer)
    return false;
  if (!flush_due)
    self->delayed_send(self, options.company_wait, flush_atom_v);
  flush_due = true;
  return true;
}

bool storage_state::hangs(std::size_t writer, std::chrono::steady_clock::time_point now) const {
  return places.is_busy(writer) && now - given_at[writer] >= options.stuck_after;
}

void storage_state::give_up_hanging() {
  const auto now = self->clock().now();
  for (std::size_t i = 0; i < writers.size(); ++i)
    if (hangs(i, now)) {
      reached<"writer-given-up">();
      places.give_up(i);
    }
}

void storage_state::dispatch() {
  give_up_hanging();
  while (true) {
    const auto room = places.room();
    if (room.idle == 0 || waits_for_company(room))
      return;
    auto group = queue.take(room);
    if (group.batches.empty())
      return;
    write(places.first_idle(), std::move(group));
  }
}

void storage_state::write(std::size_t writer, storage_group group) {
  places.take(writer, group.which);
  given_at[writer] = self->clock().now();
  // The writer itself keeps the deadline; a time-out here would lose track of a busy connection.
  self->request(writers[writer], caf::infinite, group.batches)
      .then([this, writer,
             group](const append_outcomes& outcomes) { finished(writer, group, outcomes); },
            [this, writer, group](const caf::error& reason) { broke(writer, group, reason); });
}

void storage_state::finished(std::size_t writer, const storage_group& group,
                             const append_outcomes& outcomes) {
  places.free(writer);
  // Streams whose group began with a retry of what was durable: the store admits nothing behind it,
  // though nobody else has claimed the stream.
  std::set<stream_name> retried;
  for (std::size_t i = 0; i < group.batches.size(); ++i) {
    const auto& batch = *group.batches[i];
    const auto& outcome = outcomes[i];
    const auto promise = promises.find(group.tickets[i]);
    // A first try whose answer was lost did commit: the same epoch stands behind the batch's end.
    const bool durable =
        outcome.committed || (outcome.settled.epoch == batch.raw->epoch &&
                              outcome.settled.next_offset >= batch.raw->end_offset);
    if (durable) {
      if (!outcome.committed) {
        reached<"retry-of-what-was-durable">();
        retried.insert(batch.raw->stream);
      }
      queue.committed(batch, outcome.settled.next_offset);
      note_progress(outcome.settled);
      auto settled = outcome.settled;
      settled.begin_offset = batch.raw->begin_offset;
      promise->second.promise.deliver(std::move(settled));
    } else {
      refuse(queue.failed(batch));
      const auto code = retried.contains(batch.raw->stream) ? errc::out_of_order : errc::fenced;
      promise->second.promise.deliver(
          error_of(code, batch.raw->stream, batch.raw->begin_offset, "not admitted:"));
    }
    promises.erase(promise);
  }
  announce(group, outcomes);
  dispatch();
}

void storage_state::broke(std::size_t writer, const storage_group& group,
                          const caf::error& reason) {
  places.free(writer);
  for (std::size_t i = 0; i < group.batches.size(); ++i) {
    refuse(queue.failed(*group.batches[i]));
    const auto promise = promises.find(group.tickets[i]);
    promise->second.promise.deliver(reason);
    promises.erase(promise);
  }
  dispatch();
}

void storage_state::refuse(const std::vector<refused_ticket>& refused) {
  for (const auto& [ticket, reason] : refused) {
    const auto promise = promises.find(ticket);
    promise->second.promise.deliver(
        caf::make_error(reason, "storage: the batch cannot be written now"));
    promises.erase(promise);
  }
}

/// The store's totals say what became of every record, also of a try whose answer was lost.
void storage_state::note_progress(const settlement& settled) {
  const auto found = progress.find(settled.stream);
  if (found == progress.end() || found->second.epoch != settled.epoch ||
      settled.next_offset <= found->second.next_offset)
    return;
  found->second.next_offset = settled.next_offset;
  found->second.counts = settled.totals - claims[settled.stream].totals;
}

storage_status storage_state::status() const {
  storage_status answer;
  answer.pool = {
      .name = "storage", .size = writers.size(), .waiting_batches = queue.waiting_batches()};
  const auto now = self->clock().now();
  answer.pool.workers_idle = places.idle();
  answer.pool.workers_running = writers.size() - places.idle();
  for (std::size_t i = 0; i < writers.size(); ++i)
    answer.pool.workers_stuck += hangs(i, now) ? 1 : 0;
  answer.breaker = options.breaker->status(now);
  auto held = progress;
  for (const auto& [ticket, request] : promises)
    if (const auto found = held.find(request.stream); found != held.end())
      if (auto& oldest = found->second.oldest_begin_offset;
          !oldest || request.begin_offset < *oldest)
        oldest = request.begin_offset;
  for (auto& [stream, one] : held)
    answer.streams.push_back(std::move(one));
  return answer;
}

void storage_state::announce(const storage_group& group, const append_outcomes& outcomes) {
  if (!registry)
    return;
  subject_keys changed;
  for (std::size_t i = 0; i < group.batches.size(); ++i) {
    if (!outcomes[i].committed)
      continue;
    for (const auto& record : group.batches[i]->records)
      if (changes_subjects(record))
        changed.push_back({std::string{record.event.study}, std::string{record.event.subject}});
  }
  if (!changed.empty())
    self->send(registry, invalidate_atom_v, std::move(changed));
}

storage_actor::behavior_type storage_state::make_behavior() {
  hide_exceptions(self);
  for (std::size_t i = 0; i < options.writers; ++i)
    writers.push_back(spawn_writer());
  given_at.resize(writers.size());
  reader = spawn_writer();
  return {
      [this](decided_batch_ptr& batch) -> caf::result<settlement> {
        if (self->clock().now() >= batch->raw->deadline)
          return error_of(errc::deadline_exceeded, batch->raw->stream, batch->raw->begin_offset,
                          "storage:");
        auto promise = self->make_response_promise<settlement>();
        const auto ticket = next_ticket++;
        promises.emplace(ticket,
                         open_request{promise, batch->raw->stream, batch->raw->begin_offset});
        refuse(queue.push(std::move(batch), ticket));
        dispatch();
        return promise;
      },
      [this](flush_atom) {
        flush_due = false;
        flushing = true;
        dispatch();
        flushing = false;
      },
      [this](claim_atom, const stream_name& stream) -> caf::result<stream_claim> {
        auto promise = self->make_response_promise<stream_claim>();
        // The reader itself keeps storage.call_max, and who asks here has a time-out of his own.
        self->request(reader, caf::infinite, claim_atom_v, stream)
            .then(
                [this, promise](const stream_claim& claim) mutable {
                  refuse(queue.claimed(claim));
                  claims[claim.stream] = claim;
                  progress[claim.stream] = {claim.stream, claim.epoch, claim.next_offset, {}, {}};
                  promise.deliver(claim);
                },
                [promise](const caf::error& reason) mutable { promise.deliver(reason); });
        return promise;
      },
      [this](subject_keys& keys) -> caf::result<subject_contexts> {
        return self->delegate(reader, std::move(keys));
      },
      [this](partitions_atom) -> caf::result<partition_states> {
        return self->delegate(reader, partitions_atom_v);
      },
      [this](claims_atom) {
        partition_states all;
        for (const auto& [stream, claim] : claims)
          all.push_back(claim);
        return all;
      },
      [this](status_atom) { return status(); },
      [this](subscribe_atom, const registry_actor& subscriber) {
        registry = subscriber;
        self->set_down_handler([this](const caf::down_msg& down) {
          if (registry && down.source == registry.address())
            registry = nullptr;
        });
        self->monitor(registry);
      },
  };
}

} // namespace aepro
