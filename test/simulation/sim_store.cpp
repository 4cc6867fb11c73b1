#include "sim_store.hpp"

#include "messages/error_text.hpp"
#include "messages/type_ids.hpp"

#include <new>

namespace aepro::simulation {

namespace {

/// From produced to stored where nothing fails: the subjects' catch-up may take 5 s of it.
constexpr std::chrono::seconds calm_limit{10};

} // namespace

void commit_model::claimed(const stream_claim& claim, const std::string& node) {
  auto& state = states_[claim.stream];
  if (claim.epoch <= state.epoch)
    log_.violated("claim of {}: epoch {} after {}", text_of(claim.stream), claim.epoch, state.epoch);
  if (claim.next_offset != state.next_offset)
    log_.violated("claim of {}: next_offset {}, committed is {}", text_of(claim.stream), claim.next_offset,
             state.next_offset);
  state.epoch = claim.epoch;
  state.owner = node;
}

/// A stage that starts again, or a writer that hangs, may leave a claim behind that comes after the next one.
void commit_model::given_up(const stream_name& stream, const std::string& node) {
  const auto& faults = log_.faults();
  if (!faults.contains("kill-actor") && !faults.contains("throws") && !faults.contains("throws-after-commit")
      && !faults.contains("slow-writer") && !faults.contains("fail-over") && !faults.contains("hang")
      && !faults.contains("out-of-memory")
      && states_[stream].owner == node)
    log_.violated("{} gives {} up, though nobody else has claimed it", node, text_of(stream));
}

std::shared_ptr<const commit_model::moment> commit_model::snapshot() const {
  return std::make_shared<const moment>(moment{contents_, states_, totals_});
}

void commit_model::return_to(const moment& earlier) {
  contents_ = earlier.contents;
  states_ = earlier.states;
  totals_ = earlier.totals;
}

void commit_model::released(const stream_name& stream, std::int64_t read, std::chrono::milliseconds patience) const {
  const bool is_complete = std::max<std::int64_t>(next_offset(stream), 0) >= read;
  log_.say("{} is released{}", text_of(stream), is_complete ? "" : " with records in flight");
  if (!is_complete && profile_.is_calm && patience >= std::chrono::seconds{1})
    log_.violated("{} is released with records in flight, though nothing failed", text_of(stream));
}

std::int64_t commit_model::next_offset(const stream_name& stream) const {
  const auto found = states_.find(stream);
  return found == states_.end() ? -1 : found->second.next_offset;
}

std::int64_t commit_model::highest_offset(const stream_name& stream) const {
  const auto found = highest_.find(stream);
  return found == highest_.end() ? -1 : found->second;
}

std::uint64_t commit_model::epoch(const stream_name& stream) const {
  const auto found = states_.find(stream);
  return found == states_.end() ? 0 : found->second.epoch;
}

std::vector<publication_state> commit_model::publication_states() const {
  std::vector<publication_state> all;
  for (const auto& [stream, state] : states_) {
    auto& one = all.emplace_back();
    one.stream_id = static_cast<std::int32_t>(all.size());
    one.claim = {.stream = stream, .epoch = state.epoch, .next_offset = state.next_offset, .chain_head = state.head};
    one.counts = state.totals;
  }
  return all;
}

std::vector<std::int64_t> commit_model::rejected_before(const stream_name& stream, std::int64_t end) const {
  std::vector<std::int64_t> offsets;
  if (const auto found = expected_.find(stream); found != expected_.end())
    for (const auto& [offset, record] : found->second)
      if (offset < end && record.identity.empty())
        offsets.push_back(offset);
  return offsets;
}

bool commit_model::had_head(const stream_name& stream, std::int64_t next_offset, const sha256_digest& head) const {
  const auto found = heads_.find(stream);
  return found != heads_.end() && found->second.contains({next_offset, head});
}

void commit_model::check_place(const record_batch& batch, const stream_state& state) const {
  if (batch.epoch != state.epoch)
    log_.violated("zombie: {} at {} was committed in epoch {}, the claim's is {}", text_of(batch.stream),
             batch.begin_offset, batch.epoch, state.epoch);
  if (batch.begin_offset != state.next_offset)
    log_.violated("order: {} was committed from {} on, the store stood at {}", text_of(batch.stream), batch.begin_offset,
             state.next_offset);
}

/// A batch has every record that the topic has between its ends, and no other.
void commit_model::check_records(const record_batch& batch, const stream_state& state) const {
  auto at = batch.records.begin();
  for (const auto& [offset, value, published_at] : broker_.logs().at(batch.stream)) {
    if (offset < state.next_offset || offset >= batch.end_offset)
      continue;
    if (profile_.is_calm && broker_.now() - published_at > calm_limit)
      log_.violated("late: {} offset {} took {} ms, though nothing failed", text_of(batch.stream), offset,
                    std::chrono::duration_cast<std::chrono::milliseconds>(broker_.now() - published_at).count());
    if (at == batch.records.end() || at->offset != offset || at->value != std::string_view{value})
      log_.violated("lost: {} offset {} is not in the batch from {} to {}", text_of(batch.stream), offset,
               batch.begin_offset, batch.end_offset);
    ++at;
  }
  if (at != batch.records.end())
    log_.violated("invented: {} offset {}", text_of(batch.stream), at->offset);
}

/// Late is what is stored after its sender's deadline, by the store's clock, whatever the node's says.
void commit_model::check_late(const record_batch& batch, std::uint64_t said) const {
  const auto now = store_time(broker_.now());
  const auto tolerance = clocks_.tolerance().count();
  std::uint64_t surely = 0, possibly = 0;
  std::set<std::string> seen;
  for (const auto& record : batch.records) {
    const auto& expected = expected_.at(batch.stream).at(record.offset);
    if (expected.identity.empty() || expected.deadline == 0 || contents_.contains(expected.identity)
        || !seen.insert(expected.identity).second)
      continue;
    surely += expected.deadline + tolerance < now ? 1 : 0;
    possibly += expected.deadline - tolerance < now ? 1 : 0;
  }
  if (said < surely || said > possibly)
    log_.violated("late: of {} from {} {} records are said to be late, not {} to {}", text_of(batch.stream),
                  batch.begin_offset, said, surely, possibly);
}

verdict_counts commit_model::count(const record_batch& batch) {
  verdict_counts counts;
  for (const auto& record : batch.records) {
    const auto& expected = expected_.at(batch.stream).at(record.offset);
    if (expected.identity.empty()) {
      ++counts.rejected;
      continue;
    }
    const auto [first, is_new] = contents_.try_emplace(expected.identity, expected.content);
    ++(is_new ? counts.accepted : first->second == expected.content ? counts.duplicate : counts.conflict);
  }
  return counts;
}

void commit_model::committed(std::span<const std::shared_ptr<decided_batch>> group,
                             std::span<const append_outcome> outcomes, const std::string& node) {
  for (std::size_t i = 0; i < group.size(); ++i) {
    if (!outcomes[i].committed)
      continue;
    const auto& batch = *group[i]->raw;
    auto& state = states_[batch.stream];
    check_place(batch, state);
    check_records(batch, state);
    const auto& said = outcomes[i].settled;
    check_late(batch, said.late);
    const auto counts = count(batch);
    if ((counts - said.counts).total() != 0 || counts.accepted != said.counts.accepted
        || counts.duplicate != said.counts.duplicate || counts.conflict != said.counts.conflict)
      log_.violated("verdicts: {} from {}: accepted {} rejected {} duplicate {} conflict {}, not {} {} {} {}",
               text_of(batch.stream), batch.begin_offset, said.counts.accepted, said.counts.rejected,
               said.counts.duplicate, said.counts.conflict, counts.accepted, counts.rejected, counts.duplicate,
               counts.conflict);
    if (said.chain_head == state.head)
      log_.violated("chain: {} from {} left the head as it was", text_of(batch.stream), batch.begin_offset);
    state.head = said.chain_head;
    heads_[batch.stream].emplace(batch.end_offset, said.chain_head);
    state.next_offset = batch.end_offset;
    highest_[batch.stream] = std::max(highest_[batch.stream], batch.end_offset);
    state.totals += counts;
    totals_ += counts;
    by_node_[node] += counts.total();
    log_.say("stored {} from {} to {} epoch {}", text_of(batch.stream), batch.begin_offset, batch.end_offset,
             batch.epoch);
  }
}

sim_database::sim_database(draw& random, trace& log, const fault_profile& profile, const sim_broker& broker)
  : clocks(random, log, profile, broker),
    model(broker, log, profile, clocks),
    random_(random),
    log_(log),
    profile_(profile),
    broker_(broker),
    data_(make_memory_database()) {}

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
}

void sim_database::fail_over() {
  if (!stand_in_)
    return; // It has everything.
  log_.fault("fail-over", "to a stand-in that lacks {} records",
             (model.totals() - stand_in_model_->totals).total());
  data_->return_to(*stand_in_);
  model.return_to(*stand_in_model_);
  stand_in_ = nullptr;
}

/// One connection: each call may fail before it does anything, or do all and lose its answer.
class sim_store final : public event_store {
public:
  sim_store(sim_database& database, std::string node)
    : database_(database), node_(std::move(node)), data_(database.data_->connect_with([this] {
        database_.starve(node_, "a group's plan"); // It is made, and nothing is stored yet.
        return database_.clocks.time_for(node_);
      })) {}

  caf::expected<stream_claim> claim(const stream_name& stream) override {
    if (auto refused = database_.refusal(node_, "claim", profile().claim_fails))
      return refused;
    database_.starve(node_, "a claim");
    auto claim = data_->claim(stream);
    database_.model.claimed(*claim, node_);
    log().say("{} claims {} epoch {} next_offset {}", node_, text_of(stream), claim->epoch, claim->next_offset);
    if (fires("claim-answer-lost", profile().claim_answer_lost))
      return caf::make_error(errc::store_unavailable, "simulated: answer lost");
    return claim;
  }

  caf::expected<std::vector<append_outcome>> append(std::span<const std::shared_ptr<decided_batch>> group,
                                                    time_point deadline) override {
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
    auto outcomes = data_->append(group, time_point::max()); // Its own clock is the real one.
    if (!outcomes) {
      log().violated("append of {}: {}", node_, error_text(outcomes.error()));
      return outcomes;
    }
    database_.model.committed(group, *outcomes, node_);
    if (fires("throws-after-commit", profile().throws_after_commit))
      throw std::bad_alloc(); // Any other exception would be the content's fault.
    if (fires("outcome-unknown", profile().outcome_unknown))
      return caf::make_error(errc::store_outcome_unknown, "simulated: answer lost");
    return outcomes;
  }

  caf::expected<std::vector<subject_context_ptr>> load_subjects(std::span<const subject_key> keys) override {
    if (auto refused = database_.refusal(node_, "look-up", profile().look_up_fails))
      return refused;
    database_.starve(node_, "a look-up");
    return data_->load_subjects(keys);
  }

  caf::expected<std::vector<stream_claim>> partitions() override {
    if (auto refused = database_.refusal(node_, "partitions", profile().look_up_fails))
      return refused;
    return data_->partitions();
  }

private:
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
  std::unique_ptr<event_store> data_;
};

caf::expected<std::unique_ptr<event_store>> sim_database::connect(std::string node) {
  if (!is_up())
    return caf::make_error(errc::store_unavailable, "simulated: down");
  return std::unique_ptr<event_store>{std::make_unique<sim_store>(*this, std::move(node))};
}

} // namespace aepro::simulation
