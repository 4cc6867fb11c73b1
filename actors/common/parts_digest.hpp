#pragma once

/// Keys that are computed, not drawn.

#include <cstddef>
#include <initializer_list>
#include <string>
#include <string_view>

namespace aepro {

/// Returns `digits` hexadecimal digits, 64 at most, of the SHA-256 of the parts; a part's length
/// goes before it, so that no two lists look the same.
std::string parts_digest(std::initializer_list<std::string_view> parts, std::size_t digits);

} // namespace aepro
