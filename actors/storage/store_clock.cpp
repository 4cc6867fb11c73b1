#include "actors/storage/store_clock.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>

namespace aepro {

namespace {

constexpr std::chrono::minutes compare_interval{1};

std::string text_of(unix_milliseconds instant) {
  const std::chrono::sys_seconds seconds{
      std::chrono::floor<std::chrono::seconds>(std::chrono::milliseconds(instant))};
  return fmt::format("{:%Y-%m-%dT%H:%M:%SZ}", seconds);
}

} // namespace

bool store_clock::is_due(time_point now, unix_milliseconds wall) {
  const std::lock_guard lock{mutex_};
  if (compared_at_ && now - *compared_at_ < compare_interval) {
    const auto passed = std::chrono::duration_cast<std::chrono::milliseconds>(now - *compared_at_);
    if (std::chrono::abs(std::chrono::milliseconds{wall - compared_wall_} - passed) <=
        difference_max_)
      return false;
  }
  compared_at_ = now;
  compared_wall_ = wall;
  return true;
}

std::optional<std::string> store_clock::compare(unix_milliseconds before,
                                                unix_milliseconds other_now,
                                                unix_milliseconds after, std::string_view whose,
                                                bool is_exact) {
  const auto middle = before + (after - before) / 2;
  const std::chrono::milliseconds difference{other_now - middle};
  const bool is_off = std::chrono::abs(difference) > difference_max_;
  const std::lock_guard lock{mutex_};
  correction_ = is_off || is_exact ? difference : std::chrono::milliseconds{0};
  if (!is_off)
    return std::nullopt;
  return fmt::format(
      "the node's clock says {}, {} {}: {} s apart; set the clock that is wrong right. Lateness is "
      "judged "
      "by the latter meanwhile",
      text_of(middle), whose, text_of(other_now),
      std::chrono::duration_cast<std::chrono::seconds>(std::chrono::abs(difference)).count());
}

std::chrono::milliseconds store_clock::correction() const {
  const std::lock_guard lock{mutex_};
  return correction_;
}

} // namespace aepro
