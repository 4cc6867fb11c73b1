#pragma once

/// What a running node says of itself.

#include "messages/decision.hpp"
#include "messages/latency_histogram.hpp"

#include <chrono>
#include <optional>
#include <string>
#include <vector>

namespace aepro {

enum class stream_state : std::uint8_t { claiming, waiting, running, retrying, fenced };

struct stream_status {
  stream_name stream;
  stream_state state = stream_state::claiming;
  std::int64_t next_offset = -1;   ///< Durable.
  std::uint64_t read_records = 0;  ///< Handed out by the consumer since the stream was claimed.
  std::uint64_t in_flight_records = 0;
  verdict_counts counts;           ///< Settled since the stream was claimed.
  std::uint64_t late_batches = 0;  ///< Settled after their first deadline.
};

struct ingest_status {
  std::vector<stream_status> streams;
  verdict_counts counts;           ///< Settled since the node started, all streams that it has had.
  std::uint64_t read_records = 0;  ///< Those, and what is in flight of the streams that it has.
  std::uint64_t retries = 0;
  latency_histogram latency;       ///< From the record's Kafka timestamp to its settlement.
  bool assigned_once = false;      ///< The group has answered at least once.
  bool subjects_caught_up = false;
  double idle_seconds = 0;         ///< Since the last record came or settled; 0 while any is in flight.
};

/// What a node has published since it started.
struct outbound_status {
  std::uint64_t dead_letters = 0; ///< Acknowledged by the broker.
  std::uint64_t anchors = 0;
  bool complete = false;          ///< After a drain: nothing is left to publish.
};

/// A node's last word, when it has drained.
struct drain_status {
  std::optional<ingest_status> intake; ///< As the last batch left it; nothing: ingest did not answer.
  std::chrono::system_clock::time_point intake_at; ///< When that was.
  outbound_status published;
};

} // namespace aepro
