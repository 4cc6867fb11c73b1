#pragma once

/// Adapter: mail over SMTP (RFC 5321), by libcurl.

#include "actors/common/call_limit.hpp"
#include "actors/notifier/channel.hpp"
#include "config/notifier_settings.hpp"

#include <caf/expected.hpp>

#include <memory>

namespace aepro {

/// Returns the channel; connects at the first delivery and keeps the connection. smtp:// begins TLS
/// with STARTTLS, and fails where the server has none unless `require_tls` is off; smtps:// begins
/// with TLS. `user` is sent by AUTH PLAIN or LOGIN where the server offers one of them. `limit`
/// ends every transfer. Errors: invalid_settings (address, sender), naming the channel.
caf::expected<std::unique_ptr<channel>>
open_curl_smtp_channel(const channel_settings& values, call_limit_ptr limit = no_call_limit());

} // namespace aepro
