/// The part of the model that computes verdicts and the hash chain anew.

#include "commit_model.hpp"

#include "messages/error_text.hpp"

namespace aepro::simulation {

std::vector<commit_model::judged> commit_model::judge(const record_batch& batch) {
  std::vector<judged> verdicts;
  for (const auto& record : batch.records) {
    const auto& expected = expected_.at(batch.stream).at(record.offset);
    auto& made = verdicts.emplace_back();
    if (expected.identity.empty())
      continue;
    const auto [first, is_new] = contents_.try_emplace(
        expected.identity, first_record{expected.content, batch.stream, record.offset});
    made.outcome = is_new                                      ? verdict::accepted
                   : first->second.content == expected.content ? verdict::duplicate
                                                               : verdict::conflict;
    if (!is_new)
      made.first = {&first->second.stream, first->second.offset};
  }
  return verdicts;
}

namespace {

/// Returns the head that a batch's records make of `before`. Their bytes are hashed anew.
template <class Verdicts>
sha256_digest head_after(const sha256_digest& before, const decided_batch& batch,
                         const Verdicts& verdicts) {
  ledger_chain chain(batch.raw->stream, before);
  sha256 hasher;
  for (std::size_t i = 0; i < verdicts.size(); ++i) {
    const auto& record = batch.raw->records[i];
    auto entry = make_chain_entry(record, batch.records[i], verdicts[i].outcome, verdicts[i].first);
    const auto digest = hasher(record.value.value_or(std::string_view{}));
    entry.value_digest = &digest;
    chain.append(entry);
  }
  return chain.head();
}

} // namespace

/// The head goes on from the one that the last commit left, and from no other: not from an earlier
/// one of the stream, which has its successor already, and not from one that a fail-over has taken
/// back. So no two segments that the store holds follow the same one.
void commit_model::check_head(const decided_batch& batch, std::span<const judged> verdicts,
                              const sha256_digest& said, const stream_state& state) const {
  const auto& raw = *batch.raw;
  if (said == state.head)
    log_.violated("chain: {} from {} left the head as it was", text_of(raw.stream),
                  raw.begin_offset);
  if (said == head_after(state.head, batch, verdicts))
    return;
  if (state.next_offset >= 0 && said == head_after({}, batch, verdicts))
    log_.violated("chain: {} from {} begins anew", text_of(raw.stream), raw.begin_offset);
  if (const auto known = heads_.find(raw.stream); known != heads_.end())
    for (const auto& [next_offset, head] : known->second)
      if (said == head_after(head, batch, verdicts))
        log_.violated("chain: {} from {} forks: it follows the head that the stream had at {}",
                      text_of(raw.stream), raw.begin_offset, next_offset);
  log_.violated("chain: {} from {}: the head is not what its records make of the one before",
                text_of(raw.stream), raw.begin_offset);
}

} // namespace aepro::simulation
