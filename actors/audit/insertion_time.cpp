#include "actors/audit/insertion_time.hpp"

#include <algorithm>
#include <limits>

namespace aepro {

namespace {

/// Of three rows in a segment one is sound, unless somebody changed them all.
constexpr std::size_t witnesses_max = 3;

constexpr std::int64_t tolerance_ms = insertion_tolerance.count();
constexpr std::int64_t lateness_max_ms = std::numeric_limits<std::int32_t>::max();

/// Both are what others wrote: any difference must do.
std::int64_t difference(std::int64_t left, std::int64_t right) {
  std::int64_t result = 0;
  if (__builtin_sub_overflow(left, right, &result))
    return left < right ? std::numeric_limits<std::int64_t>::min()
                        : std::numeric_limits<std::int64_t>::max();
  return result;
}

} // namespace

std::vector<lateness_witness> choose_witnesses(std::vector<lateness_witness> candidates,
                                               unix_milliseconds stored_at) {
  const auto age = [&](const lateness_witness& candidate) {
    return difference(stored_at, candidate.deadline);
  };
  std::erase_if(candidates,
                [&](const auto& one) { return age(one) > lateness_max_ms + tolerance_ms; });
  // About as late as the column can hold: only where there is none better, and then the least late.
  const auto is_better = [&](const lateness_witness& left, const lateness_witness& right) {
    const bool left_full = age(left) > lateness_max_ms - tolerance_ms;
    const bool right_full = age(right) > lateness_max_ms - tolerance_ms;
    if (left_full != right_full)
      return right_full;
    return left_full ? left.deadline > right.deadline : left.deadline < right.deadline;
  };
  const auto count = std::min(candidates.size(), witnesses_max);
  std::partial_sort(candidates.begin(), candidates.begin() + static_cast<std::ptrdiff_t>(count),
                    candidates.end(), is_better);
  candidates.resize(count);
  return candidates;
}

std::optional<unix_milliseconds> instant_told_by(const lateness_witness& witness,
                                                 std::optional<std::int64_t> lateness_ms,
                                                 unix_milliseconds stored_at) {
  const auto since_deadline = difference(stored_at, witness.deadline);
  if (!lateness_ms) // In time; so is whatever has a later deadline.
    return since_deadline <= tolerance_ms ? std::optional(witness.deadline) : std::nullopt;
  const auto distance = difference(since_deadline, *lateness_ms);
  if (*lateness_ms <= 0 || distance > tolerance_ms || distance < -tolerance_ms)
    return std::nullopt;
  if (*lateness_ms == lateness_max_ms) // Or later: the column holds no more.
    return std::max(stored_at, witness.deadline + lateness_max_ms);
  return witness.deadline + *lateness_ms;
}

} // namespace aepro
