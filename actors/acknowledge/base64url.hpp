#pragma once

/// Bytes as letters that a URL takes as they are (RFC 4648, section 5, without padding). Pure.

#include <optional>
#include <string>
#include <string_view>

namespace aepro {

/// Returns the letters for `bytes`.
std::string to_base64url(std::string_view bytes);

/// Returns the bytes, or nothing where `letters` is not exactly what to_base64url() makes of some
/// bytes.
std::optional<std::string> from_base64url(std::string_view letters);

} // namespace aepro
