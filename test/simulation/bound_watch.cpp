#include "bound_watch.hpp"

#include "actors/ingest/ingest_actor.hpp"
#include "actors/notifier/notifier_actor.hpp"
#include "actors/validation/registry_actor.hpp"
#include "actors/validation/validation_actor.hpp"
#include "messages/error_text.hpp"

#include <algorithm>
#include <typeinfo>

namespace aepro::simulation {

namespace {

/// How much there may be of something, and what of it each lane keeps. Counted apart from the
/// product's own arithmetic.
struct allowance {
  std::size_t all = 0;
  per_lane<std::size_t> kept;

  /// What `which` has, and what the others have or may take at any time.
  std::size_t with_kept(lane which, const per_lane<std::size_t>& used) const {
    auto sum = used[which];
    for (const auto one : all_lanes)
      sum += one == which ? 0 : std::max(used[one], kept[one]);
    return sum;
  }

  bool has_left(lane which, const per_lane<std::size_t>& used) const {
    return used[which] < kept[which] || with_kept(which, used) < all;
  }

  bool is_kept(lane which, const per_lane<std::size_t>& used) const {
    return used[which] <= kept[which] || with_kept(which, used) <= all;
  }
};

allowance batches_of(const ingest_state& ingest) {
  allowance made{ingest.window.batches(), {}};
  for (const auto one : all_lanes) // One at least, whatever the window.
    made.kept[one] = 1 + (made.all - std::min(made.all, all_lanes.size())) *
                             ingest.options.lanes.shares[one] / 100;
  return made;
}

allowance bytes_of(const ingest_state& ingest) {
  allowance made{ingest.options.credit.bytes_max, {}};
  for (const auto one : all_lanes)
    made.kept[one] = made.all * ingest.options.lanes.shares[one] / 100;
  return made;
}

/// One batch to work on, and one so that it need not wait for the next.
void check(const validation_state& pool, trace& log) {
  for (const auto& one : pool.workers)
    if (one.load.batches > 2 || one.load.of_others > one.load.batches)
      log.violated("bounds: worker {} holds {} batches, {} of them of other lanes", one.number,
                   one.load.batches, one.load.of_others);
}

void check(const registry_state& registry, trace& log) {
  if (registry.cache.size() > registry.options.cache.entries_max)
    log.violated("bounds: {} of {} subjects are kept", registry.cache.size(),
                 registry.options.cache.entries_max);
}

/// A flood is taken at once where any place is free, and may come to as many messages as it has
/// alerts.
void check(const notifier_state& notifier, trace& log) {
  const auto& options = notifier.options;
  const auto flood = options.digests.are_made() ? options.digests.limits.count_max : 0;
  if (notifier.in_flight > options.in_flight_max + flood)
    log.violated("bounds: {} deliveries are begun, {} may be, and {} of a flood",
                 notifier.in_flight, options.in_flight_max, flood);
}

template <class Actor>
const Actor* as(const caf::local_actor& actor) {
  return typeid(actor) == typeid(Actor) ? dynamic_cast<const Actor*>(&actor) : nullptr;
}

} // namespace

void bound_watch::check(const caf::local_actor& actor) {
  if (actor.getf(caf::abstract_actor::is_terminated_flag))
    return; // Its state is gone.
  if (const auto* ingest = as<ingest_impl>(actor))
    check(ingest->state, before_[actor.id()]);
  else if (const auto* pool = as<validation_impl>(actor))
    simulation::check(pool->state, log_);
  else if (const auto* registry = as<registry_impl>(actor))
    simulation::check(registry->state, log_);
  else if (const auto* notifier = as<notifier_impl>(actor))
    simulation::check(notifier->state, log_);
}

void bound_watch::check(const ingest_state& ingest, in_flight& before) {
  const auto now = check_streams(ingest);
  if (now.bytes.values != ingest.bytes_in_flight.values)
    log_.violated("bounds: ingest counts {} bytes in flight, and holds {}",
                  sum_of(ingest.bytes_in_flight), sum_of(now.bytes));
  check_batches(ingest, before, now);
  check_bytes(ingest, before, now);
  before = now;
}

/// Of each partition. What the batch that was read last takes is not known before it is read, so
/// that one may pass the limit of bytes. Durable is what was committed in the claim's own epoch: no
/// answer of an earlier one counts.
bound_watch::in_flight bound_watch::check_streams(const ingest_state& ingest) const {
  in_flight all;
  const auto& limits = ingest.options.intake;
  for (const auto& [stream, owned] : ingest.streams) {
    if (!owned.intake)
      continue;
    const auto held = owned.intake->held();
    if (held.batches != owned.intake->batches_in_flight() ||
        held.bytes != owned.intake->bytes_in_flight())
      log_.violated("bounds: {} counts {} batches and {} bytes in flight, and holds {} and {}",
                    text_of(stream), owned.intake->batches_in_flight(),
                    owned.intake->bytes_in_flight(), held.batches, held.bytes);
    if (held.batches > limits.batches_in_flight_max)
      log_.violated("bounds: {} has {} of {} batches in flight", text_of(stream), held.batches,
                    limits.batches_in_flight_max);
    if (held.batches > 0 && held.bytes - held.newest_bytes >= limits.bytes_in_flight_max)
      log_.violated("bounds: {} has {} of {} bytes in flight, and took more", text_of(stream),
                    held.bytes - held.newest_bytes, limits.bytes_in_flight_max);
    const auto& claim = owned.intake->claim();
    const auto committed = std::max(claim.next_offset, model_.committed_in(stream, claim.epoch));
    if (owned.intake->durable_offset() > committed)
      log_.violated("settled: {} is said to be durable up to {}, in epoch {} it is up to {}",
                    text_of(stream), owned.intake->durable_offset(), claim.epoch, committed);
    const auto which = ingest.lane_of(stream);
    all.batches[which] += held.batches;
    all.bytes[which] += held.bytes;
  }
  return all;
}

/// A lane that takes more keeps to its own share, or to what the window has beyond the others'. A
/// window or a brake that has become smaller takes nothing back, and a window that has become
/// larger lets each lane have its larger share, whoever has the rest; so only the lanes that take
/// are looked at, and all of them only where the window never moves.
void bound_watch::check_batches(const ingest_state& ingest, const in_flight& before,
                                const in_flight& now) const {
  const auto allowed = batches_of(ingest);
  for (const auto which : all_lanes) {
    const bool takes = now.batches[which] > before.batches[which];
    if ((takes || !ingest.options.window.is_adaptive) && !allowed.is_kept(which, now.batches))
      log_.violated(
          "bounds: lane {} has {} batches in flight, {} with what is kept for others, of {}",
          name_of(which), now.batches[which], allowed.with_kept(which, now.batches), allowed.all);
    if (takes && which != lane::adverse_events && now.batches[which] > ingest.brake.batches())
      log_.violated("bounds: lane {} takes its batch {} against the brake at {}", name_of(which),
                    now.batches[which], ingest.brake.batches());
  }
}

/// Whether there are bytes left is known before a poll; then each stream may take one batch more,
/// however large.
void bound_watch::check_bytes(const ingest_state& ingest, const in_flight& before,
                              const in_flight& now) const {
  const auto allowed = bytes_of(ingest);
  for (const auto which : all_lanes)
    if (now.bytes[which] > before.bytes[which] && !allowed.has_left(which, before.bytes))
      log_.violated("bounds: lane {} takes more than its {} bytes in flight, {} with what is kept "
                    "for others, of {}",
                    name_of(which), before.bytes[which], allowed.with_kept(which, before.bytes),
                    allowed.all);
}

} // namespace aepro::simulation
