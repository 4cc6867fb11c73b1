#pragma once

/// UUIDs (RFC 9562): text form, and names turned into stable ids.

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace aepro {

using uuid = std::array<std::uint8_t, 16>;

/// Writes the 36 characters 8-4-4-4-12, lower case, to `out`.
void write_uuid(const uuid& id, char* out);

/// Returns the text form, lower case.
std::string to_string(const uuid& id);

/// Sets version and variant bits in 16 bytes of any origin.
uuid with_version(uuid id, std::uint8_t version);

/// Returns UUIDv5 (RFC 9562 5.5, SHA-1) of a name in aepro's namespace,
/// 0f1c2d6e-5b3a-5e0d-9a54-6d1c7e8f9b20; Python: uuid.uuid5(namespace, name).
uuid named_uuid(std::string_view name);

} // namespace aepro
