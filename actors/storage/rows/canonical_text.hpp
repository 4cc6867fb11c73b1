#pragma once

/// Texts that a number stands for: it is stored instead where it gives back the very same text.

#include <cstdint>
#include <optional>
#include <string_view>

namespace aepro {

/// Returns the integer that `text` is the usual decimal form of (no sign but -, no leading zeros),
/// from
/// -`limit` to `limit`.
std::optional<std::int64_t> canonical_integer(std::string_view text, std::int64_t limit);

/// Returns the days since 1970-01-01 of a full, valid date YYYY-MM-DD from year 1 on.
std::optional<std::int64_t> canonical_date(std::string_view text);

} // namespace aepro
