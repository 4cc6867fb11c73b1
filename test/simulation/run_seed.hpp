#pragma once

/// One run: a seed, and what came of it.

#include "trace.hpp"

#include <map>
#include <string>

namespace aepro::simulation {

struct run_result {
  std::uint64_t seed = 0;
  std::string violation; ///< Empty: every invariant held.
  std::uint64_t trace_hash = 0;
  std::uint64_t steps = 0, records = 0;
  double virtual_seconds = 0;
  std::map<std::string, std::uint64_t> faults; ///< Fired, by kind.
};

/// Runs a cluster of one to three nodes through what the seed draws, then lets it come to rest. The
/// same seed gives the same trace. `verbose`: what happens goes to stderr.
run_result run_seed(std::uint64_t seed, bool verbose = false);

} // namespace aepro::simulation
