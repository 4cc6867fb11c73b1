#include "actors/storage/ledger/big_endian.hpp"
#include "actors/storage/ledger/compression.hpp"
#include "actors/storage/ledger/segment.hpp"

#include "aepro/v1/ledger.pb.h"

#include <deque>

namespace aepro {

namespace {

/// Decisions are short and alike; a higher level costs CPU in the writer and gains nothing.
constexpr int decisions_level = 1;

struct decisions_memory {
  v1::SegmentDecisions message;
  std::deque<stream_name> streams; ///< Each distinct one once: references point here.
};

const stream_name* intern(std::deque<stream_name>& streams, const v1::RecordName& name) {
  for (const auto& known : streams)
    if (known.partition == name.partition() && known.topic == name.topic())
      return &known;
  streams.push_back({name.topic(), name.partition()});
  return &streams.back();
}

bool has_first(verdict value) {
  return value == verdict::duplicate || value == verdict::conflict;
}

std::optional<std::string> fill_decisions(decisions_memory& memory, segment_decisions& out) {
  const auto& message = memory.message;
  std::string_view decisions = message.decisions(), prefixes = message.hash_prefixes();
  int first = 0;
  for (int i = 0; i < message.decision_length_size(); ++i) {
    const auto code = static_cast<std::uint8_t>(message.verdicts()[static_cast<std::size_t>(i)]);
    if (code < 1 || code > 4)
      return "a verdict is none of the four";
    stored_decision record;
    record.verdict = static_cast<verdict>(code);
    const auto length = message.decision_length(i);
    if (length > decisions.size())
      return "a decision is cut short";
    record.decision = decisions.substr(0, length);
    decisions.remove_prefix(length);
    record.hash_prefix =
        get_big_endian<std::uint64_t>(prefixes.substr(8 * static_cast<std::size_t>(i)));
    if (has_first(record.verdict)) {
      if (first == message.first_size())
        return "the first record of a duplicate or conflict is missing";
      const auto& name = message.first(first++);
      record.first = {intern(memory.streams, name), name.offset()};
    }
    out.records.push_back(record);
  }
  if (!decisions.empty() || first != message.first_size())
    return "something is left over behind the last decision";
  return std::nullopt;
}

} // namespace

std::string encode_decisions(std::span<const stored_decision> records) {
  thread_local v1::SegmentDecisions message;
  thread_local std::string serialized;
  message.Clear();
  for (const auto& record : records) {
    message.mutable_verdicts()->push_back(static_cast<char>(record.verdict));
    message.add_decision_length(static_cast<std::uint32_t>(record.decision.size()));
    message.mutable_decisions()->append(record.decision);
    put_big_endian(*message.mutable_hash_prefixes(), record.hash_prefix);
    if (!has_first(record.verdict))
      continue;
    auto* name = message.add_first();
    name->set_topic(record.first.stream->topic);
    name->set_partition(record.first.stream->partition);
    name->set_offset(record.first.offset);
  }
  message.SerializeToString(&serialized);
  return compress(serialized, decisions_level);
}

std::variant<segment_decisions, segment_damage>
decode_decisions(std::string_view compressed, std::size_t record_count, std::size_t bytes_max) {
  const auto serialized = decompress(compressed, bytes_max);
  if (!serialized)
    return segment_damage{"the decisions are not a whole zstd frame"};
  auto memory = std::make_shared<decisions_memory>();
  auto& message = memory->message;
  if (!message.ParseFromString(*serialized))
    return segment_damage{"the decisions are not a SegmentDecisions message"};
  if (message.verdicts().size() != record_count ||
      static_cast<std::size_t>(message.decision_length_size()) != record_count ||
      message.hash_prefixes().size() != 8 * record_count)
    return segment_damage{"the decisions are not as many as the segment says"};
  segment_decisions out;
  if (auto damage = fill_decisions(*memory, out))
    return segment_damage{std::move(*damage)};
  out.memory = std::move(memory);
  return out;
}

} // namespace aepro
