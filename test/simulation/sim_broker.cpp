#include "sim_broker.hpp"

#include "../support/handed_out.hpp"
#include "messages/type_ids.hpp"

namespace aepro::simulation {

std::int64_t sim_broker::publish(const stream_name& stream, std::string value) {
  auto& log = logs_[stream];
  auto offset = end_of(stream);
  if (faulty_ && random_.chance(profile_.gap))
    offset += random_.between(1, 3); // Compaction, or a transaction's marker.
  log.push_back({offset, std::move(value), now_});
  if (const auto owner = owners_.find(stream); owner != owners_.end())
    if (auto* owning = find(owner->second); owning != nullptr && owning->wake)
      owning->wake();
  return offset;
}

std::int64_t sim_broker::end_of(const stream_name& stream) const {
  const auto& log = logs_.at(stream);
  return log.empty() ? 0 : log.back().offset + 1;
}

int sim_broker::join(std::function<void()> wake) {
  const auto id = next_id_++;
  auto& joined = members_[id];
  joined.last_poll = now_;
  joined.wake = std::move(wake);
  log_.say("member {} joins", id);
  rebalance();
  return id;
}

void sim_broker::leave(int id) {
  if (find(id) != nullptr)
    drop(id, false);
}

sim_broker::member* sim_broker::find(int id) {
  const auto found = members_.find(id);
  return found == members_.end() ? nullptr : &found->second;
}

bool sim_broker::owns(int id, const stream_name& stream) {
  const auto* asking = find(id);
  return asking != nullptr && asking->assigned.contains(stream);
}

void sim_broker::drop(int id, bool was_silent) {
  log_.say("member {} {}", id, was_silent ? "is dropped: silent" : "leaves");
  std::erase_if(owners_, [id](const auto& entry) { return entry.second == id; });
  members_.erase(id);
  assign_free();
}

void sim_broker::tick(time_point now) {
  now_ = now;
  std::vector<int> silent;
  for (const auto& [id, joined] : members_)
    if (now - joined.last_poll >= session_timeout)
      silent.push_back(id);
  for (const auto id : silent)
    drop(id, true);
  lose_patience();
  assign_free();
}

/// A member that does not release what it was asked for has lost it.
void sim_broker::lose_patience() {
  for (auto& [id, joined] : members_) {
    streams_revoked lost{{}, true};
    for (const auto& [stream, until] : joined.revoking)
      if (now_ >= until)
        lost.streams.push_back(stream);
    for (const auto& stream : lost.streams) {
      log_.fault("impatient-group", "{}/{} of member {}", stream.topic, stream.partition, id);
      joined.revoking.erase(stream);
      joined.assigned.erase(stream);
      owners_.erase(stream);
    }
    if (lost.streams.empty())
      continue;
    joined.events.push_back(std::move(lost));
    joined.wake();
  }
}

/// Partitions that nobody owns, or that their owner has given back, go to a member drawn by the
/// seed.
void sim_broker::assign_free() {
  if (members_.empty())
    return;
  std::vector<int> ids;
  for (const auto& [id, joined] : members_)
    ids.push_back(id);
  for (const auto& [stream, log] : logs_)
    if (!owners_.contains(stream))
      give(stream, random_.pick(ids));
}

void sim_broker::give(const stream_name& stream, int id) {
  auto& receiving = members_[id];
  owners_[stream] = id;
  receiving.assigned.insert(stream);
  receiving.events.push_back(streams_assigned{{stream}});
  log_.say("{}/{} is assigned to member {}", stream.topic, stream.partition, id);
  if (receiving.wake)
    receiving.wake();
}

void sim_broker::give_back(int id, const stream_name& stream) {
  if (auto* owner = find(id))
    owner->assigned.erase(stream);
  owners_.erase(stream); // The next tick gives it to somebody.
}

void sim_broker::rebalance() {
  for (auto& [id, joined] : members_) {
    streams_revoked revoked;
    const auto patience = faulty_ && random_.chance(profile_.impatient_group)
                              ? std::chrono::milliseconds{random_.between(1, 2'000)}
                              : rebalance_timeout;
    for (const auto& stream : joined.assigned)
      if (members_.size() > 1 && random_.chance(400) &&
          joined.revoking.emplace(stream, now_ + patience).second)
        revoked.streams.push_back(stream);
    if (revoked.streams.empty())
      continue;
    log_.say("{} partitions are revoked from member {}", revoked.streams.size(), id);
    joined.events.push_back(std::move(revoked));
    joined.wake();
  }
  assign_free();
}

void sim_broker::lose_partitions() {
  if (members_.empty())
    return;
  auto at = members_.begin();
  std::advance(at, static_cast<std::ptrdiff_t>(random_.below(members_.size())));
  streams_revoked lost{{at->second.assigned.begin(), at->second.assigned.end()}, true};
  if (lost.streams.empty())
    return;
  log_.fault("lose-partitions", "{} of member {}", lost.streams.size(), at->first);
  for (const auto& stream : lost.streams)
    owners_.erase(stream);
  at->second.assigned.clear();
  at->second.revoking.clear();
  at->second.events.push_back(std::move(lost));
  assign_free();
}

namespace {

/// Keeps the values alive: they stay in the broker's logs for the whole run.
class sim_source final : public record_source {
public:
  sim_source(sim_broker& broker, source_watch watch) : broker_(broker), watch_(std::move(watch)) {}
  ~sim_source() override { close(); }

  caf::error open(std::function<void()> wake) override {
    wake_ = std::move(wake);
    id_ = broker_.join(wake_);
    return {};
  }

  std::vector<source_event>
  poll(const std::function<std::size_t(const stream_name&)>& room) override {
    std::vector<source_event> answer;
    if (broker_.is_stalled())
      return answer;
    auto* self = broker_.find(id_);
    if (self == nullptr) { // Dropped: all is lost, and it joins again.
      streams_revoked lost{{known_.begin(), known_.end()}, true};
      known_.clear();
      positions_.clear();
      asked_back_.clear();
      id_ = broker_.join(wake_);
      answer.push_back(std::move(lost));
      return answer;
    }
    self->last_poll = broker_.now();
    tell(*self, answer);
    if (broker_.is_faulty() && broker_.random().chance(broker_.profile().broker_trouble)) {
      broker_.log().fault("broker-trouble", "member {}", id_);
      answer.push_back(source_failed{errc::broker_unavailable, {}, "simulated"});
      return answer;
    }
    // As kafka_source does: another stream is first each time, for the first takes scarce credits.
    auto next = positions_.begin();
    if (!positions_.empty())
      std::advance(next, static_cast<std::ptrdiff_t>(polls_++ % positions_.size()));
    for (std::size_t left = positions_.size(); left > 0; --left) {
      fetch(next->first, next->second, room(next->first), answer);
      if (++next == positions_.end())
        next = positions_.begin();
    }
    return answer;
  }

  caf::error start(const stream_name& stream, std::int64_t next_offset) override {
    if (!known_.contains(stream))
      return caf::make_error(errc::partition_lost, "not assigned");
    positions_[stream] = std::max<std::int64_t>(next_offset, 0);
    return {};
  }

  void stop(const stream_name& stream) override {
    positions_.erase(stream);
    watch_.given_up(stream);
  }

  void release(const stream_name& stream) override {
    const auto asked = asked_back_.find(stream);
    if (asked == asked_back_.end())
      return;
    watch_.released(stream, asked->second);
    asked_back_.erase(asked);
    known_.erase(stream);
    if (auto* self = broker_.find(id_); self != nullptr && self->revoking.erase(stream) > 0)
      broker_.give_back(id_, stream);
  }

  void commit(const stream_name& stream, std::int64_t next_offset) override {
    auto& committed = broker_.committed[stream];
    committed = std::max(committed, next_offset);
  }

  void ask_watermarks(const std::string& topic, std::chrono::milliseconds) override {
    questions_.push_back(topic);
  }

  std::int64_t high_watermark(const stream_name& stream) const override {
    return broker_.end_of(stream);
  }

  void close() override {
    if (id_ != 0)
      broker_.leave(std::exchange(id_, 0));
    positions_.clear();
    known_.clear();
    asked_back_.clear();
  }

private:
  void tell(sim_broker::member& self, std::vector<source_event>& answer) {
    auto events = std::exchange(self.events, {});
    for (auto& event : events) {
      if (const auto* assigned = std::get_if<streams_assigned>(&event))
        known_.insert(assigned->streams.begin(), assigned->streams.end());
      if (const auto* revoked = std::get_if<streams_revoked>(&event))
        for (const auto& stream : revoked->streams)
          if (revoked->lost)
            forget(stream);
          else
            ask_back(stream);
      answer.push_back(std::move(event));
    }
    for (const auto& topic : std::exchange(questions_, {}))
      answer.push_back(watermarks_told{topic, watermarks(topic)});
  }

  void forget(const stream_name& stream) {
    known_.erase(stream);
    positions_.erase(stream);
    asked_back_.erase(stream);
  }

  void ask_back(const stream_name& stream) {
    const auto read = positions_.find(stream);
    asked_back_[stream] = read == positions_.end() ? 0 : read->second;
    positions_.erase(stream);
  }

  std::vector<stream_watermarks> watermarks(const std::string& topic) const {
    std::vector<stream_watermarks> marks;
    for (const auto& [stream, log] : broker_.logs())
      if (stream.topic == topic)
        marks.push_back({stream, 0, broker_.end_of(stream)});
    return marks;
  }

  void fetch(const stream_name& stream, std::int64_t& position, std::size_t room,
             std::vector<source_event>& answer) {
    if (room == 0)
      return;
    const auto read = [](const log_record& record) {
      return std::pair{record.offset, std::string_view{record.value}};
    };
    if (auto fetched = test::hand_out(stream, broker_.logs().at(stream), position,
                                      1 + broker_.random().below(room), read)) {
      for (const auto& record : fetched->records)
        watch_.polled(stream, record.offset);
      answer.push_back(std::move(*fetched));
    }
  }

  sim_broker& broker_;
  source_watch watch_;
  std::function<void()> wake_;
  int id_ = 0;
  std::set<stream_name> known_; ///< Told to be ours.
  std::map<stream_name, std::int64_t> positions_;
  std::map<stream_name, std::int64_t> asked_back_; ///< By the group, and where reading stopped.
  std::vector<std::string> questions_;
  std::size_t polls_ = 0;
};

} // namespace

std::unique_ptr<record_source> make_sim_source(sim_broker& broker, source_watch watch) {
  return std::make_unique<sim_source>(broker, std::move(watch));
}

} // namespace aepro::simulation
