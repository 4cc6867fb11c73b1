#pragma once

/// Which batches of a group may be stored: the compare part of the store's compare-and-set, pure.

#include "messages/decision.hpp"

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace aepro {

/// A stream's row in the store. Its address names the stream in plans and rows.
struct stored_stream {
  std::int32_t id = 0;
  stream_name name;
};

/// Returns why the batches cannot be a group at all (a mistake of the caller, named), or nothing.
/// Batches of a stream must be adjacent and of one epoch; each holds records with growing offsets
/// between begin_offset and end_offset, the last of them ending it, one decision per record, and
/// evidence.
std::optional<std::string>
find_group_mistake(std::span<const std::shared_ptr<decided_batch>> group);

/// Returns, per batch, whether its stream's {next_offset, epoch} in `states` is what the first
/// batch of that stream expects. A stream without a state in `states` is not admitted.
std::vector<bool> admit(std::span<const std::shared_ptr<decided_batch>> group,
                        std::span<const stream_claim> states);

/// Returns the state of `stream` in `states`, or null.
const stream_claim* find_state(std::span<const stream_claim> states, const stream_name& stream);

} // namespace aepro
