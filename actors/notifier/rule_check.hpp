#pragma once

/// What the settings cannot know by themselves: alerts, templates and time zones.

#include "config/settings_loader.hpp"

namespace aepro {

/// Returns rules of alerts that there are none of, templates that name no field, zones that the
/// machine does not know, and examples whose event is none; each with its line.
std::vector<setting_problem> check_alert_settings(const notifier_rules& rules);

} // namespace aepro
