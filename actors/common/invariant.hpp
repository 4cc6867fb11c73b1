#pragma once

/// What must hold whatever comes in: a mistake of ours where it does not.

#include <stdexcept>

namespace aepro {

/// Ends the actor in which it is thrown: its supervisor starts it anew from what store and broker
/// say. Its text quotes no data.
struct broken_invariant : std::logic_error {
  using std::logic_error::logic_error;
};

/// Throws where it does not hold; also in release builds (AEPRO_CHECKS=OFF is for measuring what it
/// costs).
inline void invariant([[maybe_unused]] bool holds, [[maybe_unused]] const char* what) {
#ifndef AEPRO_NO_CHECKS
  if (!holds) [[unlikely]]
    throw broken_invariant(what);
#endif
}

} // namespace aepro
