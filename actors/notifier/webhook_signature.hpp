#pragma once

/// How a receiver can tell that a call is ours. Pure.

#include <chrono>
#include <string>
#include <string_view>

namespace aepro {

/// Returns the lower-case hexadecimal digits of HMAC-SHA256 (RFC 2104). Throws std::runtime_error
/// where OpenSSL cannot.
std::string hmac_sha256(std::string_view key, std::string_view data);

/// Returns the header's value, `t=<unix seconds>,v1=<HMAC of "t.body">`: the instant is signed, so
/// that a call that was recorded cannot be played again later.
std::string webhook_signature(std::string_view key, std::chrono::sys_seconds at,
                              std::string_view body);

} // namespace aepro
