#pragma once

/// What `aepro run` says at its end, for people and for machines.

#include "messages/status.hpp"

#include <nlohmann/json.hpp>

#include <chrono>
#include <optional>
#include <string>

namespace aepro {

/// Notes when a node got where, from its statuses: instants are as exact as the statuses are
/// frequent, and `reading` is never too late. The last activity is exact.
class run_milestones {
public:
  using clock = std::chrono::system_clock;

  explicit run_milestones(clock::time_point started) : started_(started) {}

  /// Takes a status that was true at `now`.
  void note(const ingest_status& status, clock::time_point now);

  /// Whether the first record has been read: from then on nothing here is worth a frequent status.
  bool is_reading() const { return reading_ != clock::time_point{}; }

  /// Returns the instants as Unix milliseconds by name; null for what did not happen.
  nlohmann::ordered_json to_json() const;

private:
  clock::time_point started_, previous_ = started_;
  clock::time_point group_joined_{};       ///< The first status after it.
  clock::time_point reading_{};            ///< The last status before the first record was read.
  clock::time_point subjects_caught_up_{}; ///< The first status after it.
  clock::time_point last_activity_{};      ///< The last record came or settled.
};

/// What a node had in flight when it was told to stop.
std::uint64_t in_flight(const ingest_status& status);

/// Returns the completeness equation of all streams, what became of the `at_signal` records that
/// were in flight when the node was told to stop (nothing: it was not told), and, where it drained
/// in time, what it published and told: a line each.
std::string run_summary(const ingest_status& status, std::optional<std::uint64_t> at_signal,
                        const std::optional<outbound_status>& published,
                        const std::optional<notifier_status>& told);

/// Returns the same with streams, latency and milestones. Latency: milliseconds from a record's
/// Kafka timestamp to its settlement, which follows its commit; records that waited in the topic
/// count too.
nlohmann::ordered_json run_report(const ingest_status& status, const run_milestones& milestones,
                                  std::optional<std::uint64_t> at_signal,
                                  const std::optional<outbound_status>& published,
                                  const std::optional<notifier_status>& told);

} // namespace aepro
