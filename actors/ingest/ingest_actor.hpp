#pragma once

/// Owns the consumer: claims streams, makes batches, holds credits, retries in order, commits.

#include "actors/common/log_throttle.hpp"
#include "actors/ingest/catch_up_gate.hpp"
#include "actors/ingest/intake_tally.hpp"
#include "actors/ingest/intake_window.hpp"
#include "actors/ingest/lane_brake.hpp"
#include "actors/ingest/record_source.hpp"
#include "actors/ingest/shared_credit.hpp"
#include "actors/ingest/timestamp_watch.hpp"
#include "actors/storage/store_clock.hpp"
#include "actors/storage/wall_clock.hpp"
#include "messages/interfaces.hpp"

#include <atomic>
#include <functional>
#include <map>
#include <memory>
#include <random>
#include <set>

namespace aepro {

using open_source = std::function<std::unique_ptr<record_source>()>;

struct ingest_options {
  open_source open;
  intake_options intake; ///< Its deadline is the default lane's.
  std::map<std::string, std::chrono::milliseconds> deadlines; ///< By topic, where it differs.
  shared_credit credit;                                       ///< Of all streams.
  window_options window{.is_adaptive =
                            false}; ///< What of credit.batches_max there is; its own is not used.
  lane_plan lanes;
  std::chrono::milliseconds delay_max{
      0}; ///< That other lanes may add to an adverse event's latency; 0: any.
  std::chrono::milliseconds poll_interval{
      5}; ///< At the latest; what comes or settles wakes earlier.
  std::chrono::milliseconds commit_interval{1'000};
  std::chrono::milliseconds store_check_interval{
      10'000};                    ///< Between two looks whether the store has lost commits.
  std::size_t retry_budget = 600; ///< Of all streams' batches and claims; refills within a minute.
  std::chrono::milliseconds fenced_wait{
      10'000};                ///< At most, before a stream that was fenced is claimed again.
  std::string subjects_topic; ///< Caught up first; empty: no such topic.
  std::chrono::milliseconds catch_up_max{30'000};
  std::chrono::milliseconds hand_over_max{
      2'000};                  ///< For what is in flight of a stream that the group wants back.
  std::size_t stuck_after = 3; ///< Deadlines of a stream's lane without an answer: it is rebuilt.
  std::chrono::milliseconds answer_max{1'000}; ///< For storage's word on who holds what is stuck.
  std::uint64_t seed = 0;                      ///< Of the backoff's jitter.
  /// The store's against the node's, for produce-to-durable latencies.
  std::shared_ptr<store_clock> clock = std::make_shared<store_clock>();
  /// The store has no clock of its own: the records' stamps are compared instead.
  bool stamps_tell_time = false;
  std::function<unix_milliseconds()> wall =
      wall_clock; ///< The node's wall clock; another one only in tests.
  std::shared_ptr<intake_tally> tally =
      std::make_shared<intake_tally>(); ///< Shared with the ingest before, if any.
  /// Streams of which nothing is taken, owned or not; shared as the tally is. Bounded by the
  /// streams ever owned.
  std::shared_ptr<std::set<stream_name>> paused = std::make_shared<std::set<stream_name>>();
};

struct ingest_state {
  static inline const char* name = "aepro.ingest";
  using time_point = std::chrono::steady_clock::time_point;

  /// A stream that the group has assigned to this node.
  struct owned_stream {
    stream_state state = stream_state::claiming;
    std::unique_ptr<partition_intake> intake; ///< From the claim on.
    time_point next_step{}; ///< claiming, fenced: when to (re)try the claim; handing_over: the end.
    bool claim_in_flight = false;
    std::uint64_t generation =
        0; ///< Of the assignment: late answers of an earlier one are ignored.
    std::int64_t committed = -1;
    time_point claimed_at{};
    bool at_end = false; ///< What came last was the stream's newest.
    int fences = 0;      ///< In a row, each soon after its claim.
    std::optional<time_point>
        claim_asked_at;             ///< Since when storage has not answered; nothing: it has.
    retry_schedule claim_retry{{}}; ///< Of claims that were refused, or not answered in time.
    std::uint64_t rebuilds = 0;
    bool was_rebuilt = false; ///< And nothing has been settled since.
    /// Since when its oldest record waits, or it itself for its claim: kept through a rebuild,
    /// until something settles.
    std::optional<time_point> waits_since;
    std::int64_t durable = -1; ///< What was durable when its intake ended.
    bool is_stuck = false;     ///< Silent for too long again after it was rebuilt, or its claim is.
  };

  ingest_state(ingest_actor::pointer self, validation_actor validation, storage_actor storage,
               ingest_options options);
  ~ingest_state();
  ingest_actor::behavior_type make_behavior();

  void poll();
  void wake();
  void handle(streams_assigned&& event);
  void handle(streams_revoked&& event);
  void handle(records_fetched&& event);
  void compare_clocks(owned_stream& owned, const records_fetched& event, time_point now);
  void handle(source_failed&& event);
  void handle(watermarks_told&& event);
  void claim_streams(time_point now);
  void claimed(const stream_name& stream, std::uint64_t generation, const stream_claim& claim);
  void claim_failed(const stream_name& stream, std::uint64_t generation, const caf::error& reason);
  void leave(owned_stream& owned);
  void hand_over(time_point now);
  std::optional<time_point> silent_since(const owned_stream& owned) const;
  bool is_silent(const stream_name& stream, const owned_stream& owned, time_point now) const;
  std::chrono::milliseconds deadline_of(const stream_name& stream) const;
  void watch(time_point now);
  void rebuild_silent(const stored_streams& stored, bool storage_answers);
  void rebuild(const stream_name& stream, owned_stream& owned, std::string_view holder,
               time_point now);
  shared_credit present_credit() const;
  per_lane<std::size_t> batches_in_flight() const;
  void brake_others(time_point now, std::chrono::nanoseconds latency);
  void say_incomplete(const stream_name& stream, const owned_stream& owned, time_point now);
  void give_away(const stream_name& stream, owned_stream& owned);
  std::chrono::milliseconds wait_of_fenced(owned_stream& owned, time_point now) const;
  std::chrono::milliseconds wait_of_refused(owned_stream& owned, time_point now);
  void start_streams();
  void check_store(time_point now);
  void compare(const std::map<stream_name, stream_claim>& expected, const partition_states& stored);
  void check_catch_up(time_point now);
  void send_batches(time_point now);
  void send(const stream_name& stream, std::shared_ptr<record_batch> batch, time_point now);
  void settled(const stream_name& stream, std::uint64_t epoch, const settlement& answer,
               time_point sent_at);
  void failed(const stream_name& stream, std::uint64_t epoch, std::int64_t begin_offset,
              const caf::error& reason);
  void fenced(const stream_name& stream, owned_stream& owned, time_point now, std::string_view why);
  void commit(time_point now, bool at_once);
  void finish_drain(time_point now);
  void stop_node(errc code, const std::string& text);
  std::size_t room(const stream_name& stream);
  lane lane_of(const stream_name& stream) const { return options.lanes.of(stream.topic); }
  void note_bytes(const stream_name& stream, std::size_t before, std::size_t after);
  ingest_status status() const;
  stream_status status_of(const stream_name& stream, const owned_stream& owned,
                          time_point now) const;
  control_outcome pause(const stream_name& stream);
  control_outcome resume(const stream_name& stream);
  completeness_checks check(const stored_streams& stored) const;

  ingest_actor::pointer self;
  validation_actor validation;
  storage_actor storage;
  ingest_options options;
  std::unique_ptr<record_source> source;
  std::map<stream_name, owned_stream> streams;
  catch_up_gate gate;
  intake_window window;
  lane_brake brake;
  timestamp_watch stamps;
  time_point last_watch{};
  bool watch_request_in_flight = false; ///< To storage, about streams that are silent.
  bool gate_request_in_flight = false;  ///< To the store, or for the topic's watermarks.
  time_point gate_next_check{};
  per_lane<std::size_t> bytes_in_flight;
  per_lane<std::size_t> granted_batches; ///< In the present poll: their records have not come yet.
  bool out_of_room = false; ///< The present poll left records where they are, for want of credit.
  std::shared_ptr<std::atomic<bool>>
      awake; ///< A wake_atom is on its way; shared with the source's threads.
  std::uint64_t generations = 0;
  time_point last_store_check{};
  bool store_check_in_flight = false;
  time_point last_commit{};
  time_point last_activity{};
  bool assigned_once = false;
  time_point started_at{};
  bool draining = false;
  bool stopped = false; ///< Quit for a reason that needs a person.
  time_point drain_deadline{};
  caf::typed_response_promise<ingest_status> drained;
  std::minstd_rand random;
  retry_budget retries_left; ///< Of all streams.
  log_throttle throttle;
};

using ingest_impl = ingest_actor::stateful_impl<ingest_state>;

} // namespace aepro
