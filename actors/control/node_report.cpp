#include "actors/control/node_report.hpp"

#include "actors/supervisor/completeness.hpp"

namespace aepro {

namespace {

using json = nlohmann::ordered_json;

json to_json(const stream_status& stream) {
  json lag; // null: not known.
  if (stream.high_watermark >= 0)
    lag = std::max<std::int64_t>(0, stream.high_watermark -
                                        std::max<std::int64_t>(0, stream.next_offset));
  return {{"topic", stream.stream.topic},
          {"partition", stream.stream.partition},
          {"state", to_string(stream.state)},
          {"next_offset", stream.next_offset},
          {"read", stream.read_records},
          {"accepted", stream.counts.accepted},
          {"rejected", stream.counts.rejected},
          {"duplicate", stream.counts.duplicate},
          {"conflict", stream.counts.conflict},
          {"in_flight", stream.in_flight_records},
          {"late", stream.late_records},
          {"late_batches", stream.late_batches},
          {"lag_records", lag},
          {"watermark_age_seconds", std::chrono::duration<double>(stream.watermark_age).count()},
          {"holder", to_string(stream.holder)},
          {"rebuilds", stream.rebuilds},
          {"stuck", stream.is_stuck}};
}

json to_json(const latency_histogram& recent) {
  return {{"records", recent.total()},         {"p50", recent.percentile(0.5)},
          {"p90", recent.percentile(0.9)},     {"p99", recent.percentile(0.99)},
          {"p99.9", recent.percentile(0.999)}, {"max", recent.percentile(1)}};
}

json to_json(const per_lane<lane_latencies>& lanes) {
  json all;
  for (const auto which : all_lanes)
    all[std::string(name_of(which))] = {{"latency_ms", to_json(lanes[which].recent)}};
  return all;
}

json to_json(const pool_status& pool) {
  return {{"name", pool.name},
          {"size", pool.size},
          {"workers_running", pool.workers_running},
          {"workers_idle", pool.workers_idle},
          {"workers_stuck", pool.workers_stuck},
          {"workers_left_behind", pool.workers_left_behind},
          {"restarts", pool.restarts},
          {"waiting_batches", pool.waiting_batches}};
}

json to_json(const breaker_status& breaker) {
  return {
      {"requests", breaker.requests}, {"accepts", breaker.accepts}, {"refused", breaker.refused}};
}

json to_json(const channel_status& channel) {
  return {{"name", channel.name},
          {"delivered", channel.delivered},
          {"failed", channel.failed},
          {"refused", channel.refused},
          {"waiting", channel.waiting},
          {"held_back", channel.held_back},
          {"failing_seconds", channel.failing_for.count() / 1'000}};
}

json to_json(const stage_status& stage) {
  return {{"name", stage.name},
          {"running", stage.running},
          {"restarts", stage.restarts},
          {"last_reason", stage.last_reason}};
}

json to_json(const control_record& command) {
  using std::chrono::milliseconds;
  return {
      {"unix_ms", std::chrono::duration_cast<milliseconds>(command.at.time_since_epoch()).count()},
      {"uid", command.uid},
      {"command", command.command},
      {"ok", command.done},
      {command.done ? "outcome" : "error", command.text}};
}

template <class T>
json list_of(const std::vector<T>& all) {
  auto list = json::array();
  for (const auto& one : all)
    list.push_back(to_json(one));
  return list;
}

json to_json(const notifier_status& told) {
  return {{"taken_up", told.taken_up},
          {"delivered", told.delivered},
          {"exhausted", told.exhausted},
          {"in_flight", told.in_flight},
          {"channels", list_of(told.channels)}};
}

json to_json(const std::optional<clock_status>& clocks) {
  if (!clocks)
    return nullptr;
  return {{"made", clocks->made},
          {"told", clocks->told},
          {"running", clocks->running},
          {"missed", clocks->missed}};
}

json to_json(const std::optional<review_status>& reviews) {
  if (!reviews)
    return nullptr;
  return {{"forms", reviews->forms}, {"told", reviews->told}, {"behind", reviews->behind}};
}

json to_json(const acknowledge_status& done) {
  return {{"shown", done.shown},
          {"acknowledged", done.acknowledged},
          {"repeated", done.repeated},
          {"outdated", done.outdated},
          {"wrong_links", done.wrong_links},
          {"turned_away", done.turned_away},
          {"wrong_messages", done.wrong_messages}};
}

} // namespace

json node_report(const node_identity& identity, const node_status& status) {
  const auto troubles = health_troubles(status);
  return {{"source", "node"},
          {"node",
           {{"group", identity.group},
            {"instance_id", identity.instance_id},
            {"process", identity.process},
            {"socket", identity.socket},
            {"draining", status.draining}}},
          {"health", {{"ok", troubles.empty()}, {"reasons", troubles}}},
          {"partitions", list_of(status.intake.streams)},
          {"pools", list_of(status.pools)},
          {"breaker", to_json(status.breaker)},
          {"alerts", to_json(status.told)},
          {"clocks", to_json(status.clocks)},
          {"reviews", to_json(status.reviews)},
          {"acknowledgements", to_json(status.acknowledged)},
          {"stages", list_of(status.stages)},
          {"retries", status.intake.retries},
          {"window_batches", status.intake.window_batches},
          {"others_batches", status.intake.others_batches},
          {"latency_ms", to_json(status.intake.recent)},
          {"lanes", to_json(status.intake.lanes)},
          {"commands", list_of(status.commands)}};
}

} // namespace aepro
