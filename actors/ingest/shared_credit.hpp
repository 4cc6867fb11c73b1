#pragma once

/// What all streams together may have between ingest and the store, and what of it each lane keeps
/// for itself.

#include "actors/common/lane_plan.hpp"

namespace aepro {

/// Pure.
struct shared_credit {
  std::size_t batches_max = 64; ///< At least one for each lane.
  std::size_t bytes_max = 64 << 20;

  /// Returns how many more batches a stream of lane `which` may take while each lane has `batches`
  /// and `bytes` in flight. What others have not used of their shares is kept for them; what a lane
  /// has not used of its own, it may take whatever the others hold. The last batch may exceed the
  /// bytes: how large it is, is known when it has been read.
  std::size_t batches_left(const lane_plan& lanes, lane which, const per_lane<std::size_t>& batches,
                           const per_lane<std::size_t>& bytes) const {
    per_lane<std::size_t> batches_kept, bytes_kept;
    const auto rest = batches_max - std::min(batches_max, all_lanes.size());
    for (const auto one : all_lanes) {
      batches_kept[one] = 1 + rest * lanes.shares[one] / 100;
      bytes_kept[one] =
          bytes_max / 100 * lanes.shares[one] + bytes_max % 100 * lanes.shares[one] / 100;
    }
    return left(which, bytes_max, bytes, bytes_kept) > 0
               ? left(which, batches_max, batches, batches_kept)
               : 0;
  }

private:
  static std::size_t left(lane which, std::size_t all, const per_lane<std::size_t>& used,
                          const per_lane<std::size_t>& kept) {
    std::size_t taken = 0;
    for (const auto one : all_lanes)
      taken += one == which ? used[one] : std::max(used[one], kept[one]);
    const auto own = kept[which] - std::min(kept[which], used[which]);
    return std::max(own, all - std::min(all, taken));
  }
};

} // namespace aepro
