#pragma once

/// What happened in a run: a hash of all of it, and the text where somebody wants to read it.

#include <fmt/format.h>

#include <chrono>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>

namespace aepro::simulation {

class trace {
public:
  /// `verbose`: every line goes to stderr as it happens.
  explicit trace(bool verbose) : verbose_(verbose) {}

  void at(std::chrono::steady_clock::time_point now) { now_ = now; }

  /// Enters the hash (FNV-1a, 64 bits) with the virtual time.
  template <class... Ts>
  void say(fmt::format_string<Ts...> text, Ts&&... values) {
    const auto line = fmt::format(text, std::forward<Ts>(values)...);
    mix(static_cast<std::uint64_t>(now_.time_since_epoch().count()));
    for (const auto byte : line)
      mix_byte(static_cast<std::uint8_t>(byte));
    if (verbose_)
      fmt::print(stderr, "{:>12.3f} {}\n",
                 std::chrono::duration<double>(now_.time_since_epoch()).count(), line);
  }

  /// A fault fired: counted by its kind.
  template <class... Ts>
  void fault(const std::string& kind, fmt::format_string<Ts...> text, Ts&&... values) {
    ++faults_[kind];
    say("fault {}: {}", kind, fmt::format(text, std::forward<Ts>(values)...));
  }

  /// An invariant does not hold: the run ends after this step. Not an exception: actors live
  /// through those.
  template <class... Ts>
  void violated(fmt::format_string<Ts...> text, Ts&&... values) {
    const auto broken = fmt::format(text, std::forward<Ts>(values)...);
    say("VIOLATED {}", broken);
    if (violation_.empty())
      violation_ = broken;
  }

  /// The first one; empty: all is well.
  const std::string& violation() const { return violation_; }

  void mix(std::uint64_t value) {
    for (int shift = 0; shift < 64; shift += 8)
      mix_byte(static_cast<std::uint8_t>(value >> shift));
  }

  std::uint64_t hash() const { return hash_; }
  const std::map<std::string, std::uint64_t>& faults() const { return faults_; }

private:
  void mix_byte(std::uint8_t byte) { hash_ = (hash_ ^ byte) * 0x100000001b3; }

  bool verbose_;
  std::chrono::steady_clock::time_point now_;
  std::uint64_t hash_ = 0xcbf29ce484222325;
  std::map<std::string, std::uint64_t> faults_;
  std::string violation_;
};

} // namespace aepro::simulation
