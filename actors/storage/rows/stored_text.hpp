#pragma once

/// Text as a database can hold it. The original bytes stay in the ledger's segment.

#include <deque>
#include <string>
#include <string_view>

namespace aepro {

/// Returns whether `text` is well-formed UTF-8 (Unicode 15, table 3-7) without NUL.
bool is_storable(std::string_view text);

/// Returns `text`; where it is not storable, a copy in `scratch` with U+FFFD in place of each NUL
/// and each byte that is not part of a well-formed character.
std::string_view stored_text(std::string_view text, std::deque<std::string>& scratch);

/// Appends `text`, which must be storable, as a JSON string with quotes (RFC 8259).
void put_json_string(std::string& out, std::string_view text);

} // namespace aepro
