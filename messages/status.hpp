#pragma once

/// What a running node says of itself.

#include "messages/decision.hpp"
#include "messages/lanes.hpp"
#include "messages/latency_histogram.hpp"

#include <chrono>
#include <optional>
#include <string>
#include <vector>

namespace aepro {

enum class stream_state : std::uint8_t {
  claiming,
  waiting,
  running,
  retrying,
  fenced,
  paused,
  handing_over
};

/// Which stage has a batch.
enum class batch_holder : std::uint8_t { none, ingest, validation, storage };

struct stream_status {
  stream_name stream;
  stream_state state = stream_state::claiming;
  std::int64_t next_offset = -1;  ///< Durable.
  std::uint64_t read_records = 0; ///< Handed out by the consumer since the stream was claimed.
  std::uint64_t in_flight_records = 0;
  verdict_counts counts;          ///< Settled since the stream was claimed.
  std::uint64_t late_batches = 0; ///< Settled after their first deadline.
  std::uint64_t late_records = 0; ///< Stored after their sender's deadline, or else their lane's.
  std::uint64_t epoch = 0;        ///< Of the claim.
  std::int64_t high_watermark =
      -1; ///< Offset that the topic's next record will get; -1: not known yet.
  std::chrono::milliseconds deadline{};            ///< From poll to durable, of its lane.
  std::optional<std::int64_t> oldest_begin_offset; ///< Of the oldest batch that is not settled.
  std::chrono::milliseconds
      watermark_age{};                      ///< Since its first record was polled; 0: none is held.
  batch_holder holder = batch_holder::none; ///< Which stage has it.
  std::uint64_t rebuilds =
      0;                 ///< Claimed anew because nothing was answered, since the group gave it.
  bool is_stuck = false; ///< Again, soon after it was claimed anew.
};

struct lane_latencies {
  latency_histogram
      all; ///< From the record's Kafka timestamp to its settlement, since the node started.
  latency_histogram recent; ///< The same of about the last minute.
};

struct ingest_status {
  std::vector<stream_status> streams;
  verdict_counts counts;          ///< Settled since the node started, all streams that it has had.
  std::uint64_t read_records = 0; ///< Those, and what is in flight of the streams that it has.
  std::uint64_t retries = 0;
  std::size_t window_batches = 0; ///< Of all streams that may be in flight now; 0: not known.
  std::size_t others_batches =
      0; ///< Of each lane but adverse events, that may be in flight now; 0: not known.
  per_lane<lane_latencies> lanes;
  latency_histogram latency, recent;       ///< Of all lanes together.
  bool assigned_once = false;              ///< The group has answered at least once.
  std::chrono::milliseconds group_wait{0}; ///< For its first answer, so far; 0: it has come.
  bool subjects_caught_up = false;
  double idle_seconds = 0; ///< Since the last record came or settled; 0 while any is in flight.
};

/// What one channel has done since the node started.
struct channel_status {
  std::string name;
  std::uint64_t delivered = 0, failed = 0, refused = 0; ///< Messages.
  std::size_t waiting = 0;                              ///< Messages that it is delivering now.
  std::uint64_t held_back = 0;                          ///< Tries that its breaker kept from it.
  std::chrono::milliseconds failing_for{
      0}; ///< Since every try fails; 0: the last one came through.
};

/// What a node has told people since it started.
struct notifier_status {
  std::uint64_t taken_up = 0;  ///< Alerts.
  std::uint64_t delivered = 0; ///< Notifications that reached somebody.
  std::uint64_t exhausted =
      0; ///< Notifications in the store of which nobody knows, or that nobody acknowledged.
  std::size_t in_flight = 0; ///< Notifications that are being delivered.
  bool complete = false;     ///< At the end of a drain: nothing that was due is left.
  std::vector<channel_status> channels;
  std::string broken; ///< What of the store no retry mends; empty: nothing.
};

/// What a node has done about regulatory clocks since it started, and what is in the store.
struct clock_status {
  std::uint64_t made = 0;    ///< Clocks.
  std::uint64_t told = 0;    ///< Reminders, and that clocks were missed.
  std::uint64_t running = 0; ///< In the store, missed ones included.
  std::uint64_t missed = 0;  ///< Of those.
  std::string broken;        ///< As the notifier's.
};

/// What a node has compared since it started.
struct review_status {
  std::uint64_t forms = 0;  ///< Compared with others of their subject, or kept for those to come.
  std::uint64_t told = 0;   ///< Alerts of changes, withheld ones included.
  std::uint64_t behind = 0; ///< Offsets of its streams that are still to be looked through.
  std::string broken;       ///< As the notifier's.
};

/// What became of acknowledgements since the node started.
struct acknowledge_status {
  std::uint64_t shown = 0;        ///< Pages with an alert.
  std::uint64_t acknowledged = 0; ///< Alerts, by link or by message.
  std::uint64_t repeated = 0;     ///< They were acknowledged before.
  std::uint64_t outdated =
      0; ///< Links that have expired, or of messages that a later one replaces.
  std::uint64_t wrong_links = 0;    ///< Nobody here has signed them.
  std::uint64_t turned_away = 0;    ///< More than may come within a minute.
  std::uint64_t wrong_messages = 0; ///< Of the topic: unreadable, or of no alert.
};

/// What a node has published since it started.
struct outbound_status {
  std::uint64_t dead_letters = 0; ///< Acknowledged by the broker.
  std::uint64_t anchors = 0;
  bool complete = false; ///< After a drain: nothing is left to publish.
  std::string broken;    ///< As the notifier's.
};

/// How far a stream is settled, as storage counts it.
struct stored_progress {
  stream_name stream;
  std::uint64_t epoch = 0; ///< Of the claim that it is counted from.
  std::int64_t next_offset = -1;
  verdict_counts counts;                           ///< Since that claim.
  std::optional<std::int64_t> oldest_begin_offset; ///< Of the oldest batch that storage holds.
};

/// What ingest and storage say of the same records of a stream: equal, or something was lost or
/// counted twice.
struct completeness_check {
  stream_name stream;
  std::int64_t next_offset = -1; ///< Records before it, since the claim.
  std::uint64_t read = 0;        ///< As ingest counted them.
  std::uint64_t settled = 0;     ///< As storage counted their verdicts.
};

struct pool_status {
  std::string name;
  std::size_t size = 0, workers_running = 0, workers_idle = 0;
  std::size_t waiting_batches = 0; ///< Batches that no worker has.
  std::size_t workers_stuck = 0;   ///< Of those running: they have not finished for too long.
  std::uint64_t restarts = 0;      ///< Of workers that died, since the stage started.
  std::size_t workers_left_behind =
      0; ///< They hang, each with a thread, and others have taken their places.
};

/// How the store has answered lately, and what was kept from it.
struct breaker_status {
  std::uint64_t requests = 0; ///< Of the last two minutes, those kept from the store included.
  std::uint64_t accepts = 0;  ///< Of those, what the store answered.
  std::uint64_t refused =
      0; ///< Kept from the store since the stage started; their batches are tried again.
};

struct storage_status {
  pool_status pool;
  breaker_status breaker;
  std::vector<stored_progress> streams; ///< Those that this node has claimed.
};

struct stage_status {
  std::string name;
  bool running = false;
  std::uint64_t restarts = 0; ///< Since the node started.
  std::string last_reason;    ///< Of the last one.
};

/// A command that the node was told over its control socket.
struct control_record {
  std::chrono::system_clock::time_point at;
  std::uint32_t uid = 0;
  std::string command; ///< As a person would write it.
  bool done = false;
  std::string text; ///< What became of it.
};

/// What a node answers who asks it.
struct node_status {
  ingest_status intake;
  std::vector<pool_status> pools;
  breaker_status breaker;
  outbound_status published;
  notifier_status told;
  std::optional<clock_status> clocks;   ///< Nothing: the node keeps none.
  std::optional<review_status> reviews; ///< Nothing: the node compares none.
  acknowledge_status acknowledged;
  std::vector<stage_status> stages;
  std::vector<control_record> commands;       ///< The last ones, oldest first.
  std::vector<completeness_check> incomplete; ///< Streams whose counts differ.
  std::vector<std::string> silent_stages;
  bool draining = false;
};

/// A node's last word, when it has drained.
struct drain_status {
  std::optional<ingest_status>
      intake; ///< As the last batch left it; nothing: ingest did not answer.
  std::chrono::system_clock::time_point intake_at; ///< When that was.
  std::vector<completeness_check>
      incomplete; ///< Streams of which ingest and storage counted differently.
  outbound_status published;
  notifier_status told;
  std::string failure; ///< Why the node ends, where that is an error; empty: as it was told to.
};

} // namespace aepro
