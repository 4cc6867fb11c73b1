#pragma once

/// What must hold of every decision, whatever the record was.

#include "messages/decision.hpp"

#include <optional>
#include <string>

namespace aepro::test {

/// Returns what is wrong with a decision, in words; nothing where all is well: the encoding says
/// the same as the decision (read by a second implementation), findings are in the order of the
/// table and name known rules, details are short printable ASCII, a rejected record has neither
/// findings nor scores nor alerts.
std::optional<std::string> fault_of(const decision& made);

} // namespace aepro::test
