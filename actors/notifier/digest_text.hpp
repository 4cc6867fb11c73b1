#pragma once

/// What people read of a flood. Pure.

#include "actors/notifier/delivery_plan.hpp"

#include <span>

namespace aepro {

/// Returns the message to the recipient number `recipient` of all the deliveries, which share rule,
/// study and recipients: how many there are, since when, at which sites, the first of them, and by
/// mail a file with all. Its key is that of its members: the same members have the same one.
channel_message digest_message(std::span<const planned_delivery> members, std::size_t recipient,
                               const channel_settings& channel);

} // namespace aepro
