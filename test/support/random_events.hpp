#pragma once

/// Random events: plausible ones, odd ones and damaged ones. The same seed gives the same events.

#include <cstdint>
#include <random>
#include <string>

namespace aepro::test {

class random_events {
public:
  explicit random_events(std::uint64_t seed) : random_(seed) {}

  /// Returns the value of a record: mostly an Event, at times damaged or empty.
  std::string next();

  /// Returns a Subject message.
  std::string next_subject();

private:
  std::size_t below(std::size_t bound) { return random_() % bound; }
  std::string value_for(const std::string& field);

  std::mt19937_64 random_;
};

} // namespace aepro::test
