/// The part of ingest that hears of the group: streams come, are handed over, or are lost.

#include "actors/common/log.hpp"
#include "actors/common/reach.hpp"
#include "actors/ingest/ingest_actor.hpp"

namespace aepro {

void ingest_state::handle(streams_assigned&& event) {
  const auto now = self->clock().now();
  assigned_once = true;
  last_activity = now;
  for (const auto& stream : event.streams) {
    log::info("ingest", "partition-assigned", "topic {} partition {}", stream.topic,
              stream.partition);
    auto& owned = streams[stream];
    leave(owned);
    owned = owned_stream{};
    owned.generation = ++generations;
    owned.claim_retry = retry_schedule{options.intake.retry};
    owned.next_step = now;
    owned.waits_since = now;
  }
}

/// What is in flight becomes durable before the next owner claims, who then reads nothing twice. Of
/// what is lost, it is left to the store's fence: it commits before the next owner claims, or not
/// at all.
void ingest_state::handle(streams_revoked&& event) {
  const auto now = self->clock().now();
  for (const auto& stream : event.streams) {
    log::info("ingest", event.lost ? "partition-lost" : "partition-revoked",
              "topic {} partition {}", stream.topic, stream.partition);
    const auto found = streams.find(stream);
    if (found == streams.end()) {
      source->release(stream);
    } else if (event.lost) {
      reached<"partition-lost-while-owned">();
      leave(found->second);
      streams.erase(found);
    } else {
      found->second.state = stream_state::handing_over;
      found->second.next_step = now + options.hand_over_max;
    }
  }
}

/// Gives each stream that was asked back to the group as soon as it holds nothing, or when its time
/// is up. A claim of ours that is under way is waited for as well: after the next owner's it would
/// fence that one.
void ingest_state::hand_over(time_point now) {
  for (auto at = streams.begin(); at != streams.end();) {
    auto& [stream, owned] = *at;
    const bool holds_nothing = !owned.claim_in_flight && (!owned.intake || owned.intake->empty());
    if (owned.state != stream_state::handing_over || (!holds_nothing && now < owned.next_step)) {
      ++at;
      continue;
    }
    if (!holds_nothing) {
      reached<"hand-over-out-of-time">();
      say_incomplete(stream, owned, now);
    }
    give_away(stream, owned);
    at = streams.erase(at);
  }
}

void ingest_state::say_incomplete(const stream_name& stream, const owned_stream& owned,
                                  time_point now) {
  const auto held = throttle.admit("hand-over", now);
  if (!held)
    return;
  log::warn("ingest", "hand-over-incomplete",
            "topic {} partition {}: {} records are not durable after {} ms; the next owner reads "
            "again what does not "
            "become so (and {} more like this)",
            stream.topic, stream.partition, owned.intake ? owned.intake->records_in_flight() : 0,
            options.hand_over_max.count(), *held);
}

void ingest_state::give_away(const stream_name& stream, owned_stream& owned) {
  if (owned.intake && owned.intake->durable_offset() > owned.committed)
    source->commit(stream, owned.intake->durable_offset());
  leave(owned);
  source->release(stream);
}

/// Nothing of the stream is ours any more; what is in flight is left to the store's fence.
void ingest_state::leave(owned_stream& owned) {
  if (!owned.intake)
    return;
  note_bytes(owned.intake->claim().stream, owned.intake->bytes_in_flight(), 0);
  options.tally->leave(*owned.intake);
  owned.durable = owned.intake->durable_offset();
  owned.intake.reset();
}

} // namespace aepro
