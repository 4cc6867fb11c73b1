/// The part of ingest that looks whether the store still has what it has settled: a fail-over may
/// forget commits, and a stream that has nothing new to write would never find out.

#include "actors/common/log.hpp"
#include "actors/common/reach.hpp"
#include "actors/ingest/ingest_actor.hpp"
#include "messages/error_text.hpp"

#include <algorithm>

namespace aepro {

void ingest_state::check_store(time_point now) {
  if (draining || store_check_in_flight || now - last_store_check < options.store_check_interval)
    return;
  last_store_check = now;
  std::map<stream_name, stream_claim> expected;
  for (const auto& [stream, owned] : streams)
    if (owned.state == stream_state::running)
      expected[stream] = {.stream = stream,
                          .epoch = owned.intake->claim().epoch,
                          .next_offset = owned.intake->durable_offset()};
  if (expected.empty())
    return;
  store_check_in_flight = true;
  self->request(storage, options.intake.deadline, partitions_atom_v)
      .then(
          [this, expected = std::move(expected)](const partition_states& stored) {
            store_check_in_flight = false;
            compare(expected, stored);
          },
          [this](const caf::error&) {
            store_check_in_flight = false;
          }); // Asked again; who writes hears of it anyway.
}

/// `expected` is what was settled when the store was asked. Where it has less now, commits are
/// gone.
void ingest_state::compare(const std::map<stream_name, stream_claim>& expected,
                           const partition_states& stored) {
  const auto now = self->clock().now();
  for (const auto& [stream, known] : expected) {
    const auto found = streams.find(stream);
    if (found == streams.end() || found->second.state != stream_state::running ||
        found->second.intake->claim().epoch != known.epoch)
      continue;
    const auto held =
        std::find_if(stored.begin(), stored.end(),
                     [&name = stream](const stream_claim& state) { return state.stream == name; });
    if (held != stored.end() && held->epoch >= known.epoch &&
        held->next_offset >= known.next_offset)
      continue;
    reached<"store-forgot-commits">();
    if (const auto more = throttle.admit("store-forgot-commits", now))
      log::warn("ingest", "store-forgot-commits",
                "{}: the store stands at offset {}, though it had settled all before {} (and {} "
                "more like this): was it "
                "restored from a backup, or did it fail over? What is missing is read again",
                text_of(stream), held == stored.end() ? -1 : held->next_offset, known.next_offset,
                *more);
    fenced(stream, found->second, now, "the store has less than it had");
  }
}

} // namespace aepro
