#include "actors/storage/writer_actor.hpp"

namespace aepro {

namespace {

/// Runs `work` on the open store; opening it first where needed.
template <class Result, class Work>
caf::result<Result> with_store(writer_state& state, Work work) {
  if (!state.store) {
    auto opened = state.open();
    if (!opened)
      return std::move(opened.error());
    state.store = std::move(*opened);
  }
  caf::expected<Result> answer = work(*state.store);
  if (!answer)
    return std::move(answer.error());
  return std::move(*answer);
}

/// The group's deadline is that of its most patient batch: an earlier one must not cancel the others.
std::chrono::steady_clock::time_point deadline_of(const decided_group& group) {
  auto deadline = group.front()->raw->deadline;
  for (const auto& batch : group)
    deadline = std::max(deadline, batch->raw->deadline);
  return deadline;
}

} // namespace

writer_state::writer_state(writer_actor::pointer self, open_store open)
  : self(self), open(std::move(open)) {}

writer_actor::behavior_type writer_state::make_behavior() {
  return {
    [this](decided_group& group) {
      return with_store<append_outcomes>(*this, [&](event_store& opened) {
        return opened.append(group, deadline_of(group));
      });
    },
    [this](claim_atom, const stream_name& stream) {
      return with_store<stream_claim>(*this, [&](event_store& opened) { return opened.claim(stream); });
    },
    [this](const subject_keys& keys) {
      return with_store<subject_contexts>(*this, [&](event_store& opened) {
        return opened.load_subjects(keys);
      });
    },
    [this](partitions_atom) {
      return with_store<partition_states>(*this, [&](event_store& opened) { return opened.partitions(); });
    },
  };
}

} // namespace aepro
