#pragma once

/// What may go to one channel now: its breaker, its limit of messages a minute, and what it is
/// delivering already.

#include "actors/common/store_breaker.hpp"
#include "messages/status.hpp"

#include <algorithm>
#include <chrono>
#include <deque>

namespace aepro {

struct channel_limits {
  std::size_t waiting_max = 100;  ///< Messages that it delivers at a time.
  std::size_t per_minute_max = 0; ///< 0: no limit.
  std::chrono::milliseconds probe_interval{
      5'000}; ///< While it fails, one batch goes through so often.
};

/// Used by one actor. Reads no clock.
class channel_gate {
public:
  using time_point = std::chrono::steady_clock::time_point;

  explicit channel_gate(channel_limits limits) : limits_(limits), breaker_(limits.probe_interval) {}

  /// Returns how many messages may be begun now.
  std::size_t room(time_point now) {
    while (!begun_.empty() && now - begun_.front() >= std::chrono::minutes{1})
      begun_.pop_front();
    auto room = limits_.waiting_max - std::min(limits_.waiting_max, waiting_);
    if (limits_.per_minute_max > 0)
      room =
          std::min(room, limits_.per_minute_max - std::min(limits_.per_minute_max, begun_.size()));
    return room;
  }

  /// Returns how long what finds no room should wait: until the limit of messages a minute lets one
  /// through, or `otherwise`.
  std::chrono::milliseconds wait(time_point now, std::chrono::milliseconds otherwise) const {
    if (limits_.per_minute_max == 0 || begun_.size() < limits_.per_minute_max)
      return otherwise;
    return std::chrono::ceil<std::chrono::milliseconds>(begun_.front() + std::chrono::minutes{1} -
                                                        now);
  }

  /// Returns whether a batch may go now; then answered() must be called.
  bool admits(time_point now) { return breaker_.admits(now); }

  void begin(std::size_t messages, time_point now) {
    waiting_ += messages;
    if (limits_.per_minute_max > 0)
      begun_.insert(begun_.end(), messages, now);
  }

  /// A batch has come back. A refused message is an answer: the channel is there.
  void answered(std::size_t messages, bool all_failed, time_point now) {
    waiting_ -= std::min(waiting_, messages);
    breaker_.answered(now, all_failed ? errc::deadline_exceeded : errc::none);
  }

  std::size_t waiting() const { return waiting_; }

private:
  channel_limits limits_;
  store_breaker breaker_;
  std::size_t waiting_ = 0;
  std::deque<time_point> begun_; ///< Of the last minute; empty without a limit.
};

} // namespace aepro
