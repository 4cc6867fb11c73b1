#pragma once

/// Decide options as text: what the ledger keeps, so that an audit decides by the same ones.

#include "actors/validation/decide_options.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace aepro {

/// Returns the canonical text (docs/ledger-format.md, "Options"): equal options give equal bytes,
/// on every machine.
std::string decide_options_text(const decide_options& options);

/// Returns the options of a canonical text; nothing where it is none or has a member that this
/// program does not know: it could not decide as the text says.
std::optional<decide_options> parse_decide_options(std::string_view text);

} // namespace aepro
