#pragma once

/// Whether a call meets a fault: as the seed draws, until all is well.

#include "draw.hpp"
#include "trace.hpp"

namespace aepro::simulation {

class fault_switch {
public:
  fault_switch(draw& random, trace& log) : random_(random), log_(log) {}

  /// `chance` in a thousand. A fault is noted with its kind.
  bool operator()(const std::string& kind, std::size_t chance, const std::string& node) {
    if (!is_on_ || !random_.chance(chance))
      return false;
    log_.fault(kind, "of {}", node);
    return true;
  }

  void heal() { is_on_ = false; }

private:
  draw& random_;
  trace& log_;
  bool is_on_ = true;
};

} // namespace aepro::simulation
