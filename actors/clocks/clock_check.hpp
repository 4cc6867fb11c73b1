#pragma once

/// What the settings of the clocks cannot know by themselves.

#include "config/settings_loader.hpp"

namespace aepro {

/// Returns a sponsor's time zone that the machine does not know.
std::vector<setting_problem> check_clock_settings(const settings& values);

} // namespace aepro
