/// The part of ingest that notices streams of which no stage says anything any more, and claims
/// them anew.

#include "actors/common/log.hpp"
#include "actors/common/reach.hpp"
#include "actors/ingest/ingest_actor.hpp"
#include "actors/supervisor/completeness.hpp"
#include "messages/error_text.hpp"

namespace aepro {

namespace {

constexpr std::chrono::seconds watch_interval{1};

} // namespace

std::chrono::milliseconds ingest_state::deadline_of(const stream_name& stream) const {
  const auto lane = options.deadlines.find(stream.topic);
  return lane == options.deadlines.end() ? options.intake.deadline : lane->second;
}

/// Of its batches, or of its claim.
std::optional<ingest_state::time_point>
ingest_state::silent_since(const owned_stream& owned) const {
  return owned.intake ? owned.intake->silent_since() : owned.claim_asked_at;
}

bool ingest_state::is_silent(const stream_name& stream, const owned_stream& owned,
                             time_point now) const {
  const auto since = silent_since(owned);
  return owned.state != stream_state::handing_over && since &&
         now - *since >= deadline_of(stream) * static_cast<std::int64_t>(options.stuck_after);
}

/// A store that fails says so, and its batches are tried again: that is not silence.
void ingest_state::watch(time_point now) {
  if (draining || watch_request_in_flight || now - last_watch < watch_interval)
    return;
  last_watch = now;
  const bool any = std::any_of(streams.begin(), streams.end(), [&](const auto& entry) {
    return is_silent(entry.first, entry.second, now);
  });
  if (!any)
    return;
  watch_request_in_flight = true;
  self->request(storage, options.answer_max, status_atom_v)
      .then([this](const storage_status& stored) { rebuild_silent(stored.streams, true); },
            [this](const caf::error&) { rebuild_silent({}, false); });
}

void ingest_state::rebuild_silent(const stored_streams& stored, bool storage_answers) {
  watch_request_in_flight = false;
  const auto now = self->clock().now();
  for (auto& [stream, owned] : streams) {
    if (draining || !is_silent(stream, owned, now))
      continue;
    auto one = status_of(stream, owned, now);
    name_holders({&one, 1}, stored);
    const bool storage_has_it = !owned.intake || !storage_answers;
    rebuild(stream, owned, to_string(storage_has_it ? batch_holder::storage : one.holder), now);
  }
}

/// The new claim's epoch fences whatever hangs, and what it held is read again. A second time
/// without anything settled between is for a person, though it is tried again and again.
void ingest_state::rebuild(const stream_name& stream, owned_stream& owned, std::string_view holder,
                           time_point now) {
  const auto waited =
      std::chrono::duration_cast<std::chrono::milliseconds>(now - *silent_since(owned)).count();
  if (!owned.is_stuck && (owned.was_rebuilt || !owned.intake)) {
    owned.is_stuck = true;
    reached<"partition-stuck-again">();
    if (const auto held = throttle.admit("stuck " + text_of(stream), now))
      log::error("ingest", "partition-stuck",
                 "topic {} partition {}: {} has said nothing for {} ms (and {} more like this)",
                 stream.topic, stream.partition, holder, waited, *held);
  }
  if (!owned.intake)
    return; // A claim is under way, or tried again.
  if (const auto held = throttle.admit("rebuilt " + text_of(stream), now))
    log::warn("ingest", "partition-rebuilt",
              "topic {} partition {} epoch {}: {} has said nothing for {} ms; claimed anew (and {} "
              "more like this)",
              stream.topic, stream.partition, owned.intake->claim().epoch, holder, waited, *held);
  reached<"partition-rebuilt">();
  if (const auto oldest = owned.intake->oldest(); oldest && !owned.waits_since)
    owned.waits_since = oldest->polled_at;
  owned.was_rebuilt = true;
  ++owned.rebuilds;
  source->stop(stream);
  leave(owned);
  owned.state = stream_state::claiming;
  owned.next_step = now;
  owned.generation = ++generations;
  wake();
}

} // namespace aepro
