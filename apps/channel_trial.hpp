#pragma once

/// aepro alerts test CHANNEL: one marked message over a channel.

#include "apps/command_line.hpp"

namespace aepro {

/// Sends it to `address`, or to each recipient that the settings have for the channel. Prints what
/// became of each; returns an exit code: exit_no where one was not taken.
int try_channel(const common_options& common, const std::string& channel,
                const std::string& address);

} // namespace aepro
