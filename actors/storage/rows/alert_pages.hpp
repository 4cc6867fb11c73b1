#pragma once

/// Cuts what was read of alerts between records. Pure.

#include "messages/notification.hpp"

#include <algorithm>
#include <cstddef>
#include <limits>
#include <span>
#include <utility>
#include <vector>

namespace aepro {

/// A decision counts its alerts in one byte; one more may say that an adverse event came late.
inline constexpr std::size_t alerts_of_record_max = 256;

/// Takes what raised alerts and, `only_if_told`, nullifications that raised none, each in the order
/// of their records and read with `limit`: as many as that may go on. Returns both in that order,
/// as far as both were read.
inline std::vector<stored_alert> merged_alerts(std::vector<stored_alert> raised,
                                               std::vector<stored_alert> silent,
                                               std::size_t limit) {
  auto end = std::numeric_limits<std::int64_t>::max();
  for (const auto* read : {&raised, &silent})
    if (read->size() >= limit)
      end = std::min(end, read->back().offset);
  for (auto& one : silent) {
    one.only_if_told = true;
    raised.push_back(std::move(one));
  }
  std::ranges::stable_sort(raised, {}, &stored_alert::offset);
  std::erase_if(raised, [end](const stored_alert& one) { return one.offset > end; });
  return raised;
}

/// Takes alerts in the order of their records: where there are that many, `alerts_max +
/// alerts_of_record_max`. Returns how many make a page: `alerts_max` at most, but all of a record
/// or none, and one record in any case.
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
