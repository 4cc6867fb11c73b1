#pragma once

/// The idempotency keys under which others know an alert. Pure.

#include "actors/notifier/route.hpp"

#include <string>
#include <vector>

namespace aepro {

/// Returns the keys of the messages of a notification's present round: of those that were sent, and
/// of those that the settings would send, for a receiver may answer before its message is written
/// down as sent.
std::vector<std::string> message_keys_of(const shown_notification& shown,
                                         const notifier_rules& rules,
                                         const std::string& fallback_role);

} // namespace aepro
