#include "actors/ingest/ingest_actor.hpp"

#include "actors/common/log.hpp"

namespace aepro {

/// A record that came to a stream whose newest had been read before has waited for nobody: its
/// stamp says what time it is.
void ingest_state::compare_clocks(owned_stream& owned, const records_fetched& event,
                                  time_point now) {
  if (!options.stamps_tell_time || event.records.empty())
    return;
  const auto& newest = event.records.back();
  const auto end = source->high_watermark(event.stream);
  const bool was_at_end = std::exchange(owned.at_end, end >= 0 && newest.offset + 1 >= end);
  if (!was_at_end || !owned.at_end)
    return;
  const auto wall = options.wall();
  const auto ahead = stamps.observe(newest.timestamp, wall, now);
  if (!ahead)
    return;
  const auto warning =
      options.clock->compare(wall, wall + ahead->count(), wall,
                             "the one by which the broker or the producers stamp records", false);
  if (!warning)
    return;
  if (const auto held = throttle.admit("clock-differs", now))
    log::warn("ingest", "clock-differs", "{} (and {} more like this)", *warning, *held);
}

} // namespace aepro
