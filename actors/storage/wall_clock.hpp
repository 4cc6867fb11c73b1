#pragma once

/// The wall clock of the adapters; pure logic gets the time as an argument.

#include "messages/record.hpp"

#include <chrono>

namespace aepro {

/// Returns milliseconds since 1970-01-01T00:00:00Z.
inline unix_milliseconds wall_clock() {
  return std::chrono::duration_cast<std::chrono::milliseconds>(
             std::chrono::system_clock::now().time_since_epoch())
      .count();
}

} // namespace aepro
