#include "actors/notifier/alarm_book.hpp"

namespace aepro {

system_alarms alarm_book::due(std::span<const system_alarm> present, time_point now) {
  std::erase_if(troubles_, [&](const auto& entry) { return now - entry.second.seen > gone_after; });
  system_alarms found;
  for (const auto& one : present) {
    auto& known = troubles_.try_emplace(one.rule, trouble{now, now}).first->second;
    if (!known.told && now - known.seen > gap_max)
      known.since = now;
    known.seen = now;
    if (known.told || now - known.since < lasts_for_)
      continue;
    known.told = true;
    found.push_back(one);
  }
  return found;
}

} // namespace aepro
