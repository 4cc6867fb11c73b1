#pragma once

/// Adapter: calls of other systems over HTTPS, by libcurl.

#include "actors/common/call_limit.hpp"
#include "actors/notifier/channel.hpp"
#include "config/notifier_settings.hpp"

#include <caf/expected.hpp>

#include <memory>

namespace aepro {

/// Returns the channel; connects at the first delivery and keeps the connection. Redirects are not
/// followed, 64 KiB of an answer are read. A message whose address leads to this machine or a
/// private network is refused unless `allow_private` is on; what is looked at is the address that
/// is connected to. `limit` ends every transfer. Errors: invalid_settings, naming the channel.
caf::expected<std::unique_ptr<channel>>
open_curl_webhook_channel(const channel_settings& values, call_limit_ptr limit = no_call_limit());

} // namespace aepro
