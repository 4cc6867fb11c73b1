#pragma once

/// What must hold whatever comes in: a mistake of ours where it does not.

#include <atomic>
#include <cstdint>
#include <stdexcept>

namespace aepro {

/// Ends the actor in which it is thrown: its supervisor starts it anew from what store and broker
/// say. Its text quotes no data.
struct broken_invariant : std::logic_error {
  using std::logic_error::logic_error;
};

/// Of this process: the simulation takes any for a failure, though the actor starts anew.
inline std::atomic<std::uint64_t> invariants_broken{0};

/// Throws where it does not hold; also in release builds (AEPRO_CHECKS=OFF is for measuring what it
/// costs).
inline void invariant([[maybe_unused]] bool holds, [[maybe_unused]] const char* what) {
#ifndef AEPRO_NO_CHECKS
  if (!holds) [[unlikely]] {
    ++invariants_broken;
    throw broken_invariant(what);
  }
#endif
}

} // namespace aepro
