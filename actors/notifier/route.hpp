#pragma once

/// The way of a notification: role after role, and for each role channel after channel.

#include "config/notifier_settings.hpp"
#include "messages/notification.hpp"

#include <string>
#include <vector>

namespace aepro {

struct route_recipient {
  std::string name, address;
  std::string time_zone;
  int quiet_from = 0, quiet_to = 0;
  bool shared = false;
  std::string language = {};
};

struct route_step {
  std::string role, channel;
  std::vector<route_recipient> recipients; ///< At least one.
};

/// Returns the steps of a notification, in order; empty: nobody can be told. Of a role's recipients
/// with an address on the step's channel those count that are named for the study and site; where
/// none is, those for the study, then for the site, then the general ones. A role without anybody
/// is passed by; the fallback role comes last unless the audience has it already. For who is away
/// on the day on which the alert was made his stand-in is told: the route stays the same for as
/// long as the notification lives. Where nobody of the fallback role is there, those who are away
/// are told.
std::vector<route_step> make_route(const notification& what, const notifier_rules& rules,
                                   const std::string& fallback_role);

/// Returns when the recipient's quiet hours end, or 0 where they are not quiet at `now`. Urgent
/// ones come at any time.
unix_milliseconds quiet_until(const route_recipient& recipient, urgency how_urgent,
                              unix_milliseconds now);

} // namespace aepro
