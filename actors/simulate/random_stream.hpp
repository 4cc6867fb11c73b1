#pragma once

/// A small random generator with the same numbers on every machine: SplitMix64 (Steele, Lea, Flood
/// 2014).

#include <cstdint>

namespace aepro {

class random_stream {
public:
  /// A stream of its own for every pair.
  random_stream(std::uint64_t seed, std::uint64_t index)
      : state_(mix(seed) + mix(index ^ 0x5851F42D4C957F2DULL)) {}

  std::uint64_t next() {
    state_ += 0x9E3779B97F4A7C15ULL;
    return mix(state_);
  }

  /// Returns a number below `limit` (at least 1). Its bias is below limit / 2^32.
  std::uint32_t below(std::uint32_t limit) {
    return static_cast<std::uint32_t>(((next() >> 32) * limit) >> 32);
  }

  /// Returns true for that share of calls.
  bool chance(double share) { return static_cast<double>(next() >> 11) * 0x1.0p-53 < share; }

private:
  static std::uint64_t mix(std::uint64_t value) {
    value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9ULL;
    value = (value ^ (value >> 27)) * 0x94D049BB133111EBULL;
    return value ^ (value >> 31);
  }

  std::uint64_t state_;
};

} // namespace aepro
