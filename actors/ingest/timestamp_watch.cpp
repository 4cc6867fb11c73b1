#include "actors/ingest/timestamp_watch.hpp"

#include <algorithm>

namespace aepro {

namespace {

/// Of one late record nothing follows. Three that agree within minutes are no accident.
constexpr std::size_t count_min = 3;
constexpr std::chrono::seconds interval{10};

} // namespace

std::optional<std::chrono::milliseconds>
timestamp_watch::observe(unix_milliseconds timestamp, unix_milliseconds wall, time_point now) {
  if (timestamp < 0)
    return std::nullopt; // The broker has none.
  const auto ahead = timestamp - wall;
  least_ = since_ ? std::min(least_, ahead) : ahead;
  greatest_ = since_ ? std::max(greatest_, ahead) : ahead;
  since_ = since_.value_or(now);
  ++count_;
  if (count_ < count_min || now - *since_ < interval)
    return std::nullopt;
  since_.reset();
  count_ = 0;
  return difference();
}

/// A record can only be read after it was stamped: the greatest comes next to the truth.
std::chrono::milliseconds timestamp_watch::difference() const {
  const auto max = difference_max_.count();
  if (greatest_ - least_ > max || (greatest_ >= -max && least_ <= max))
    return std::chrono::milliseconds{0};
  return std::chrono::milliseconds{greatest_};
}

} // namespace aepro
