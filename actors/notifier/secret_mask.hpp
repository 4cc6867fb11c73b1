#pragma once

/// Keeps secrets out of what other sides say.

#include <string>
#include <string_view>

namespace aepro {

/// Returns the text with the secret replaced by *** wherever it stands: as it is, percent-encoded,
/// escaped for JSON or markup, in hexadecimal or base64, alone or in the middle of something
/// longer.
std::string masked(std::string text, std::string_view secret);

} // namespace aepro
