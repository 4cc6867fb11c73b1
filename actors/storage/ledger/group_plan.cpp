#include "actors/storage/ledger/group_plan.hpp"

#include "actors/storage/ledger/big_endian.hpp"

#include <algorithm>
#include <map>

namespace aepro {

namespace {

std::uint64_t half(const event_key& key, std::size_t begin) {
  return get_big_endian<std::uint64_t>(
      {reinterpret_cast<const char*>(key.data()) + begin, sizeof(std::uint64_t)});
}

bool by_key(const planned_row& left, const planned_row& right) {
  const auto left_high = half(left.key, 0), right_high = half(right.key, 0);
  if (left_high != right_high)
    return left_high < right_high;
  const auto left_low = half(left.key, 8), right_low = half(right.key, 8);
  if (left_low != right_low)
    return left_low < right_low;
  return left.batch != right.batch ? left.batch < right.batch : left.record < right.record;
}

} // namespace

group_plan::group_plan(std::vector<planned_input> group) : inputs_(std::move(group)) {
  std::size_t count = 0;
  for (const auto& input : inputs_)
    count += input.batch->records.size();
  sorted_.reserve(count);
  for (std::uint32_t batch = 0; batch < inputs_.size(); ++batch) {
    const auto& records = inputs_[batch].batch->records;
    const auto begin = static_cast<std::ptrdiff_t>(sorted_.size());
    for (std::uint32_t record = 0; record < records.size(); ++record)
      if (records[record].decision.rejection == rejection::none)
        sorted_.push_back({records[record].key, batch, record, records[record].event.kind});
    // Ids in arrival order (UUIDv7) are sorted already, and batches of a stream follow each other.
    if (!std::is_sorted(sorted_.begin() + begin, sorted_.end(), by_key))
      std::sort(sorted_.begin() + begin, sorted_.end(), by_key);
    const auto middle = sorted_.begin() + begin;
    if (begin > 0 && middle != sorted_.end() && by_key(*middle, *std::prev(middle)))
      std::inplace_merge(sorted_.begin(), middle, sorted_.end(), by_key);
  }
  rows_.reserve(sorted_.size());
  std::unique_copy(
      sorted_.begin(), sorted_.end(), std::back_inserter(rows_),
      [](const planned_row& left, const planned_row& right) { return left.key == right.key; });
}

void group_plan::resolve(std::span<const known_event> known, std::span<const stream_claim> states) {
  give_verdicts(known);
  link_chains(states);
}

void group_plan::leave_out(std::span<const known_event> known) {
  if (known.empty())
    return;
  std::vector<event_key> keys;
  for (const auto& event : known)
    keys.push_back(event.key);
  std::sort(keys.begin(), keys.end());
  std::erase_if(rows_, [&](const planned_row& row) {
    return std::binary_search(keys.begin(), keys.end(), row.key);
  });
}

void group_plan::give_verdicts(std::span<const known_event> known) {
  batches_.assign(inputs_.size(), {});
  for (std::size_t i = 0; i < inputs_.size(); ++i)
    batches_[i].verdicts.assign(inputs_[i].batch->records.size(), verdict::rejected);
  std::vector<known_event> sorted_known(known.begin(), known.end());
  std::sort(sorted_known.begin(), sorted_known.end(),
            [](const known_event& left, const known_event& right) { return left.key < right.key; });
  rows_.clear();
  auto next_known = sorted_known.begin();
  known_event first; // The record that the present key's others are compared with.
  for (std::size_t i = 0; i < sorted_.size(); ++i) {
    const auto& row = sorted_[i];
    const auto& record = decided(row);
    auto& batch = batches_[row.batch];
    if (i == 0 || sorted_[i - 1].key != row.key) {
      while (next_known != sorted_known.end() && next_known->key < row.key)
        ++next_known;
      if (next_known == sorted_known.end() || next_known->key != row.key) {
        first = {row.key, record.content_check, inputs_[row.batch].stream, raw(row).offset};
        rows_.push_back(row);
        batch.verdicts[row.record] = verdict::accepted;
        continue;
      }
      first = *next_known;
    }
    batch.verdicts[row.record] =
        record.content_check == first.content_check ? verdict::duplicate : verdict::conflict;
    batch.repeats.push_back({row.record, first.stream, first.offset});
  }
  for (auto& batch : batches_)
    std::sort(batch.repeats.begin(), batch.repeats.end(),
              [](const planned_repeat& left, const planned_repeat& right) {
                return left.record < right.record;
              });
}

void group_plan::find_late(const insertion_instant& at) {
  next_due_.reset();
  for (const auto& row : rows_) {
    const auto due = due_at(decided(row).event, rule_of(row, at));
    if (!due)
      continue;
    if (*due < at.wall)
      batches_[row.batch].late.push_back(row.record);
    else
      next_due_ = std::min(*due, next_due_.value_or(*due));
  }
}

bool group_plan::more_are_late(const insertion_instant& now) const {
  return next_due_ && *next_due_ < now.wall;
}

lateness_rule group_plan::rule_of(const planned_row& row, const insertion_instant& at) const {
  return {at.wall, due_at(*inputs_[row.batch].batch->raw, at)};
}

std::int64_t group_plan::lateness_ms(const planned_row& row, const insertion_instant& at) const {
  return aepro::lateness_ms(decided(row).event, rule_of(row, at));
}

void group_plan::link_chains(std::span<const stream_claim> states) {
  std::vector<std::pair<const stored_stream*, ledger_chain>> chains;
  std::vector<stored_decision> stored;
  for (std::size_t i = 0; i < inputs_.size(); ++i) {
    const auto& input = inputs_[i];
    auto chain = std::find_if(chains.begin(), chains.end(),
                              [&](const auto& entry) { return entry.first == input.stream; });
    if (chain == chains.end()) {
      const auto* state = find_state(states, input.stream->name);
      chains.emplace_back(input.stream, ledger_chain(input.stream->name,
                                                     state ? state->chain_head : sha256_digest{}));
      chain = std::prev(chains.end());
    }
    auto& batch = batches_[i];
    batch.chain_before = chain->second.head();
    stored.clear();
    auto repeat = batch.repeats.begin();
    for (std::uint32_t r = 0; r < batch.verdicts.size(); ++r) {
      record_reference first;
      if (repeat != batch.repeats.end() && repeat->record == r) {
        first = {&repeat->first_stream->name, repeat->first_offset};
        ++repeat;
      }
      const auto& decided = input.batch->records[r];
      const auto outcome = batch.verdicts[r];
      switch (outcome) {
        case verdict::accepted: ++batch.counts.accepted; break;
        case verdict::rejected: ++batch.counts.rejected; break;
        case verdict::duplicate: ++batch.counts.duplicate; break;
        case verdict::conflict: ++batch.counts.conflict; break;
      }
      if (outcome != verdict::accepted || !decided.decision.findings.empty() ||
          !decided.decision.alerts.empty())
        batch.noted.push_back(r);
      const auto& hash = chain->second.append(
          make_chain_entry(input.batch->raw->records[r], decided, outcome, first));
      stored.push_back({outcome, decided.decision.encoded,
                        get_big_endian<std::uint64_t>(
                            {reinterpret_cast<const char*>(hash.data()), sizeof(std::uint64_t)}),
                        first});
    }
    batch.chain_after = chain->second.head();
    batch.decisions = encode_decisions(stored);
  }
}

std::vector<append_outcome> outcomes_of(std::span<const std::shared_ptr<decided_batch>> group,
                                        const std::vector<bool>& admitted, const group_plan& plan,
                                        std::span<const stream_claim> states) {
  std::vector<append_outcome> outcomes;
  outcomes.reserve(group.size());
  std::size_t planned = 0;
  std::map<stream_name, verdict_counts> totals;
  for (const auto& state : states)
    totals[state.stream] = state.totals;
  for (std::size_t i = 0; i < group.size(); ++i) {
    const auto& raw = *group[i]->raw;
    append_outcome outcome;
    outcome.committed = admitted[i];
    outcome.settled.stream = raw.stream;
    outcome.settled.begin_offset = raw.begin_offset;
    outcome.settled.next_offset = -1;
    if (admitted[i]) {
      const auto& batch = plan.batches()[planned++];
      outcome.settled.epoch = raw.epoch;
      outcome.settled.next_offset = raw.end_offset;
      outcome.settled.counts = batch.counts;
      outcome.settled.late = batch.late.size();
      outcome.settled.chain_head = batch.chain_after;
      totals[raw.stream] += batch.counts;
    } else if (const auto* state = find_state(states, raw.stream)) {
      outcome.settled.epoch = state->epoch;
      outcome.settled.next_offset = state->next_offset;
      outcome.settled.chain_head = state->chain_head;
    }
    outcome.settled.totals = totals[raw.stream];
    outcomes.push_back(std::move(outcome));
  }
  return outcomes;
}

} // namespace aepro
