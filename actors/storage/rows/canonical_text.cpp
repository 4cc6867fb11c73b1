#include "actors/storage/rows/canonical_text.hpp"

#include <algorithm>
#include <charconv>
#include <chrono>

namespace aepro {

namespace {

/// Returns the number that the digits make; nothing where there is anything else.
std::optional<int> digits(std::string_view text) {
  int number = 0;
  for (const char letter : text) {
    if (letter < '0' || letter > '9')
      return std::nullopt;
    number = number * 10 + (letter - '0');
  }
  return number;
}

} // namespace

std::optional<std::int64_t> canonical_integer(std::string_view text, std::int64_t limit) {
  const auto magnitude = text.starts_with('-') ? text.substr(1) : text;
  const bool leading_zero = magnitude.size() > 1 && magnitude.front() == '0';
  if (magnitude.empty() || leading_zero || text == "-0")
    return std::nullopt;
  std::int64_t number = 0;
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (problem != std::errc{} || end != text.data() + text.size() || number < -limit ||
      number > limit)
    return std::nullopt;
  return number;
}

std::optional<std::int64_t> canonical_date(std::string_view text) {
  if (text.size() != 10 || text[4] != '-' || text[7] != '-')
    return std::nullopt;
  const auto year = digits(text.substr(0, 4)), month = digits(text.substr(5, 2)),
             day = digits(text.substr(8, 2));
  if (!year || !month || !day || *year < 1)
    return std::nullopt;
  const std::chrono::year_month_day date{std::chrono::year(*year),
                                         std::chrono::month(static_cast<unsigned>(*month)),
                                         std::chrono::day(static_cast<unsigned>(*day))};
  if (!date.ok())
    return std::nullopt;
  return std::chrono::sys_days(date).time_since_epoch().count();
}

} // namespace aepro
