#pragma once

/// A simulated Kafka: logs of partitions, and a consumer group whose members come, go and stop
/// answering.

#include "actors/ingest/record_source.hpp"
#include "profile.hpp"
#include "trace.hpp"

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <set>

namespace aepro::simulation {

using time_point = std::chrono::steady_clock::time_point;

struct log_record {
  std::int64_t offset = 0;
  std::string value;
  time_point published_at;
};

class sim_broker {
public:
  /// A member of the group: one open source.
  struct member {
    std::deque<source_event> events; ///< Told at its next poll.
    std::set<stream_name> assigned;  ///< As the group sees it; what it was told may be older.
    std::map<stream_name, time_point>
        revoking; ///< Asked back, until when the group waits for the release.
    time_point last_poll;
    std::function<void()> wake;
  };

  sim_broker(draw& random, trace& log, const fault_profile& profile)
      : random_(random), log_(log), profile_(profile) {}

  void add_stream(const stream_name& stream) { logs_[stream]; }
  /// Appends a record; members that own the stream are woken. Returns its offset.
  std::int64_t publish(const stream_name& stream, std::string value);
  const std::map<stream_name, std::deque<log_record>>& logs() const { return logs_; }
  std::int64_t end_of(const stream_name& stream) const;

  int join(std::function<void()> wake);
  void leave(int id);
  /// Returns null for a member that the group has dropped.
  member* find(int id);
  bool owns(int id, const stream_name& stream);

  /// The owner of a partition that was asked back has released it.
  void give_back(int id, const stream_name& stream);

  /// What time brings: silent members are dropped, revoked partitions change hands.
  void tick(time_point now);
  /// Moves partitions about, as a group does when its members or their subscriptions change.
  void rebalance();
  /// Tells a member that partitions are lost, and gives them to others at once.
  void lose_partitions();
  void stall(time_point until) { stalled_until_ = until; }
  bool is_stalled() const { return now_ < stalled_until_; }
  void heal() {
    faulty_ = false;
    stalled_until_ = {};
  }
  bool is_faulty() const { return faulty_; }

  draw& random() { return random_; }
  trace& log() { return log_; }
  const fault_profile& profile() const { return profile_; }
  time_point now() const { return now_; }
  std::map<stream_name, std::int64_t> committed; ///< To Kafka; only informs.

private:
  void drop(int id, bool was_silent);
  void lose_patience();
  void assign_free();
  void give(const stream_name& stream, int id);

  static constexpr std::chrono::seconds session_timeout{10};
  static constexpr std::chrono::milliseconds rebalance_timeout{60'000};
  draw& random_;
  trace& log_;
  const fault_profile& profile_;
  std::map<stream_name, std::deque<log_record>> logs_;
  std::map<int, member> members_;
  std::map<stream_name, int> owners_;
  int next_id_ = 1;
  bool faulty_ = true;
  time_point now_{}, stalled_until_{};
};

/// What a node does with streams that it has.
struct source_watch {
  std::function<void(const stream_name&)>
      given_up; ///< It stops reading one that is assigned: fenced.
  std::function<void(const stream_name&, std::int64_t)>
      released; ///< One was asked back, and so far it was read.
  std::function<void(const stream_name&, std::int64_t)>
      polled; ///< A record with that offset is handed out.
};

/// One member's consumer.
std::unique_ptr<record_source> make_sim_source(sim_broker& broker, source_watch watch);

} // namespace aepro::simulation
