#pragma once

/// What lanes promise, looked at after each message that storage or the validation pool has
/// handled.

#include "trace.hpp"

#include <caf/fwd.hpp>

namespace aepro::simulation {

/// Says so where `actor`, which has just run, gives other lanes what is kept for adverse events, or
/// lets adverse events wait beside a free place. Other actors are not looked at.
void check_lanes(const caf::local_actor& actor, trace& log);

} // namespace aepro::simulation
