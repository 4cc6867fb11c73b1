#pragma once

/// Rejections by name, as files and headers carry them.

#include "messages/decision.hpp"

#include <string_view>

namespace aepro {

/// Returns the enumerator's name, for example "term_missing"; empty for none, "unknown" for a
/// number of a later version. Stable: expectation files and dead letters carry it.
std::string_view rejection_name(rejection reason);

} // namespace aepro
