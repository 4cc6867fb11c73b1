#pragma once

/// Reads scores out of a decision's canonical bytes (docs/ledger-format.md). Pure.

#include "messages/reviewed_form.hpp"

#include <optional>
#include <string_view>
#include <vector>

namespace aepro {

/// Returns the scores of an encoded decision, nothing where it is damaged.
std::optional<std::vector<scale_score>> decision_scores(std::string_view encoded);

} // namespace aepro
