#pragma once

/// When all calls to the outside must have ended: set once a node is told to stop.

#include <atomic>
#include <chrono>
#include <memory>

namespace aepro {

/// Shared by whoever stops a node and the connections of its stages. Any thread may use it.
class call_limit {
public:
  using time_point = std::chrono::steady_clock::time_point;

  /// No call lasts beyond `latest` any more; those under way included.
  void set(time_point latest) { latest_ = latest.time_since_epoch(); }

  /// Returns time_point::max() as long as nothing was set.
  time_point latest() const { return time_point{latest_.load()}; }

private:
  std::atomic<time_point::duration> latest_{time_point::max().time_since_epoch()};
};

using call_limit_ptr = std::shared_ptr<const call_limit>;

/// Returns one that is never set.
inline call_limit_ptr no_call_limit() {
  return std::make_shared<const call_limit>();
}

} // namespace aepro
