#include "commit_model.hpp"

#include "messages/error_text.hpp"

#include <algorithm>

namespace aepro::simulation {

namespace {

/// From produced to stored where nothing fails: the subjects' catch-up may take 5 s of it.
constexpr std::chrono::seconds calm_limit{10};

std::string text_of(const verdict_counts& counts) {
  return fmt::format("accepted {} rejected {} duplicate {} conflict {}", counts.accepted,
                     counts.rejected, counts.duplicate, counts.conflict);
}

bool is_same(const verdict_counts& left, const verdict_counts& right) {
  return left.accepted == right.accepted && left.rejected == right.rejected &&
         left.duplicate == right.duplicate && left.conflict == right.conflict;
}

} // namespace

void commit_model::claimed(const stream_claim& claim, const std::string& node) {
  auto& state = states_[claim.stream];
  if (claim.epoch <= state.epoch)
    log_.violated("claim of {}: epoch {} after {}", text_of(claim.stream), claim.epoch,
                  state.epoch);
  check_state(claim, "claim");
  state.epoch = claim.epoch;
  state.owner = node;
}

void commit_model::shown(std::span<const stream_claim> states) const {
  for (const auto& state : states)
    check_state(state, "look-up");
}

/// What the store says of a stream is what was committed last; nothing that a fail-over has taken
/// back.
void commit_model::check_state(const stream_claim& said, std::string_view where) const {
  const auto found = states_.find(said.stream);
  const auto& state = found == states_.end() ? stream_state{} : found->second;
  if (said.next_offset != state.next_offset)
    log_.violated("{} of {}: next_offset {}, committed is {}", where, text_of(said.stream),
                  said.next_offset, state.next_offset);
  if (said.chain_head != state.head)
    log_.violated("chain: {} of {}: its head is not that of the last commit", where,
                  text_of(said.stream));
  if (!is_same(said.totals, state.totals))
    log_.violated("{} of {}: {}, committed are {}", where, text_of(said.stream),
                  text_of(said.totals), text_of(state.totals));
}

/// A stage that starts again, or a writer that hangs, may leave a claim behind that comes after the
/// next one.
void commit_model::given_up(const stream_name& stream, const std::string& node) {
  const auto& faults = log_.faults();
  if (!faults.contains("kill-actor") && !faults.contains("throws") &&
      !faults.contains("throws-after-commit") && !faults.contains("slow-writer") &&
      !faults.contains("fail-over") && !faults.contains("hang") &&
      !faults.contains("out-of-memory") && states_[stream].owner == node)
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

void commit_model::released(const stream_name& stream, std::int64_t read,
                            std::chrono::milliseconds patience) const {
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

std::int64_t commit_model::committed_in(const stream_name& stream, std::uint64_t epoch) const {
  const auto found = in_epoch_.find({stream, epoch});
  return found == in_epoch_.end() ? -1 : found->second;
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
    one.claim = {.stream = stream,
                 .epoch = state.epoch,
                 .next_offset = state.next_offset,
                 .chain_head = state.head};
    one.counts = state.totals;
  }
  return all;
}

std::vector<std::int64_t> commit_model::rejected_before(const stream_name& stream,
                                                        std::int64_t end) const {
  std::vector<std::int64_t> offsets;
  if (const auto found = expected_.find(stream); found != expected_.end())
    for (const auto& [offset, record] : found->second)
      if (offset < end && record.identity.empty())
        offsets.push_back(offset);
  return offsets;
}

bool commit_model::had_head(const stream_name& stream, std::int64_t next_offset,
                            const sha256_digest& head) const {
  const auto found = heads_.find(stream);
  return found != heads_.end() && found->second.contains({next_offset, head});
}

void commit_model::check_place(const record_batch& batch, const stream_state& state) const {
  if (batch.epoch != state.epoch)
    log_.violated("zombie: {} at {} was committed in epoch {}, the claim's is {}",
                  text_of(batch.stream), batch.begin_offset, batch.epoch, state.epoch);
  if (batch.begin_offset != state.next_offset)
    log_.violated("order: {} was committed from {} on, the store stood at {}",
                  text_of(batch.stream), batch.begin_offset, state.next_offset);
}

/// A batch has every record that the topic has between its ends, and no other.
void commit_model::check_records(const record_batch& batch, const stream_state& state) const {
  auto at = batch.records.begin();
  for (const auto& [offset, value, published_at] : broker_.logs().at(batch.stream)) {
    if (offset < state.next_offset || offset >= batch.end_offset)
      continue;
    if (profile_.is_calm && broker_.now() - published_at > calm_limit)
      log_.violated(
          "late: {} offset {} took {} ms, though nothing failed", text_of(batch.stream), offset,
          std::chrono::duration_cast<std::chrono::milliseconds>(broker_.now() - published_at)
              .count());
    if (at == batch.records.end() || at->offset != offset || at->value != std::string_view{value})
      log_.violated("lost: {} offset {} is not in the batch from {} to {}", text_of(batch.stream),
                    offset, batch.begin_offset, batch.end_offset);
    ++at;
  }
  if (at != batch.records.end())
    log_.violated("invented: {} offset {}", text_of(batch.stream), at->offset);
}

/// Late is what is stored after its sender's deadline, by the store's clock, whatever the node's
/// says; without one, after its batch was due, of which deadline_watch knows whether it is true.
void commit_model::check_late(const record_batch& batch, std::uint64_t said) const {
  const auto now = store_time(broker_.now());
  const auto tolerance = clocks_.tolerance().count();
  const bool is_due =
      std::chrono::duration_cast<std::chrono::milliseconds>(broker_.now() - batch.due).count() > 0;
  std::uint64_t surely = 0, possibly = 0;
  std::set<std::string> seen;
  for (const auto& record : batch.records) {
    const auto& expected = expected_.at(batch.stream).at(record.offset);
    if (expected.identity.empty() || contents_.contains(expected.identity) ||
        !seen.insert(expected.identity).second)
      continue;
    const auto has_own = expected.deadline != 0;
    surely += (has_own ? expected.deadline + tolerance < now : is_due) ? 1 : 0;
    possibly += (has_own ? expected.deadline - tolerance < now : is_due) ? 1 : 0;
  }
  if (said < surely || said > possibly)
    log_.violated("late: of {} from {} {} records are said to be late, not {} to {}",
                  text_of(batch.stream), batch.begin_offset, said, surely, possibly);
}

void commit_model::check_verdicts(const record_batch& batch, const settlement& said,
                                  const verdict_counts& counts) const {
  if (!is_same(counts, said.counts))
    log_.violated("verdicts: {} from {}: {}, not {}", text_of(batch.stream), batch.begin_offset,
                  text_of(said.counts), text_of(counts));
  if (const auto& totals = states_.at(batch.stream).totals; !is_same(totals, said.totals))
    log_.violated("totals: {} from {}: {}, not {}", text_of(batch.stream), batch.begin_offset,
                  text_of(said.totals), text_of(totals));
}

void commit_model::committed(const decided_batch& decided, const settlement& said,
                             const std::string& node) {
  const auto& batch = *decided.raw;
  auto& state = states_[batch.stream];
  check_place(batch, state);
  check_records(batch, state);
  check_late(batch, said.late);
  const auto verdicts = judge(batch);
  check_head(decided, verdicts, said.chain_head, state);
  verdict_counts counts;
  for (const auto& [outcome, first] : verdicts)
    ++(outcome == verdict::accepted    ? counts.accepted
       : outcome == verdict::rejected  ? counts.rejected
       : outcome == verdict::duplicate ? counts.duplicate
                                       : counts.conflict);
  state.head = said.chain_head;
  heads_[batch.stream].emplace(batch.end_offset, said.chain_head);
  state.next_offset = batch.end_offset;
  highest_[batch.stream] = std::max(highest_[batch.stream], batch.end_offset);
  auto& in_epoch = in_epoch_.try_emplace({batch.stream, batch.epoch}, -1).first->second;
  in_epoch = std::max(in_epoch, batch.end_offset);
  state.totals += counts;
  totals_ += counts;
  by_node_[node] += counts.total();
  check_verdicts(batch, said, counts);
  log_.say("stored {} from {} to {} epoch {}", text_of(batch.stream), batch.begin_offset,
           batch.end_offset, batch.epoch);
}

void commit_model::committed(std::span<const std::shared_ptr<decided_batch>> group,
                             std::span<const append_outcome> outcomes, const std::string& node) {
  for (std::size_t i = 0; i < group.size(); ++i) {
    const auto& said = outcomes[i].settled;
    if (outcomes[i].committed)
      committed(*group[i], said, node);
    else
      check_state({said.stream, said.epoch, said.next_offset, said.chain_head, said.totals},
                  "refusal");
  }
}

} // namespace aepro::simulation
