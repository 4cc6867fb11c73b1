#pragma once

/// What a consumer hands out of a partition's log, for sources that tests make themselves.

#include "messages/record.hpp"

#include <optional>
#include <string_view>
#include <utility>

namespace aepro::test {

/// Of every record.
inline constexpr unix_milliseconds handed_out_timestamp = 1'700'000'000'000;

/// Returns at most `limit` records from `position` on, which moves behind them; nothing where there
/// is none. Views point into the log: `read(entry)` returns an entry's offset and a reference to
/// its value.
template <class Log, class Read>
std::optional<records_fetched> hand_out(const stream_name& stream, const Log& log,
                                        std::int64_t& position, std::size_t limit, Read read) {
  records_fetched fetched;
  fetched.stream = stream;
  for (const auto& entry : log) {
    const std::pair<std::int64_t, std::string_view> found = read(entry);
    if (found.first < position || fetched.records.size() >= limit)
      continue;
    fetched.records.push_back({found.first, handed_out_timestamp, std::nullopt, found.second, {}});
    fetched.bytes += found.second.size();
  }
  if (fetched.records.empty())
    return std::nullopt;
  position = fetched.records.back().offset + 1;
  return fetched;
}

} // namespace aepro::test
