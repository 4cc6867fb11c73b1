#include "run_seed.hpp"

#include "actors/common/invariant.hpp"
#include "sim_node.hpp"
#include "workload.hpp"

namespace aepro::simulation {

namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr std::uint64_t steps_max = 3'000'000;
constexpr seconds rest_max{300}; ///< All must be stored and settled so long after the last fault.

class run {
public:
  run(std::uint64_t seed, bool verbose)
      : random_(seed), log_(verbose), profile_(draw_profile(random_)),
        broker_(random_, log_, profile_), database_(random_, log_, profile_, broker_),
        outbox_(random_, log_, profile_, broker_, database_),
        people_(random_, log_, profile_, broker_, database_), load_(random_, profile_),
        cluster_(random_, log_, broker_, database_, outbox_, people_) {}

  run_result operator()(std::uint64_t seed) {
    begin();
    while (log_.violation().empty() && !is_trouble_over())
      step(true);
    come_to_rest();
    run_result result{
        .seed = seed, .violation = log_.violation(), .trace_hash = log_.hash(), .steps = steps_};
    result.records = load_.records();
    result.virtual_seconds = std::chrono::duration<double>(cluster_.now() - started_).count();
    result.faults = log_.faults();
    return result;
  }

private:
  void begin() {
    for (const auto& stream : load_.streams())
      broker_.add_stream(stream);
    cluster_.pass_time(milliseconds{1});
    started_ = cluster_.now();
    trouble_ends_ = started_ + milliseconds{random_.between(1'000, 60'000)};
    const auto nodes = 1 + random_.below(3);
    for (std::size_t number = 1; number <= nodes; ++number)
      cluster_.start(number);
  }

  bool is_trouble_over() const { return load_.is_done() && now_ >= trouble_ends_; }

  void step(bool with_trouble) {
    now_ = cluster_.now();
    if (++steps_ > steps_max)
      log_.violated("endless: {} steps", steps_);
    if (steps_ % 16 == 0)
      cluster_.replace_ended();
    if (with_trouble)
      trouble();
    if (!load_.is_done() && random_.chance(20))
      load_.publish(broker_, database_.model);
    if (random_.chance(5) || !cluster_.run_one())
      cluster_.pass_time(milliseconds{random_.between(1, 50)});
    check_commits();
  }

  /// In 100,000.
  bool fires(std::size_t chance) { return chance > 0 && random_.below(100'000) < chance; }
  milliseconds up_to(std::int64_t most) { return milliseconds{random_.between(1, most)}; }

  void trouble() {
    if (fires(profile_.rebalance)) {
      log_.fault("rebalance", "drawn");
      broker_.rebalance();
    }
    if (fires(profile_.lose_partitions))
      broker_.lose_partitions();
    if (fires(profile_.broker_stall)) {
      const auto duration = up_to(5'000);
      log_.fault("broker-stall", "{} ms", duration.count());
      broker_.stall(now_ + duration);
    }
    if (fires(profile_.store_down)) {
      const auto duration = up_to(20'000);
      log_.fault("store-down", "{} ms", duration.count());
      database_.down_until(now_ + duration);
    }
    if (fires(profile_.fail_over))
      fail_over();
    if (fires(profile_.clock_jump)) {
      log_.fault("clock-jump", "drawn");
      cluster_.pass_time(up_to(60'000));
    }
    trouble_of_nodes();
  }

  /// The stand-in lags, and at some later time takes over.
  void fail_over() {
    lags_ ? database_.fail_over() : database_.lag();
    lags_ ? outbox_.fail_over() : outbox_.lag();
    lags_ ? people_.fail_over() : people_.lag();
    lags_ = !lags_;
  }

  void trouble_of_nodes() {
    auto living = cluster_.living();
    if (living.empty())
      return;
    auto& node = *random_.pick(living);
    if (fires(profile_.kill_node))
      cluster_.kill(node, up_to(5'000));
    else if (fires(profile_.stop_node))
      cluster_.stop(node);
    else if (fires(profile_.pause_node))
      cluster_.pause(node, up_to(20'000));
    else if (fires(profile_.kill_actor))
      cluster_.kill_actor(node);
    else if (fires(profile_.hang))
      cluster_.hang(node);
    else if (fires(profile_.slow_writer))
      cluster_.slow_down(node, "aepro.storage.writer", "slow-writer", up_to(3'000));
    else if (fires(profile_.wall_clock_jump))
      cluster_.jump_clock(node);
    else if (fires(profile_.slow_publisher))
      slow_down_outlet(node);
  }

  void slow_down_outlet(sim_node& node) {
    const bool publishes = random_.chance(500);
    const auto duration = up_to(15'000);
    const bool delivers = duration.count() % 2 == 0;
    cluster_.slow_down(node,
                       publishes  ? "aepro.publisher"
                       : delivers ? "aepro.channel"
                                  : "aepro.notifier",
                       "slow-outlet", duration);
  }

  void check_commits() {
    for (const auto& [stream, offset] : broker_.committed)
      if (offset > database_.model.highest_offset(stream))
        log_.violated("committed to Kafka: {}/{} {}, the store has {}", stream.topic,
                      stream.partition, offset, database_.model.highest_offset(stream));
  }

  bool all_stored() const {
    for (const auto& [stream, log] : broker_.logs())
      if (!log.empty() && database_.model.next_offset(stream) != broker_.end_of(stream))
        return false;
    return true;
  }

  /// No fault any more, and no restart that could hide a standstill.
  void come_to_rest() {
    log_.say("from here on nothing fails");
    broker_.heal();
    database_.heal();
    outbox_.heal();
    people_.heal();
    cluster_.wake_all();
    const auto limit = cluster_.now() + rest_max;
    while (log_.violation().empty() && !all_stored()) {
      if (cluster_.now() > limit) {
        log_.violated("standstill: {}", what_is_missing());
        return;
      }
      step(false);
    }
    const auto settled = cluster_.now() + seconds{30}; // The last answers, retries and commits.
    while (log_.violation().empty() && cluster_.now() < settled)
      step(false);
    check_totals();
    publish_the_rest(limit);
    tell_the_rest(limit);
  }

  /// What the store holds at the end is published, and its heads are anchored.
  void publish_the_rest(time_point limit) {
    while (log_.violation().empty() && !outbox_.what_is_missing().empty()) {
      if (cluster_.now() > limit) {
        log_.violated("not published:{}", outbox_.what_is_missing());
        return;
      }
      step(false);
    }
  }

  /// Of every alert that the store holds at the end somebody was told.
  void tell_the_rest(time_point limit) {
    while (log_.violation().empty() && !people_.who_is_missing().empty()) {
      if (cluster_.now() > limit) {
        log_.violated("not told:{}", people_.who_is_missing());
        return;
      }
      step(false);
    }
  }

  std::string what_is_missing() const {
    std::string text;
    for (const auto& [stream, log] : broker_.logs())
      if (const auto next = database_.model.next_offset(stream);
          !log.empty() && next != broker_.end_of(stream))
        text += fmt::format(" {}/{} stands at {} of {}", stream.topic, stream.partition, next,
                            broker_.end_of(stream));
    return text;
  }

  /// Completeness: read = settled, with nothing in flight, as each node counts by itself.
  void check_totals() {
    if (!log_.violation().empty())
      return;
    if (invariants_broken != broken_before_)
      log_.violated("an invariant of the product was broken, and its actor started anew");
    if (database_.model.totals().total() != load_.records())
      log_.violated("completeness: {} verdicts of {} records", database_.model.totals().total(),
                    load_.records());
    for (auto* node : cluster_.living()) {
      const auto status = cluster_.status_of(*node);
      if (!status)
        log_.violated("node {} does not answer", node->number);
      else if (status->read_records != status->counts.total())
        log_.violated("completeness: node {} read {} and settled {}", node->number,
                      status->read_records, status->counts.total());
      else if (!log_.faults().contains(
                   "fail-over") // It takes back claims, so that others' records look like ours.
               && status->counts.total() > database_.model.committed_by(node->name))
        log_.violated("completeness: {} settled {}, and committed {}", node->name,
                      status->counts.total(), database_.model.committed_by(node->name));
      else if (profile_.is_calm && status->retries > 0)
        log_.violated("node {} tried {} batches again, though nothing failed", node->number,
                      status->retries);
    }
  }

  draw random_;
  trace log_;
  fault_profile profile_;
  sim_broker broker_;
  sim_database database_;
  sim_outbox outbox_;
  sim_people people_;
  workload load_;
  sim_cluster cluster_;
  time_point started_{}, now_{}, trouble_ends_{};
  std::uint64_t steps_ = 0;
  std::uint64_t broken_before_ = invariants_broken;
  bool lags_ = false; ///< The database's stand-in.
};

} // namespace

run_result run_seed(std::uint64_t seed, bool verbose) {
  run one(seed, verbose);
  return one(seed);
}

} // namespace aepro::simulation
