#include "actors/ingest/retry_schedule.hpp"

#include <algorithm>

namespace aepro {

std::chrono::milliseconds retry_schedule::next(std::uint64_t random) {
  const auto low = options_.backoff_min.count();
  const auto doublings = std::min<std::uint32_t>(failures_, 20);
  const auto high = std::clamp<std::int64_t>(low << doublings, low, options_.backoff_max.count());
  if (failures_ < 1'000)
    ++failures_;
  const auto span = static_cast<std::uint64_t>(high - low) + 1;
  return std::chrono::milliseconds{low + static_cast<std::int64_t>(random % span)};
}

} // namespace aepro
