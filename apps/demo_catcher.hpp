#pragma once

/// The demo's mail server: it takes every message, and keeps none.

#include "actors/supervisor/supervisor_actor.hpp"
#include "config/settings.hpp"

namespace aepro {

/// Adds a channel and somebody who is told, as a settings file would.
void add_demo_desk(settings& values);

/// Lets the pipeline's alerts go to the catcher, whatever its channels are.
void catch_alerts(pipeline_options& options);

} // namespace aepro
