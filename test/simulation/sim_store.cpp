#include "sim_store.hpp"

#include "messages/error_text.hpp"
#include "messages/type_ids.hpp"

#include <new>

namespace aepro::simulation {

sim_database::sim_database(draw& random, trace& log, const fault_profile& profile,
                           const sim_broker& broker)
    : clocks(random, log, profile, broker), model(broker, log, profile, clocks),
      deadlines(broker, log), random_(random), log_(log), profile_(profile), broker_(broker),
      data_(make_memory_database()) {
}

caf::error sim_database::refusal(std::string_view node, std::string_view call, std::size_t chance) {
  if (!is_up())
    return caf::make_error(errc::store_unavailable, "simulated: down");
  if (!faulty_ || !random_.chance(chance))
    return {};
  log_.fault(std::string{call} + "-fails", "of {}", node);
  return caf::make_error(errc::store_unavailable, "simulated");
}

void sim_database::starve(std::string_view node, std::string_view where) {
  if (!faulty_ || !random_.chance(profile_.out_of_memory))
    return;
  log_.fault("out-of-memory", "in {} of {}", where, node);
  throw std::bad_alloc();
}

void sim_database::lag() {
  stand_in_ = data_->snapshot();
  stand_in_model_ = model.snapshot();
  stand_in_outbox_ = outbox;
}

void sim_database::fail_over() {
  if (!stand_in_)
    return; // It has everything.
  deadlines.forgets_commits();
  log_.fault("fail-over", "to a stand-in that lacks {} records",
             (model.totals() - stand_in_model_->totals).total());
  data_->return_to(*stand_in_);
  model.return_to(*stand_in_model_);
  outbox = std::move(stand_in_outbox_);
  stand_in_ = nullptr;
}

/// One connection: each call may fail before it does anything, or do all and lose its answer.
class sim_store final : public event_store {
public:
  sim_store(sim_database& database, std::string node, const node_limits& limits)
      : database_(database), node_(std::move(node)), limits_(limits),
        data_(database.data_->connect_with([this] {
          database_.starve(node_, "a group's plan"); // It is made, and nothing is stored yet.
          return insertion_instant{database_.clocks.time_for(node_), database_.broker_.now()};
        })) {}

  caf::expected<stream_claim> claim(const stream_name& stream) override {
    if (auto refused = database_.refusal(node_, "claim", profile().claim_fails))
      return refused;
    database_.starve(node_, "a claim");
    auto claim = data_->claim(stream);
    database_.model.claimed(*claim, node_);
    database_.deadlines.claimed(node_, *claim);
    log().say("{} claims {} epoch {} next_offset {}", node_, text_of(stream), claim->epoch,
              claim->next_offset);
    if (fires("claim-answer-lost", profile().claim_answer_lost))
      return caf::make_error(errc::store_unavailable, "simulated: answer lost");
    return claim;
  }

  caf::expected<std::vector<append_outcome>>
  append(std::span<const std::shared_ptr<decided_batch>> group, time_point deadline) override {
    if (auto refused = database_.refusal(node_, "append", profile().fails_before_commit))
      return refused;
    if (fires("busy", profile().busy))
      return caf::make_error(errc::store_busy, "simulated: serialization failure");
    if (fires("full", profile().full))
      return caf::make_error(errc::store_full, "simulated: disk full");
    if (fires("throws", profile().throws))
      throw std::bad_alloc(); // Any other exception would be the content's fault.
    if (database_.broker_.now() >= deadline)
      return caf::make_error(errc::deadline_exceeded, "simulated: no time left");
    check_size(group);
    database_.deadlines.writes(node_, group, deadline, limits_);
    auto outcomes = data_->append(group, time_point::max()); // Its own clock is the real one.
    if (!outcomes) {
      log().violated("append of {}: {}", node_, error_text(outcomes.error()));
      return outcomes;
    }
    database_.outbox.write(group, *outcomes);
    database_.model.committed(group, *outcomes, node_);
    if (fires("throws-after-commit", profile().throws_after_commit))
      throw std::bad_alloc(); // Any other exception would be the content's fault.
    if (fires("outcome-unknown", profile().outcome_unknown))
      return caf::make_error(errc::store_outcome_unknown, "simulated: answer lost");
    return outcomes;
  }

  caf::expected<std::vector<subject_context_ptr>>
  load_subjects(std::span<const subject_key> keys) override {
    if (auto refused = database_.refusal(node_, "look-up", profile().look_up_fails))
      return refused;
    database_.starve(node_, "a look-up");
    return data_->load_subjects(keys);
  }

  caf::expected<std::vector<stream_claim>> partitions() override {
    if (auto refused = database_.refusal(node_, "partitions", profile().look_up_fails))
      return refused;
    auto states = data_->partitions();
    database_.model.shown(*states);
    return states;
  }

private:
  /// A batch that alone has more records than a transaction may have goes alone.
  void check_size(std::span<const std::shared_ptr<decided_batch>> group) const {
    std::size_t records = 0;
    for (const auto& batch : group) {
      records += batch->records.size();
      if (batch->records.size() > limits_.batch_records_max)
        log().violated("bounds: a batch of {} has {} of {} records", node_, batch->records.size(),
                       limits_.batch_records_max);
    }
    if (group.size() > 1 && records > limits_.group_records_max)
      log().violated("bounds: a transaction of {} has {} of {} records", node_, records,
                     limits_.group_records_max);
  }

  const fault_profile& profile() const { return database_.profile_; }
  trace& log() const { return database_.log_; }

  bool fires(const std::string& kind, std::size_t chance) {
    if (!database_.faulty_ || !database_.random_.chance(chance))
      return false;
    log().fault(kind, "of {}", node_);
    return true;
  }

  sim_database& database_;
  std::string node_;
  node_limits limits_;
  std::unique_ptr<event_store> data_;
};

caf::expected<std::unique_ptr<event_store>> sim_database::connect(std::string node,
                                                                  const node_limits& limits) {
  if (!is_up())
    return caf::make_error(errc::store_unavailable, "simulated: down");
  return std::unique_ptr<event_store>{std::make_unique<sim_store>(*this, std::move(node), limits)};
}

} // namespace aepro::simulation
