/// A node's report for people.

#include "actors/control/node_report.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>

namespace aepro {

namespace {

using json = nlohmann::ordered_json;

std::string text_at(const json& object, const char* name) {
  return object.at(name).get<std::string>();
}

std::uint64_t number_at(const json& object, const char* name) {
  return object.at(name).get<std::uint64_t>();
}

std::string partitions_text(const json& partitions) {
  std::size_t width = 5;
  for (const auto& one : partitions)
    width = std::max(width, text_at(one, "topic").size());
  auto text = fmt::format(
      "{:<{}} {:>9} {:<12} {:>10} = {:>10} + {:>8} + {:>9} + {:>8} + {:>9} {:>11} {:>9} {:>6}"
      "  {}\n",
      "topic", width, "partition", "state", "read", "accepted", "rejected", "duplicate", "conflict",
      "in flight", "next offset", "lag", "age s", "holder");
  for (const auto& one : partitions)
    text += fmt::format(
        "{:<{}} {:>9} {:<12} {:>10} = {:>10} + {:>8} + {:>9} + {:>8} + {:>9} {:>11} {:>9} {:>6.1f}"
        "{}{}\n",
        text_at(one, "topic"), width, number_at(one, "partition"), text_at(one, "state"),
        number_at(one, "read"), number_at(one, "accepted"), number_at(one, "rejected"),
        number_at(one, "duplicate"), number_at(one, "conflict"), number_at(one, "in_flight"),
        one.at("next_offset").get<std::int64_t>(),
        one.at("lag_records").is_null() ? "?" : std::to_string(number_at(one, "lag_records")),
        one.at("watermark_age_seconds").get<double>(), text_at(one, "holder").empty() ? "" : "  ",
        text_at(one, "holder"));
  return text;
}

std::string commands_text(const json& commands) {
  std::string text;
  for (const auto& one : commands) {
    const std::chrono::system_clock::time_point at{
        std::chrono::milliseconds{one.at("unix_ms").get<std::int64_t>()}};
    const bool is_done = one.at("ok").get<bool>();
    text += fmt::format("  {:%Y-%m-%dT%H:%M:%SZ} uid {} {}: {}{}\n",
                        fmt::gmtime(std::chrono::system_clock::to_time_t(at)),
                        number_at(one, "uid"), text_at(one, "command"),
                        is_done ? "" : "refused: ", text_at(one, is_done ? "outcome" : "error"));
  }
  return text.empty() ? text : "\ncommands\n" + text;
}

std::string latency_text(const json& latency) {
  return fmt::format("{} records, produce to durable p50 {} ms, p99 {} ms, max {} ms\n",
                     number_at(latency, "records"), number_at(latency, "p50"),
                     number_at(latency, "p99"), number_at(latency, "max"));
}

std::string pool_text(const json& pool) {
  auto text = fmt::format(
      "pool {:<10} {:>3} workers, {:>3} running, {:>3} idle, {:>3} batches waiting",
      text_at(pool, "name"), number_at(pool, "size"), number_at(pool, "workers_running"),
      number_at(pool, "workers_idle"), number_at(pool, "waiting_batches"));
  if (const auto gone = number_at(pool, "workers_left_behind"); gone > 0)
    text += fmt::format(", {} hang and were replaced", gone);
  return text + "\n";
}

/// Nothing of a node that tells nobody.
std::string alerts_text(const json& told) {
  if (told.at("channels").empty())
    return {};
  auto text = fmt::format("alerts: {} taken up, {} reached somebody, {} exhausted, {} in flight\n",
                          number_at(told, "taken_up"), number_at(told, "delivered"),
                          number_at(told, "exhausted"), number_at(told, "in_flight"));
  for (const auto& channel : told.at("channels"))
    text += fmt::format("channel {}: {} delivered, {} failed, {} refused, {} waiting\n",
                        text_at(channel, "name"), number_at(channel, "delivered"),
                        number_at(channel, "failed"), number_at(channel, "refused"),
                        number_at(channel, "waiting"));
  return text;
}

/// Nothing of a node that keeps none.
std::string clocks_text(const json& clocks) {
  if (clocks.is_null())
    return {};
  return fmt::format("clocks: {} running, {} of them missed; {} made and {} told of by this node\n",
                     number_at(clocks, "running"), number_at(clocks, "missed"),
                     number_at(clocks, "made"), number_at(clocks, "told"));
}

/// The same.
std::string reviews_text(const json& reviews) {
  if (reviews.is_null())
    return {};
  return fmt::format("reviews: {} forms compared, {} told of changes; {} offsets to look through\n",
                     number_at(reviews, "forms"), number_at(reviews, "told"),
                     number_at(reviews, "behind"));
}

} // namespace

std::string node_text(const json& report) {
  const auto& node = report.at("node");
  auto text =
      fmt::format("node: process {}, group {}, instance {}{}, at {}\n",
                  node.at("process").get<std::int64_t>(), text_at(node, "group"),
                  text_at(node, "instance_id").empty() ? "(none)" : text_at(node, "instance_id"),
                  node.at("draining").get<bool>() ? ", draining" : "", text_at(node, "socket"));
  const auto& health = report.at("health");
  text += health.at("ok").get<bool>() ? "health: ok\n" : "health: not ok\n";
  for (const auto& reason : health.at("reasons"))
    text += fmt::format("  {}\n", reason.get<std::string>());
  text += "\n" + partitions_text(report.at("partitions")) + "\n";
  for (const auto& pool : report.at("pools"))
    text += pool_text(pool);
  const auto& breaker = report.at("breaker");
  text += fmt::format(
      "breaker: the store answered {} of {} requests of the last two minutes; {} were kept from it "
      "since the start\n",
      number_at(breaker, "accepts"), number_at(breaker, "requests"), number_at(breaker, "refused"));
  text += alerts_text(report.at("alerts"));
  text += clocks_text(report.at("clocks"));
  text += reviews_text(report.at("reviews"));
  text += fmt::format(
      "window: {} batches of all partitions may be in flight, {} of forms and of subjects\n",
      number_at(report, "window_batches"), number_at(report, "others_batches"));
  for (const auto& stage : report.at("stages"))
    if (const auto restarts = number_at(stage, "restarts"); restarts > 0)
      text += fmt::format("stage {:<9} {:>3} restarts; the last: {}\n", text_at(stage, "name"),
                          restarts, text_at(stage, "last_reason"));
  text += "last minute: " + latency_text(report.at("latency_ms"));
  for (const auto& [lane, one] : report.at("lanes").items())
    text += fmt::format("  {}: {}", lane, latency_text(one.at("latency_ms")));
  return text + commands_text(report.at("commands"));
}

} // namespace aepro
