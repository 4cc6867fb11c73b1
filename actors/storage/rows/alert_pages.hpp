#pragma once

/// Cuts what was read of alerts between records. Pure.

#include "messages/notification.hpp"

#include <algorithm>
#include <cstddef>
#include <span>

namespace aepro {

/// A decision counts its alerts in one byte; one more may say that an adverse event came late.
inline constexpr std::size_t alerts_of_record_max = 256;

/// Takes alerts in the order of their records: where there are that many, `alerts_max + alerts_of_record_max`. Returns
/// how many make a page: `alerts_max` at most, but all of a record or none, and one record in any case.
inline std::size_t page_size(std::span<const stored_alert> alerts, std::size_t alerts_max) {
  if (alerts.size() <= alerts_max)
    return alerts.size();
  const auto end_of_record = [&](std::size_t first) {
    while (first < alerts.size() && alerts[first].offset == alerts[0].offset)
      ++first;
    return first;
  };
  auto size = alerts_max;
  while (size > 0 && alerts[size - 1].offset == alerts[size].offset)
    --size;
  return size > 0 ? size : end_of_record(0);
}

} // namespace aepro
