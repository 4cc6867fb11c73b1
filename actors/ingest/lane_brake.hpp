#pragma once

/// How much of the other lanes may be in flight while adverse events come: less while these take
/// longer than they would alone. Kept places bound what an adverse event waits for in the node;
/// cores, disk and broker know no lanes.

#include "actors/common/reach.hpp"

#include <algorithm>
#include <chrono>
#include <cstddef>

namespace aepro {

struct brake_options {
  std::chrono::milliseconds delay_max{
      0}; ///< That other lanes may add to an adverse event's latency; 0: no brake.
  std::size_t batches_max = 64; ///< Of another lane, where nothing brakes it.
};

/// Pure. Halves what others may have in flight where an adverse event was slow, and gives back
/// batch by batch; all of it soon after the last adverse event. One batch goes in any case, and
/// adverse events that are many, and slow by themselves, brake nobody. Source: AIMD (Chiu and Jain,
/// 1989).
class lane_brake {
public:
  using time_point = std::chrono::steady_clock::time_point;
  static constexpr std::chrono::milliseconds cut_interval{
      50}; ///< A cut shows when what is in flight is stored.
  static constexpr std::chrono::milliseconds growth_interval{1'000};
  static constexpr std::chrono::milliseconds quiet{
      2'000}; ///< Without adverse events nobody has to wait.
  static constexpr std::chrono::seconds base_width{30};
  static constexpr std::size_t few =
      10; ///< So many times the records in flight of adverse events must the others have.

  explicit lane_brake(brake_options options) : options_(options), batches_(options.batches_max) {}

  /// A batch of adverse events was durable `latency` after it was sent; the records are those in
  /// flight.
  void observe(time_point now, std::chrono::nanoseconds latency, std::size_t urgent_records,
               std::size_t other_records) {
    last_urgent_ = now;
    note_base(now, latency);
    const bool is_slow = latency > 2 * base() + options_.delay_max;
    if (options_.delay_max.count() == 0 || !is_slow || other_records < few * urgent_records ||
        now - changed_ < cut_interval)
      return;
    reached<"others-braked">();
    batches_ = std::max<std::size_t>(batches_ / 2, 1);
    changed_ = now;
  }

  /// Gives back what is due; call it as often as batches are begun.
  void release(time_point now) {
    if (now - last_urgent_ >= quiet) {
      batches_ = options_.batches_max;
    } else if (batches_ < options_.batches_max && now - changed_ >= growth_interval) {
      ++batches_;
      changed_ = now;
    }
  }

  /// Returns how many batches of each other lane may be in flight, one to batches_max.
  std::size_t batches() const { return batches_; }

private:
  /// The least of the last half to whole minute: what the store takes when nothing is in the way.
  std::chrono::nanoseconds base() const { return std::min(base_before_, base_); }

  void note_base(time_point now, std::chrono::nanoseconds latency) {
    if (now - base_since_ >= base_width) {
      base_before_ = base_;
      base_ = std::chrono::nanoseconds::max();
      base_since_ = now;
    }
    base_ = std::min(base_, latency);
  }

  brake_options options_;
  std::size_t batches_;
  time_point changed_{}, last_urgent_{}, base_since_{};
  std::chrono::nanoseconds base_ = std::chrono::nanoseconds::max(),
                           base_before_ = std::chrono::nanoseconds::max();
};

} // namespace aepro
