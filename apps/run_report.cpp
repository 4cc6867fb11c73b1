#include "apps/run_report.hpp"

#include <fmt/format.h>

namespace aepro {

namespace {

using clock = run_milestones::clock;

void note_once(clock::time_point& instant, bool happened, clock::time_point now) {
  if (happened && instant == clock::time_point{})
    instant = now;
}

nlohmann::ordered_json milliseconds_of(clock::time_point instant) {
  if (instant == clock::time_point{})
    return nullptr;
  using std::chrono::milliseconds;
  return std::chrono::duration_cast<milliseconds>(instant.time_since_epoch()).count();
}

nlohmann::ordered_json json_of(const latency_histogram& latency) {
  return {{"records", latency.total()},         {"p50", latency.percentile(0.5)},
          {"p90", latency.percentile(0.9)},     {"p99", latency.percentile(0.99)},
          {"p99.9", latency.percentile(0.999)}, {"max", latency.percentile(1)}};
}

nlohmann::ordered_json counts_of(std::uint64_t read, const verdict_counts& counts) {
  return {{"read", read},
          {"accepted", counts.accepted},
          {"rejected", counts.rejected},
          {"duplicate", counts.duplicate},
          {"conflict", counts.conflict},
          {"in_flight", read - counts.total()}};
}

} // namespace

void run_milestones::note(const ingest_status& status, clock::time_point now) {
  note_once(group_joined_, status.assigned_once, now);
  note_once(reading_, status.read_records > 0, previous_);
  note_once(subjects_caught_up_, status.subjects_caught_up, now);
  if (status.idle_seconds > 0)
    last_activity_ = now - std::chrono::duration_cast<clock::duration>(
                               std::chrono::duration<double>(status.idle_seconds));
  previous_ = now;
}

nlohmann::ordered_json run_milestones::to_json() const {
  return {{"started", milliseconds_of(started_)},
          {"group_joined", milliseconds_of(group_joined_)},
          {"reading", milliseconds_of(reading_)},
          {"subjects_caught_up", milliseconds_of(subjects_caught_up_)},
          {"last_activity", milliseconds_of(last_activity_)}};
}

std::uint64_t in_flight(const ingest_status& status) {
  return status.read_records - status.counts.total();
}

std::string run_summary(const ingest_status& status, std::optional<std::uint64_t> at_signal,
                        const std::optional<outbound_status>& published,
                        const std::optional<notifier_status>& told) {
  const auto& counts = status.counts;
  auto text = fmt::format(
      "aepro: read {} = accepted {} + rejected {} + duplicate {} + conflict {} + in flight {}",
      status.read_records, counts.accepted, counts.rejected, counts.duplicate, counts.conflict,
      status.read_records - counts.total());
  if (at_signal) {
    const auto left = in_flight(status);
    text += fmt::format("\naepro: told to stop with {} in flight; {}", *at_signal,
                        left == 0 ? "all settled"
                                  : fmt::format("{} left to whoever reads them next", left));
  }
  if (published)
    text += fmt::format("\naepro: published {} dead letters, {} ledger anchors{}",
                        published->dead_letters, published->anchors,
                        published->complete ? "" : "; the rest waits in the store");
  if (told && !told->channels.empty())
    text += fmt::format("\naepro: took up {} alerts, {} reached somebody{}", told->taken_up,
                        told->delivered, told->complete ? "" : "; the rest waits in the store");
  return text;
}

nlohmann::ordered_json run_report(const ingest_status& status, const run_milestones& milestones,
                                  std::optional<std::uint64_t> at_signal,
                                  const std::optional<outbound_status>& published,
                                  const std::optional<notifier_status>& told) {
  auto report = counts_of(status.read_records, status.counts);
  report["in_flight_at_signal"] =
      at_signal ? nlohmann::ordered_json(*at_signal) : nlohmann::ordered_json();
  report["retries"] = status.retries;
  report["latency_ms"] = json_of(status.latency);
  for (const auto which : all_lanes)
    report["lanes"][std::string(name_of(which))]["latency_ms"] = json_of(status.lanes[which].all);
  report["unix_ms"] = milestones.to_json();
  auto streams = nlohmann::ordered_json::array();
  for (const auto& stream : status.streams) {
    auto one = counts_of(stream.read_records, stream.counts);
    one["topic"] = stream.stream.topic;
    one["partition"] = stream.stream.partition;
    one["next_offset"] = stream.next_offset;
    one["late"] = stream.late_records;
    one["late_batches"] = stream.late_batches;
    streams.push_back(std::move(one));
  }
  report["streams"] = std::move(streams);
  if (published)
    report["published"] = {{"dead_letters", published->dead_letters},
                           {"anchors", published->anchors},
                           {"complete", published->complete}};
  if (told)
    report["told"] = {{"taken_up", told->taken_up},
                      {"delivered", told->delivered},
                      {"exhausted", told->exhausted},
                      {"complete", told->complete}};
  return report;
}

} // namespace aepro
