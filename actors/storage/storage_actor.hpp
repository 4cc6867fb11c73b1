#pragma once

/// Orders batches per stream, groups them, hands the groups to writers; tells the registry what
/// changed.

#include "actors/storage/group_queue.hpp"
#include "actors/storage/writer_actor.hpp"
#include "messages/interfaces.hpp"

#include <map>
#include <unordered_map>
#include <vector>

namespace aepro {

struct storage_options {
  open_store open;
  std::size_t writers = 3; ///< Connections that append; one more reads and claims.
  std::size_t group_records_max = 8'000;
  segment_options
      segment; ///< How evidence is compressed, where a batch is cut for a record refused.
  std::chrono::milliseconds company_wait{
      10}; ///< Little work waits at most so long for a busy writer's end.
  std::shared_ptr<store_breaker> breaker =
      std::make_shared<store_breaker>(); ///< Of all writers, also after a restart.
  std::chrono::milliseconds stuck_after{
      90'000}; ///< A writer that has not finished for so long is said to be stuck.
  lane_plan lanes;
  bool one_writes_at_a_time = false; ///< The store lets its connections write one after the other.
  bool detach_writers = true;        ///< False only on the simulated scheduler.
};

struct storage_state {
  static inline const char* name = "aepro.storage";

  storage_state(storage_actor::pointer self, storage_options options);
  storage_actor::behavior_type make_behavior();

  void dispatch();
  bool hangs(std::size_t writer, std::chrono::steady_clock::time_point now) const;
  void give_up_hanging();
  bool waits_for_company(const writer_room& room);
  void write(std::size_t writer, storage_group group);
  void finished(std::size_t writer, const storage_group& group, const append_outcomes& outcomes);
  void broke(std::size_t writer, const storage_group& group, const caf::error& reason);
  void refuse(const std::vector<refused_ticket>& refused);
  void announce(const storage_group& group, const append_outcomes& outcomes);
  writer_actor spawn_writer();
  void note_progress(const settlement& settled);
  storage_status status() const;

  /// A request for a batch that is not answered yet.
  struct open_request {
    caf::typed_response_promise<settlement> promise;
    stream_name stream;
    std::int64_t begin_offset = 0;
  };

  storage_actor::pointer self;
  storage_options options;
  group_queue queue;
  std::vector<writer_actor> writers;
  writer_places places; ///< Which of them are busy.
  std::vector<std::chrono::steady_clock::time_point>
      given_at;           ///< To each writer that is busy: its group.
  bool flush_due = false; ///< A flush_atom is on its way.
  bool flushing = false;  ///< What waited for company has waited long enough.
  writer_actor reader;    ///< Claims and look-ups do not wait behind groups.
  std::map<stream_name, stream_claim>
      claims; ///< The last of each stream; bounded by the topics' partitions.
  std::map<stream_name, stored_progress> progress; ///< Of the same streams, since the last claim.
  registry_actor registry;                         ///< Told after each commit; may be null.
  ticket next_ticket = 1;
  std::unordered_map<ticket, open_request> promises;
};

using storage_impl = storage_actor::stateful_impl<storage_state>;

} // namespace aepro
