#pragma once

/// The control socket of the settings: a node's end, and that of who asks it.

#include "actors/control/node_report.hpp"
#include "actors/control/socket_client.hpp"
#include "actors/control/socket_server.hpp"
#include "config/settings.hpp"
#include "messages/control.hpp"

#include <memory>

namespace aepro {

/// Returns the listening socket of a node; null where the settings want none, or name no place and
/// the usual one cannot be used, which is logged. Errors: socket_file::listen's.
caf::expected<std::unique_ptr<socket_server>> listen_for_control(const settings& values);

/// Returns which node of the settings this process is.
node_identity identity_of(const settings& values);

/// Returns the socket's path; empty: the settings want none.
std::string control_path(const settings& values);

/// Asks the node of the settings. Blocks for some seconds at most.
control_reply ask_node(const settings& values, const control_command& command);

} // namespace aepro
