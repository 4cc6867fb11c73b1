#pragma once

/// Adapter: one line of the log for each message, to try rules out before anybody is told.

#include "actors/notifier/channel.hpp"

#include <functional>
#include <memory>
#include <string>

namespace aepro {

/// Takes one line.
using line_writer = std::function<void(const std::string& line)>;

/// Returns a channel that writes id, rule, urgency and study, never what could name a patient or a
/// site.
std::unique_ptr<channel> make_log_channel(line_writer write);

/// Returns one that writes to the log, at info.
std::unique_ptr<channel> make_log_channel();

} // namespace aepro
