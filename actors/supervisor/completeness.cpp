#include "actors/supervisor/completeness.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace aepro {

namespace {

const stored_progress* find_stored(const stream_status& stream, std::span<const stored_progress> stored) {
  const auto found = std::find_if(stored.begin(), stored.end(), [&](const stored_progress& one) {
    return one.stream == stream.stream && one.epoch == stream.epoch;
  });
  return found == stored.end() ? nullptr : &*found;
}

std::string name_of(const stream_name& stream) {
  return fmt::format("{}/{}", stream.topic, stream.partition);
}

double seconds_of(std::chrono::milliseconds duration) {
  return std::chrono::duration<double>(duration).count();
}

} // namespace

void name_holders(std::span<stream_status> streams, std::span<const stored_progress> stored) {
  for (auto& stream : streams) {
    const auto* held = find_stored(stream, stored);
    if (held != nullptr && stream.holder != batch_holder::none && held->oldest_begin_offset
        && held->oldest_begin_offset == stream.oldest_begin_offset)
      stream.holder = batch_holder::storage;
  }
}

std::vector<completeness_check> compare_drained(std::span<const stream_status> streams,
                                                std::span<const stored_progress> stored) {
  std::vector<completeness_check> checks;
  for (const auto& stream : streams)
    if (const auto* held = find_stored(stream, stored); held != nullptr && held->next_offset == stream.next_offset)
      checks.push_back({stream.stream, stream.next_offset, stream.read_records - stream.in_flight_records,
                        held->counts.total()});
  return checks;
}

std::string difference_text(const completeness_check& check) {
  return fmt::format("{}: before offset {} ingest has read {} records, storage has settled {}; stop the node and run "
                     "`aepro verify`",
                     name_of(check.stream), check.next_offset, check.read, check.settled);
}

std::vector<std::string> health_troubles(const node_status& status) {
  std::vector<std::string> troubles;
  for (const auto& stage : status.stages)
    if (!stage.running && !status.draining)
      troubles.push_back(fmt::format("{} is not running: {}", stage.name, stage.last_reason));
  for (const auto& stage : status.silent_stages)
    troubles.push_back(fmt::format("{} does not answer", stage));
  for (const auto& check : status.incomplete)
    troubles.push_back(difference_text(check));
  if (status.told.exhausted > 0)
    troubles.push_back(fmt::format("{} alerts reached nobody, or nobody acknowledged them; `aepro alerts list --state "
                                   "exhausted` shows them, `aepro alerts ack` or `retry` settles each",
                                   status.told.exhausted));
  for (const auto& pool : status.pools)
    if (pool.workers_stuck > 0)
      troubles.push_back(fmt::format("pool {}: {} of {} workers hang in a batch; restart the node to get them back",
                                     pool.name, pool.workers_stuck, pool.size));
  for (const auto& stream : status.intake.streams) {
    if (stream.is_stuck)
      troubles.push_back(fmt::format("{}: it was claimed anew {} times, and still {} does not answer",
                                     name_of(stream.stream), stream.rebuilds, to_string(stream.holder)));
    if (stream.state == stream_state::fenced)
      troubles.push_back(fmt::format("{}: another owner has claimed it", name_of(stream.stream)));
    if (stream.deadline.count() > 0 && stream.watermark_age > stream.deadline)
      troubles.push_back(fmt::format("{}: its oldest record is not durable after {:.1f} s, its deadline is {:.1f} s; "
                                     "{} has it",
                                     name_of(stream.stream), seconds_of(stream.watermark_age),
                                     seconds_of(stream.deadline), to_string(stream.holder)));
  }
  return troubles;
}

std::string to_string(batch_holder holder) {
  switch (holder) {
    case batch_holder::none: return "";
    case batch_holder::ingest: return "ingest";
    case batch_holder::validation: return "validation";
    case batch_holder::storage: return "storage";
  }
  return "";
}

std::string to_string(stream_state state) {
  switch (state) {
    case stream_state::claiming: return "claiming";
    case stream_state::waiting: return "waiting";
    case stream_state::running: return "running";
    case stream_state::retrying: return "retrying";
    case stream_state::fenced: return "fenced";
    case stream_state::paused: return "paused";
    case stream_state::handing_over: return "handing over";
  }
  return "";
}

} // namespace aepro
