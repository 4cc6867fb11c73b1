#pragma once

/// Serves the links by which people acknowledge, as the settings say.

#include "actors/acknowledge/socket_web_server.hpp"
#include "apps/node.hpp"

namespace aepro {

/// Listens on http.listen; null where it is empty. Errors: web_server::open's.
caf::expected<std::unique_ptr<web_server>> listen_for_links(const settings& values);

/// Returns what answers requests by the node's acknowledge stage, and with 503 while none runs.
web_handler answer_by(const node& running);

} // namespace aepro
