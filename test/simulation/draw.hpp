#pragma once

/// What a seed decides: every schedule, fault and value of a run is drawn from one of these.

#include <cstdint>
#include <utility>
#include <vector>

namespace aepro::simulation {

/// xorshift64* over a seed spread by splitmix64: the same numbers on every machine and library.
class draw {
public:
  explicit draw(std::uint64_t seed) {
    seed += 0x9e3779b97f4a7c15;
    seed = (seed ^ seed >> 30) * 0xbf58476d1ce4e5b9;
    seed = (seed ^ seed >> 27) * 0x94d049bb133111eb;
    state_ = (seed ^ seed >> 31) | 1;
  }

  std::uint64_t next() {
    state_ ^= state_ >> 12;
    state_ ^= state_ << 25;
    state_ ^= state_ >> 27;
    return state_ * 0x2545f4914f6cdd1d;
  }

  /// Returns 0 to bound - 1; 0 for a bound of 0.
  std::size_t below(std::size_t bound) {
    return bound == 0 ? 0 : static_cast<std::size_t>((next() >> 11) % bound);
  }

  std::int64_t between(std::int64_t lowest, std::int64_t highest) {
    return lowest +
           static_cast<std::int64_t>(below(static_cast<std::size_t>(highest - lowest + 1)));
  }

  /// Returns true `permille` times in a thousand.
  bool chance(std::size_t permille) { return below(1'000) < permille; }

  template <class T>
  T& pick(std::vector<T>& from) {
    return from[below(from.size())];
  }

  template <class T>
  void shuffle(std::vector<T>& items) {
    for (std::size_t left = items.size(); left > 1; --left)
      std::swap(items[left - 1], items[below(left)]);
  }

private:
  std::uint64_t state_;
};

} // namespace aepro::simulation
