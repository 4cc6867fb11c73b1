#include "lane_watch.hpp"

#include "actors/storage/storage_actor.hpp"
#include "actors/validation/validation_actor.hpp"

#include <algorithm>

namespace aepro::simulation {

namespace {

constexpr auto urgent = lane::adverse_events;

/// Little work may wait for the end of an adverse events' transaction, and for none of others'.
void check(const storage_state& storage, trace& log) {
  const auto idle = storage.places.idle();
  const auto of_others = storage.places.others();
  if (!log.faults().contains("hang") &&
      of_others > storage.options.lanes.places_of_others(storage.places.size()))
    log.violated("lanes: {} of {} writers write what is not urgent", of_others,
                 storage.places.size());
  if (idle > 0 && !storage.places.writes(urgent) && storage.queue.records_ready()[urgent] > 0)
    log.violated("lanes: adverse events wait beside {} idle writers", idle);
}

/// Where a worker hangs, the pool has fewer places from one moment to the next, until another takes
/// its place.
void check(const validation_state& pool, trace& log) {
  const bool any_hangs =
      std::ranges::any_of(pool.workers, [&](const auto& one) { return pool.is_stuck(one); });
  std::size_t places = 0, held = 0, of_others = 0;
  for (const auto& one : pool.loads())
    if (!one.leaving) {
      places += worker_load::batches_max;
      held += one.batches;
      of_others += one.of_others;
    }
  if (!any_hangs && of_others > pool.options->lanes.places_of_others(places))
    log.violated("lanes: of {} places in validation {} have what is not urgent", places, of_others);
  if (held < places && pool.queue.size(urgent) > 0)
    log.violated("lanes: adverse events wait beside {} free places in validation", places - held);
}

template <class Actor>
void check_if(const caf::local_actor& actor, trace& log) {
  if (const auto* found = dynamic_cast<const Actor*>(&actor))
    check(found->state, log);
}

} // namespace

void check_lanes(const caf::local_actor& actor, trace& log) {
  if (actor.getf(caf::abstract_actor::is_terminated_flag))
    return; // Its state is gone.
  check_if<storage_impl>(actor, log);
  check_if<validation_impl>(actor, log);
}

} // namespace aepro::simulation
