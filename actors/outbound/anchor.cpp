#include "actors/outbound/anchor.hpp"

#include "aepro/v1/anchor.pb.h"

#include <algorithm>

namespace aepro {

namespace {

constexpr std::uint32_t anchor_format = 1;

} // namespace

std::string encode_anchor(const ledger_anchor& anchor) {
  v1::LedgerAnchor message;
  message.set_format(anchor_format);
  message.set_store_id(anchor.store_id);
  message.set_topic(anchor.stream.topic);
  message.set_partition(anchor.stream.partition);
  message.set_next_offset(anchor.next_offset);
  message.set_chain_head(anchor.chain_head.data(), anchor.chain_head.size());
  message.set_accepted(anchor.counts.accepted);
  message.set_rejected(anchor.counts.rejected);
  message.set_duplicate(anchor.counts.duplicate);
  message.set_conflict(anchor.counts.conflict);
  message.set_published_at(anchor.published_at);
  message.set_epoch(anchor.epoch);
  message.set_rules_version(anchor.rules_version);
  return message.SerializeAsString();
}

std::optional<ledger_anchor> decode_anchor(std::string_view value) {
  v1::LedgerAnchor message;
  if (!message.ParseFromArray(value.data(), static_cast<int>(value.size())) ||
      message.format() != anchor_format)
    return std::nullopt;
  ledger_anchor anchor{
      .store_id = message.store_id(),
      .stream = {message.topic(), message.partition()},
      .next_offset = message.next_offset(),
      .chain_head = {},
      .counts = {message.accepted(), message.rejected(), message.duplicate(), message.conflict()},
      .published_at = message.published_at(),
      .epoch = message.epoch(),
      .rules_version = message.rules_version()};
  if (message.chain_head().size() != anchor.chain_head.size())
    return std::nullopt;
  std::ranges::copy(message.chain_head(), anchor.chain_head.begin());
  return anchor;
}

std::string anchor_key(const stream_name& stream) {
  return stream.topic + "/" + std::to_string(stream.partition);
}

} // namespace aepro
