#include "actors/storage/ledger/group_gate.hpp"

#include <fmt/format.h>

namespace aepro {

namespace {

std::string describe(const record_batch& batch) {
  return fmt::format("batch {}..{} of {}[{}]", batch.begin_offset, batch.end_offset,
                     batch.stream.topic, batch.stream.partition);
}

std::optional<std::string> find_batch_mistake(const decided_batch& batch) {
  const auto& raw = *batch.raw;
  if (batch.records.size() != raw.records.size())
    return fmt::format("{} has {} records but {} decisions", describe(raw), raw.records.size(),
                       batch.records.size());
  if (raw.records.empty())
    return describe(raw) + " is empty";
  if (batch.evidence.empty())
    return describe(raw) + " has no evidence";
  auto previous = raw.begin_offset - 1;
  for (const auto& record : raw.records) {
    if (record.offset <= previous || record.offset < 0)
      return fmt::format("{}: offset {} after {}", describe(raw), record.offset, previous);
    previous = record.offset;
  }
  if (raw.end_offset != previous + 1)
    return fmt::format("{} ends with offset {}", describe(raw), previous);
  return std::nullopt;
}

const record_batch* find_before(std::span<const std::shared_ptr<decided_batch>> group,
                                std::size_t index) {
  for (std::size_t i = index; i-- > 0;)
    if (group[i]->raw->stream == group[index]->raw->stream)
      return group[i]->raw.get();
  return nullptr;
}

} // namespace

std::optional<std::string>
find_group_mistake(std::span<const std::shared_ptr<decided_batch>> group) {
  for (std::size_t i = 0; i < group.size(); ++i) {
    if (auto mistake = find_batch_mistake(*group[i]))
      return mistake;
    const auto* before = find_before(group, i);
    if (before == nullptr)
      continue;
    const auto& batch = *group[i]->raw;
    if (before->end_offset != batch.begin_offset || before->epoch != batch.epoch)
      return describe(batch) + " does not follow " + describe(*before);
  }
  return std::nullopt;
}

std::vector<bool> admit(std::span<const std::shared_ptr<decided_batch>> group,
                        std::span<const stream_claim> states) {
  std::vector<bool> admitted(group.size());
  for (std::size_t i = 0; i < group.size(); ++i) {
    const auto& batch = *group[i]->raw;
    std::size_t first = 0;
    while (group[first]->raw->stream != batch.stream)
      ++first;
    const auto& expected = *group[first]->raw;
    const auto* state = find_state(states, batch.stream);
    admitted[i] = state != nullptr && state->next_offset == expected.begin_offset &&
                  state->epoch == expected.epoch;
  }
  return admitted;
}

const stream_claim* find_state(std::span<const stream_claim> states, const stream_name& stream) {
  for (const auto& state : states)
    if (state.stream == stream)
      return &state;
  return nullptr;
}

} // namespace aepro
