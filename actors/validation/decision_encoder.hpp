#pragma once

/// The canonical bytes of a decision (docs/ledger-format.md, "Decision").

#include "messages/decision.hpp"

#include <memory_resource>
#include <string_view>

namespace aepro {

/// Lists longer than their count field, and texts longer than their length field, are cut there:
/// the same cut on every machine. decide() stays far below both. Returns the encoding, in `memory`.
std::string_view encode_decision(const decision& value, std::uint32_t rules_version,
                                 std::pmr::memory_resource& memory);

} // namespace aepro
