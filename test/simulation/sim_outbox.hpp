#pragma once

/// What a run publishes: the store's cursors and the topics of dead letters and anchors, behind
/// faults, and the model that checks each record and each cursor.

#include "actors/outbound/publisher_actor.hpp"
#include "fault_switch.hpp"
#include "sim_store.hpp"

#include <map>
#include <set>

namespace aepro::simulation {

class sim_outbox {
public:
  sim_outbox(draw& random, trace& log, const fault_profile& profile, const sim_broker& broker,
             sim_database& database)
      : random_(random), log_(log), profile_(profile), broker_(broker), database_(database) {}

  /// Options of a node's publisher, which must not outlive this.
  publisher_options options_for(const std::string& node);

  /// Records that an abandoned sink still had on their way arrive.
  void tick(time_point now);

  /// The cursors are in the store: a stand-in lacks what has moved since lag().
  void lag() { stand_in_ = cursors_; }
  void fail_over();
  void heal() { fires.heal(); }

  /// Returns what is not published or not anchored yet; empty: all is.
  std::string what_is_missing() const;
  std::uint64_t dead_letters() const { return arrived_count_; }

private:
  friend class sim_publication;
  friend class sim_sink;

  static inline const std::string dead_letters_topic = "aepro.dead-letters";
  static inline const std::string anchors_topic = "aepro.ledger-anchors";

  struct cursors {
    std::int64_t dead_letters_next = 0, anchored = -1;
  };
  /// A record as the topic has it.
  struct arrival {
    stream_name stream;
    std::int64_t offset = 0; ///< Of an anchor: its next_offset.
    bool is_anchor = false;
  };
  struct delayed {
    time_point at;
    std::vector<arrival> records;
  };

  arrival check(const outgoing_record& record) const;
  arrival check_dead_letter(const outgoing_record& record) const;
  arrival check_anchor(const outgoing_record& record) const;
  void arrive(const std::vector<arrival>& records);
  void acknowledge(const std::vector<arrival>& records);
  void check_advance(const stream_name& stream, publication what, std::int64_t next_offset) const;
  /// Returns the offsets of a stream's records in the store that are to be dead letters.
  std::vector<std::int64_t> committed_letters(const stream_name& stream) const;

  draw& random_;
  trace& log_;
  const fault_profile& profile_;
  const sim_broker& broker_;
  sim_database& database_;
  fault_switch fires{random_, log_};
  std::map<stream_name, cursors> cursors_, stand_in_;
  std::map<stream_name, std::set<std::int64_t>> arrived_, acknowledged_, anchors_acknowledged_;
  std::vector<delayed> delayed_;
  std::uint64_t arrived_count_ = 0;
};

} // namespace aepro::simulation
