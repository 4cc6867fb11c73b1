#include "actors/supervisor/completeness.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>

namespace aepro {

namespace {

const stored_progress* find_stored(const stream_status& stream,
                                   std::span<const stored_progress> stored) {
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
    if (held != nullptr && stream.holder != batch_holder::none && held->oldest_begin_offset &&
        held->oldest_begin_offset == stream.oldest_begin_offset)
      stream.holder = batch_holder::storage;
  }
}

std::vector<completeness_check> compare_drained(std::span<const stream_status> streams,
                                                std::span<const stored_progress> stored) {
  std::vector<completeness_check> checks;
  for (const auto& stream : streams)
    if (const auto* held = find_stored(stream, stored);
        held != nullptr && held->next_offset == stream.next_offset)
      checks.push_back({stream.stream, stream.next_offset,
                        stream.read_records - stream.in_flight_records, held->counts.total()});
  return checks;
}

std::string difference_text(const completeness_check& check) {
  return fmt::format("{}: before offset {} ingest has read {} records, storage has settled {}; "
                     "stop the node and run "
                     "`aepro verify`",
                     name_of(check.stream), check.next_offset, check.read, check.settled);
}

namespace {

struct trouble {
  std::string_view alarm; ///< Rule; empty: it is seen in `aepro status` only.
  std::string text;
};

void add_stages(const node_status& status, std::vector<trouble>& found) {
  for (const auto& stage : status.stages)
    if (!stage.running && !status.draining)
      found.push_back(
          {"stage-down", fmt::format("{} is not running: {}", stage.name, stage.last_reason)});
  for (const auto& stage : status.silent_stages)
    found.push_back({"stage-down", fmt::format("{} does not answer", stage)});
}

/// The intake goes on without them, so that nobody would notice.
void add_broken(const node_status& status, std::vector<trouble>& found) {
  const std::pair<std::string_view, std::string> all[] = {
      {"publisher", status.published.broken},
      {"notifier", status.told.broken},
      {"clocks", status.clocks ? status.clocks->broken : std::string()},
      {"review", status.reviews ? status.reviews->broken : std::string()}};
  for (const auto& [stage, text] : all)
    if (!text.empty())
      found.push_back(
          {"stage-down", fmt::format("{}: the store refuses what it needs, and no retry "
                                     "mends that: {}; `aepro verify` looks for damage",
                                     stage, text)});
}

void add_channels(const node_status& status, std::vector<trouble>& found) {
  constexpr std::chrono::minutes failing_max{1};
  for (const auto& channel : status.told.channels)
    if (channel.failing_for > failing_max)
      found.push_back(
          {"channel-failing",
           fmt::format("channel {}: every try has failed for {:.0f} s; `aepro alerts list "
                       "--state waiting` says what waits, `aepro alerts show ID` why",
                       channel.name, seconds_of(channel.failing_for))});
}

void add_streams(const node_status& status, std::vector<trouble>& found) {
  for (const auto& stream : status.intake.streams) {
    if (stream.is_stuck)
      found.push_back(
          {"partition-stuck",
           fmt::format("{}: it was claimed anew {} times, and still {} does not answer",
                       name_of(stream.stream), stream.rebuilds, to_string(stream.holder))});
    if (stream.state == stream_state::fenced)
      found.push_back(
          {"", fmt::format("{}: another owner has claimed it", name_of(stream.stream))});
    const bool is_late = stream.deadline.count() > 0 && stream.watermark_age > stream.deadline;
    if (is_late && stream.state == stream_state::claiming)
      found.push_back({"partition-stuck",
                       fmt::format("{}: nothing of it is stored for {:.1f} s: it cannot be claimed "
                                   "while the store does not answer, or refuses",
                                   name_of(stream.stream), seconds_of(stream.watermark_age))});
    else if (is_late)
      found.push_back(
          {"partition-stuck",
           fmt::format(
               "{}: its oldest record is not durable after {:.1f} s, its deadline is {:.1f} s; "
               "{} has it",
               name_of(stream.stream), seconds_of(stream.watermark_age),
               seconds_of(stream.deadline), to_string(stream.holder))});
  }
}

std::vector<trouble> find_troubles(const node_status& status) {
  std::vector<trouble> found;
  add_stages(status, found);
  add_broken(status, found);
  if (constexpr std::chrono::seconds group_wait_max{30}; status.intake.group_wait > group_wait_max)
    found.push_back({"brokers-unreachable",
                     fmt::format("the group has not answered for {:.0f} s: are the brokers "
                                 "reached, and is the node let in?",
                                 seconds_of(status.intake.group_wait))});
  for (const auto& check : status.incomplete)
    found.push_back({"completeness-broken", difference_text(check)});
  if (status.told.exhausted > 0)
    found.push_back(
        {"",
         fmt::format(
             "{} alerts reached nobody, or nobody acknowledged them; `aepro alerts list --state "
             "exhausted` shows them, `aepro alerts ack` or `retry` settles each",
             status.told.exhausted)});
  for (const auto& pool : status.pools)
    if (pool.workers_stuck > 0)
      found.push_back(
          {"workers-hang",
           fmt::format("pool {}: {} of {} workers hang in a batch; restart the node to get "
                       "them back",
                       pool.name, pool.workers_stuck, pool.size)});
  add_channels(status, found);
  add_streams(status, found);
  return found;
}

} // namespace

std::vector<std::string> health_troubles(const node_status& status) {
  std::vector<std::string> texts;
  for (auto& one : find_troubles(status))
    texts.push_back(std::move(one.text));
  return texts;
}

system_alarms find_alarms(const node_status& status) {
  constexpr std::size_t named_max = 5; // A store that stands still stops every partition.
  std::map<std::string_view, std::vector<std::string>> by_rule;
  for (auto& one : find_troubles(status))
    if (!one.alarm.empty())
      by_rule[one.alarm].push_back(std::move(one.text));
  system_alarms alarms;
  for (auto& [rule, texts] : by_rule) {
    const auto more = texts.size() - std::min(texts.size(), named_max);
    texts.resize(texts.size() - more);
    if (more > 0)
      texts.push_back(fmt::format("and {} more: `aepro status` names them", more));
    alarms.push_back({std::string{rule}, fmt::format("{}", fmt::join(texts, "\n"))});
  }
  return alarms;
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
