/// The part of ingest that answers: its status, pausing and resuming, and how many records it has
/// read.

#include "actors/ingest/ingest_actor.hpp"

namespace aepro {

namespace {

constexpr const char* no_such_partition =
    "this node has no such partition; `aepro status` lists those it has";

} // namespace

using std::chrono::duration_cast;
using std::chrono::milliseconds;

/// Without the claim there is nothing to say but where it stands.
stream_status ingest_state::status_of(const stream_name& stream, const owned_stream& owned,
                                      time_point now) const {
  stream_status one;
  one.stream = stream;
  if (owned.intake) {
    one = owned.intake->status();
    if (const auto oldest = owned.intake->oldest()) {
      one.oldest_begin_offset = oldest->begin_offset;
      one.watermark_age =
          std::max(milliseconds{0}, duration_cast<milliseconds>(now - oldest->polled_at));
      one.holder = oldest->sent ? batch_holder::validation : batch_holder::ingest;
    }
  }
  if (!owned.intake) {
    one.next_offset = owned.durable;
    one.deadline = deadline_of(stream);
    one.holder = owned.claim_in_flight ? batch_holder::storage : batch_holder::none;
  }
  if (owned.waits_since && owned.state != stream_state::handing_over)
    one.watermark_age =
        std::max(one.watermark_age, duration_cast<milliseconds>(now - *owned.waits_since));
  one.rebuilds = owned.rebuilds;
  one.is_stuck = owned.is_stuck;
  if (owned.is_stuck && !owned.intake)
    one.holder = batch_holder::storage; // Its claim.
  if (owned.state != stream_state::running)
    one.state = owned.state;
  else
    one.high_watermark = source->high_watermark(stream);
  return one;
}

ingest_status ingest_state::status() const {
  const auto now = self->clock().now();
  auto answer = options.tally->status(now);
  answer.window_batches = window.batches();
  answer.others_batches = brake.batches();
  bool busy = false;
  for (const auto& [stream, owned] : streams) {
    auto one = status_of(stream, owned, now);
    busy = busy || one.in_flight_records > 0 || owned.state != stream_state::running;
    if (one.state == stream_state::running && options.paused->contains(stream))
      one.state = stream_state::paused;
    answer.streams.push_back(std::move(one));
  }
  answer.assigned_once = assigned_once;
  if (!assigned_once)
    answer.group_wait = duration_cast<milliseconds>(now - started_at);
  answer.subjects_caught_up = gate.is_open();
  if (assigned_once && !busy)
    answer.idle_seconds = std::chrono::duration<double>(now - last_activity).count();
  return answer;
}

/// The source goes on being polled, so the group keeps the node; records stay in its queue.
control_outcome ingest_state::pause(const stream_name& stream) {
  if (!streams.contains(stream))
    return {false, no_such_partition};
  const bool is_new = options.paused->insert(stream).second;
  return {true, is_new ? "paused" : "was paused already"};
}

control_outcome ingest_state::resume(const stream_name& stream) {
  const bool was_paused = options.paused->erase(stream) > 0;
  if (!was_paused && !streams.contains(stream))
    return {false, no_such_partition};
  wake();
  return {true, was_paused ? "resumed" : "was not paused"};
}

completeness_checks ingest_state::check(const stored_streams& stored) const {
  completeness_checks answer;
  for (const auto& progress : stored) {
    const auto found = streams.find(progress.stream);
    if (found == streams.end() || !found->second.intake ||
        found->second.intake->claim().epoch != progress.epoch)
      continue;
    if (const auto read = found->second.intake->read_before(progress.next_offset))
      answer.push_back({progress.stream, progress.next_offset, *read, progress.counts.total()});
  }
  return answer;
}

} // namespace aepro
