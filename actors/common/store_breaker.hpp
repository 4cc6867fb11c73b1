#pragma once

/// Keeps requests from a store that refuses most of them.
/// Source: "Client-Side Throttling" in "Handling Overload", Site Reliability Engineering (O'Reilly,
/// 2016).

#include "messages/errors.hpp"
#include "messages/status.hpp"

#include <array>
#include <chrono>
#include <mutex>

namespace aepro {

/// Shared by a node's writers; safe from any thread. Reads no clock.
///
/// Of the last two minutes it counts requests and what the store answered of them; the share max(0,
/// (requests - 2 * accepts) / (requests + 1)) of the next ones is refused, evenly. Two things are
/// added, so that a store that comes back is not kept waiting for what it failed before: one
/// request goes through in each `probe_interval`; and each answer lets two more through, eight in a
/// row all.
class store_breaker {
public:
  using time_point = std::chrono::steady_clock::time_point;

  explicit store_breaker(std::chrono::milliseconds probe_interval = std::chrono::milliseconds{500})
      : probe_interval_(probe_interval) {}

  /// Counts a request. Returns whether it may go to the store; then answered() must be called.
  bool admits(time_point now);

  /// A request that was admitted ended with `code`; none: it succeeded.
  void answered(time_point now, errc code);

  breaker_status status(time_point now) const;

private:
  struct counts {
    std::int64_t slot = 0; ///< Of the clock; what an older slot counted is forgotten.
    std::uint64_t requests = 0, accepts = 0, failures = 0;
  };

  static constexpr std::chrono::seconds slot_length{10};
  static constexpr std::size_t slots = 12;
  static constexpr std::uint64_t answers_until_recovered = 8;
  static constexpr std::uint64_t allowance_per_answer = 2;

  counts& current(time_point now);
  counts sum(time_point now) const;
  bool is_refused(const counts& recent);

  const std::chrono::milliseconds probe_interval_;
  mutable std::mutex mutex_;
  std::array<counts, slots> counts_{};
  time_point last_admitted_{};
  std::uint64_t answers_in_a_row_ = 0;
  std::uint64_t allowance_ = 0; ///< Requests that go through whatever the counts say.
  double owed_ =
      0; ///< Refusals due, in parts of a request: which ones are refused is not left to chance.
  std::uint64_t refused_ = 0;
};

/// Returns whether `code` says that the store is there and does what it is asked, though it may say
/// no.
bool is_answer(errc code);

} // namespace aepro
