/// The part of ingest that takes streams over: claims, the subjects' catch-up before the first, and
/// fences.

#include "actors/common/log.hpp"
#include "actors/common/reach.hpp"
#include "actors/ingest/ingest_actor.hpp"
#include "messages/error_text.hpp"

#include <fmt/format.h>

namespace aepro {

namespace {

using std::chrono::milliseconds;
constexpr milliseconds gate_check_interval{50};
constexpr milliseconds gate_retry_interval{
    1'000}; // Where the broker does not answer, or has no such topic.
constexpr milliseconds watermarks_patience{5'000};

} // namespace

void ingest_state::claim_streams(time_point now) {
  if (draining)
    return;
  for (auto& [stream, owned] : streams) {
    const bool wanted =
        owned.state == stream_state::claiming || owned.state == stream_state::fenced;
    if (!wanted || owned.claim_in_flight || now < owned.next_step)
      continue;
    owned.claim_in_flight = true;
    if (!owned.claim_asked_at)
      owned.claim_asked_at = now;
    self->request(storage, options.intake.deadline, claim_atom_v, stream)
        .then([this, stream = stream, generation = owned.generation](
                  const stream_claim& claim) { claimed(stream, generation, claim); },
              [this, stream = stream, generation = owned.generation](const caf::error& reason) {
                claim_failed(stream, generation, reason);
              });
  }
}

void ingest_state::claimed(const stream_name& stream, std::uint64_t generation,
                           const stream_claim& claim) {
  const auto found = streams.find(stream);
  if (found == streams.end() || found->second.generation != generation)
    return;
  auto& owned = found->second;
  owned.claim_in_flight = false;
  owned.claim_asked_at.reset();
  owned.claim_retry.reset();
  owned.is_stuck = owned.is_stuck && owned.was_rebuilt;
  options.tally->claimed(claim);
  if (owned.state == stream_state::handing_over) {
    wake(); // It goes on to its next owner.
    return;
  }
  auto intake = options.intake;
  intake.deadline = deadline_of(stream);
  const auto earlier = options.tally->unsettled(stream);
  owned.intake = std::make_unique<partition_intake>(claim, intake, earlier);
  if (!owned.was_rebuilt || claim.next_offset > owned.durable)
    owned.waits_since.reset(); // It is claimed, or what hung was stored after all.
  owned.committed = claim.next_offset;
  owned.claimed_at = self->clock().now();
  owned.state = stream_state::waiting;
  start_streams();
}

void ingest_state::claim_failed(const stream_name& stream, std::uint64_t generation,
                                const caf::error& reason) {
  if (!is_transient(code_of(reason))) {
    stop_node(code_of(reason), fmt::format("claim of {}: {}", text_of(stream), error_text(reason)));
    return;
  }
  const auto found = streams.find(stream);
  if (found == streams.end() || found->second.generation != generation)
    return;
  found->second.claim_in_flight = false;
  if (code_of(reason) != errc::deadline_exceeded)
    found->second.claim_asked_at.reset();
  if (found->second.state == stream_state::handing_over) {
    wake();
    return;
  }
  const auto now = self->clock().now();
  found->second.next_step = now + wait_of_refused(found->second, now);
  if (const auto held = throttle.admit("claim", now))
    log::warn("ingest", "claim-failed", "{}: {} (and {} more like this); trying again",
              text_of(stream), error_text(reason), *held);
}

/// As a batch's: a store that comes back is not asked for all partitions of all nodes in one
/// moment.
std::chrono::milliseconds ingest_state::wait_of_refused(owned_stream& owned, time_point now) {
  const milliseconds drawn = owned.claim_retry.next(random());
  return retries_left.take(now) ? drawn : options.intake.retry.backoff_max;
}

void ingest_state::start_streams() {
  for (auto& [stream, owned] : streams) {
    if (owned.state != stream_state::waiting || !gate.admits(stream.topic))
      continue;
    const auto& claim = owned.intake->claim();
    if (auto failure = source->start(stream, claim.next_offset)) {
      owned.state = stream_state::claiming;
      owned.next_step = self->clock().now() + options.fenced_wait;
      log::warn("ingest", "start-failed", "{}: {}", text_of(stream), error_text(failure));
      continue;
    }
    owned.state = stream_state::running;
    log::info("ingest", "partition-started", "topic {} partition {} epoch {} next_offset {}",
              stream.topic, stream.partition, claim.epoch, claim.next_offset);
  }
}

void ingest_state::check_catch_up(time_point now) {
  if (gate.is_open() || !assigned_once || gate_request_in_flight || now < gate_next_check)
    return;
  gate_next_check = now + gate_check_interval;
  if (!gate.has_targets()) {
    gate_request_in_flight = true;
    source->ask_watermarks(options.subjects_topic, watermarks_patience);
    return;
  }
  gate_request_in_flight = true;
  self->request(storage, options.intake.deadline, partitions_atom_v)
      .then(
          [this](const partition_states& stored) {
            gate_request_in_flight = false;
            if (!gate.observe(stored, self->clock().now()))
              return;
            if (gate.gave_up())
              log::warn("ingest", "subjects-not-caught-up",
                        "waited {} ms for topic {}; events of subjects not read yet get a finding",
                        options.catch_up_max.count(), options.subjects_topic);
            start_streams();
          },
          [this](const caf::error&) { gate_request_in_flight = false; });
}

void ingest_state::handle(watermarks_told&& event) {
  const auto now = self->clock().now();
  gate_request_in_flight = false;
  if (!event.marks) {
    const auto& reason = event.marks.error();
    gate_next_check = now + gate_retry_interval;
    handle(source_failed{code_of(reason), stream_name{event.topic, -1}, error_text(reason)});
    return;
  }
  std::map<stream_name, std::int64_t> targets;
  for (const auto& mark : *event.marks)
    if (mark.high > mark.low)
      targets.emplace(mark.stream, mark.high);
  gate.wait_for(std::move(targets), now + options.catch_up_max);
  gate_next_check = now;
}

/// Soon at first: a claim that a former owner had under way may have come after ours. A rival that
/// comes again and again gets ever more room, up to fenced_wait.
std::chrono::milliseconds ingest_state::wait_of_fenced(owned_stream& owned, time_point now) const {
  constexpr int doublings = 6;
  if (now - owned.claimed_at >= options.fenced_wait)
    owned.fences = 0;
  const auto shift = doublings - std::min(owned.fences++, doublings);
  return std::max(options.fenced_wait / (1 << shift), milliseconds{1});
}

/// Another node or a later claim writes this stream. If the group still says it is ours, it is
/// claimed anew.
void ingest_state::fenced(const stream_name& stream, owned_stream& owned, time_point now,
                          std::string_view why) {
  reached<"partition-fenced">();
  log::warn("ingest", "partition-fenced", "topic {} partition {} epoch {}: {}", stream.topic,
            stream.partition, owned.intake->claim().epoch, why);
  source->stop(stream);
  leave(owned);
  if (owned.state == stream_state::handing_over) {
    wake(); // Nothing is left to wait for.
    return;
  }
  owned.state = stream_state::fenced;
  owned.next_step = now + wait_of_fenced(owned, now);
  owned.generation = ++generations;
}

} // namespace aepro
