#pragma once

/// What to say of a database that holds no aepro store. Pure.

#include <span>
#include <string>
#include <string_view>

namespace aepro {

/// Returns the text for `database` (its address) with those tables of others in it: what to do
/// about it.
std::string no_store_text(std::string_view database, std::span<const std::string> others);

} // namespace aepro
