#pragma once

/// Holds events back at start until the subjects' reference data is stored, within a bounded wait.

#include "messages/decision.hpp"

#include <chrono>
#include <map>
#include <span>
#include <string>

namespace aepro {

/// Pure. Open from the start where there is no subjects topic.
class catch_up_gate {
public:
  using time_point = std::chrono::steady_clock::time_point;

  explicit catch_up_gate(std::string topic) : topic_(std::move(topic)), open_(topic_.empty()) {}

  /// Returns whether records of `topic` may be read now.
  bool admits(const std::string& topic) const { return open_ || topic == topic_; }

  bool is_open() const { return open_; }
  bool has_targets() const { return has_targets_; }

  /// From now on the gate waits until each stream has reached its target (exclusive), at most to
  /// `give_up`.
  void wait_for(std::map<stream_name, std::int64_t> targets, time_point give_up) {
    targets_ = std::move(targets);
    give_up_ = give_up;
    has_targets_ = true;
  }

  /// Takes the store's state. Returns whether the gate is open now.
  bool observe(std::span<const stream_claim> stored, time_point now) {
    for (const auto& state : stored)
      if (const auto target = targets_.find(state.stream);
          target != targets_.end() && state.next_offset >= target->second)
        targets_.erase(target);
    open_ = open_ || targets_.empty() || now >= give_up_;
    return open_;
  }

  /// Returns whether the time was up before all streams were caught up.
  bool gave_up() const { return open_ && !targets_.empty(); }

  time_point give_up_at() const { return give_up_; }

private:
  std::string topic_;
  bool open_;
  bool has_targets_ = false;
  std::map<stream_name, std::int64_t> targets_;
  time_point give_up_{};
};

} // namespace aepro
