#include "actors/validation/partial_date.hpp"

#include <algorithm>
#include <chrono>
#include <cstring>

namespace aepro {

namespace {

enum : std::size_t { year, month, day, hour, minute, second, millisecond };

constexpr std::int16_t missing = partial_date::missing;

class cursor {
public:
  explicit cursor(std::string_view text) : at_(text.data()), end_(at_ + text.size()) {}

  bool at_end() const { return at_ == end_; }
  char peek() const { return at_ == end_ ? '\0' : *at_; }
  bool take(char expected) {
    if (peek() != expected || at_end())
      return false;
    ++at_;
    return true;
  }

  /// Takes exactly `count` digits.
  bool digits(int count, std::int16_t& value) {
    if (end_ - at_ < count)
      return false;
    int sum = 0;
    for (int i = 0; i < count; ++i) {
      if (at_[i] < '0' || at_[i] > '9')
        return false;
      sum = sum * 10 + (at_[i] - '0');
    }
    at_ += count;
    value = static_cast<std::int16_t>(sum);
    return true;
  }

  /// Takes digits or the hyphen that stands for them.
  bool digits_or_missing(int count, std::int16_t& value) {
    if (take('-')) {
      value = missing;
      return true;
    }
    return digits(count, value);
  }

private:
  const char* at_;
  const char* end_;
};

/// A fraction of a second; digits after the third do not count.
bool parse_fraction(cursor& in, std::int16_t& value) {
  std::int16_t digit;
  int scale = 100;
  int sum = 0;
  if (!in.digits(1, digit))
    return false;
  do {
    sum += digit * scale;
    scale /= 10;
  } while (in.digits(1, digit));
  value = static_cast<std::int16_t>(sum);
  return true;
}

/// The minutes of a zone, with or without a colon before them.
bool zone_minutes(cursor& in, std::int16_t& minutes) {
  in.take(':');
  return in.digits(2, minutes);
}

bool parse_zone(cursor& in, partial_date& date) {
  if (in.at_end())
    return true;
  date.has_offset = true;
  if (in.take('Z'))
    return true;
  const int sign = in.peek() == '-' ? -1 : 1;
  if (!in.take('+') && !in.take('-'))
    return false;
  std::int16_t hours, minutes = 0;
  if (!in.digits(2, hours))
    return false;
  if (!in.at_end() && !zone_minutes(in, minutes))
    return false;
  date.offset_minutes = static_cast<std::int16_t>(sign * (hours * 60 + minutes));
  return hours <= 14 && minutes < 60;
}

bool parse_time(cursor& in, partial_date& date) {
  auto& part = date.part;
  if (!in.digits_or_missing(2, part[hour]))
    return false;
  if (in.take(':')) {
    if (!in.digits_or_missing(2, part[minute]))
      return false;
    if (in.take(':')) {
      if (!in.digits(2, part[second]))
        return false;
      if ((in.take('.') || in.take(',')) && !parse_fraction(in, part[millisecond]))
        return false;
    }
  }
  return parse_zone(in, date);
}

bool parse_parts(cursor& in, partial_date& date) {
  auto& part = date.part;
  if (!in.digits_or_missing(4, part[year]))
    return false;
  if (in.take('-')) {
    if (!in.digits_or_missing(2, part[month]))
      return false;
    if (in.take('-') && !in.digits_or_missing(2, part[day]))
      return false;
  }
  return !in.take('T') || parse_time(in, date);
}

std::int16_t days_in_month(std::int16_t of_year, std::int16_t of_month) {
  static constexpr std::array<std::int16_t, 12> days{31, 28, 31, 30, 31, 30,
                                                     31, 31, 30, 31, 30, 31};
  if (of_month == missing)
    return 31;
  const bool leap = of_year == missing || std::chrono::year(of_year).is_leap();
  return of_month == 2 && leap ? std::int16_t{29} : days[static_cast<std::size_t>(of_month - 1)];
}

bool on_a_calendar(const partial_date& date) {
  const auto& part = date.part;
  const auto within = [&part](std::size_t index, std::int16_t low, std::int16_t high) {
    return part[index] == missing || (part[index] >= low && part[index] <= high);
  };
  // Second 60 is a leap second.
  return within(month, 1, 12) && within(day, 1, days_in_month(part[year], part[month])) &&
         within(hour, 0, 23) && within(minute, 0, 59) && within(second, 0, 60);
}

/// A hyphen only ever stands before a part that is given: "2014--" says no more than "2014".
bool ends_with_a_part(const partial_date& date, std::string_view text) {
  const bool any = std::ranges::any_of(date.part, [](auto value) { return value != missing; });
  return any && text.back() != '-' && text.back() != ':' && text.back() != 'T';
}

/// Days since 1970-01-01 of a full date that is on the calendar.
std::int32_t civil_day(const partial_date& date) {
  const std::chrono::year_month_day civil{
      std::chrono::year(date.part[year]),
      std::chrono::month(static_cast<unsigned>(date.part[month])),
      std::chrono::day(static_cast<unsigned>(date.part[day]))};
  return static_cast<std::int32_t>(std::chrono::sys_days(civil).time_since_epoch().count());
}

int two_digits(const char* at) {
  return (at[0] - '0') * 10 + (at[1] - '0');
}

/// Returns whether ten bytes read 0000-00-00 with any digits.
bool is_shaped_like_a_date(const char* at) {
  constexpr std::uint64_t ones = 0x0101010101010101u;
  std::uint64_t word, shape;
  std::memcpy(&word, at, sizeof word);
  std::memcpy(&shape, "0000-00-", sizeof shape);
  word ^= shape; // Digits become 0 to 9, the hyphens 0.
  std::uint64_t hyphens;
  std::memcpy(&hyphens, "\0\0\0\0\xff\0\0\xff", sizeof hyphens);
  const bool eight =
      (((word + ones * (0x80 - 10)) | word) & ones * 0x80) == 0 && (word & hyphens) == 0;
  return eight && at[8] >= '0' && at[8] <= '9' && at[9] >= '0' && at[9] <= '9';
}

/// YYYY-MM-DD, which nearly all dates are; false: anything else, or on no calendar.
bool parse_whole_date(std::string_view text, partial_date& date) {
  if (text.size() != 10 || !is_shaped_like_a_date(text.data()))
    return false;
  const auto* at = text.data();
  date.part[year] = static_cast<std::int16_t>(two_digits(at) * 100 + two_digits(at + 2));
  date.part[month] = static_cast<std::int16_t>(two_digits(at + 5));
  date.part[day] = static_cast<std::int16_t>(two_digits(at + 8));
  date.precision = partial_date::date_parts;
  date.legal =
      date.part[month] >= 1 && date.part[month] <= 12 && date.part[day] >= 1 &&
      (date.part[day] <= 28 || date.part[day] <= days_in_month(date.part[year], date.part[month]));
  if (date.legal)
    date.day = civil_day(date);
  return date.legal;
}

partial_date parse_one(std::string_view text) {
  partial_date date;
  if (text.empty())
    return date;
  cursor in(text);
  if (!parse_parts(in, date) || !in.at_end() || !ends_with_a_part(date, text) ||
      !on_a_calendar(date))
    return partial_date{};
  date.legal = true;
  while (date.precision < partial_date::part_count && date.part[date.precision] != missing)
    ++date.precision;
  if (date.precision >= partial_date::date_parts)
    date.day = civil_day(date);
  return date;
}

/// Minutes since 1970-01-01T00:00Z of a date that is precise to the minute.
std::int64_t utc_minutes(const partial_date& date) {
  return std::int64_t{date.day} * 24 * 60 + date.part[hour] * 60 + date.part[minute] -
         date.offset_minutes;
}

date_order order_of(auto left, auto right) {
  return left < right ? date_order::before : left > right ? date_order::after : date_order::same;
}

} // namespace

partial_date parse_partial_date(std::string_view text) {
  partial_date date;
  if (parse_whole_date(text, date))
    return date;
  const auto slash = text.find('/');
  if (slash == std::string_view::npos)
    return parse_one(text);
  date = parse_one(text.substr(0, slash));
  date.legal = date.legal && parse_one(text.substr(slash + 1)).legal;
  date.interval = true;
  return date;
}

date_order compare(const partial_date& left, const partial_date& right) {
  if (!left.legal || !right.legal || left.interval || right.interval)
    return date_order::unknown;
  const auto shared = std::min(left.precision, right.precision);
  if (shared == 0)
    return date_order::unknown;
  std::size_t from = 0;
  if (left.has_offset && right.has_offset && shared > minute) {
    const auto order = order_of(utc_minutes(left), utc_minutes(right));
    if (order != date_order::same)
      return order;
    from = second;
  }
  for (std::size_t i = from; i < shared; ++i)
    if (left.part[i] != right.part[i])
      return order_of(left.part[i], right.part[i]);
  return date_order::same;
}

std::optional<std::int32_t> day_number(const partial_date& date) {
  if (!date.has_full_date())
    return std::nullopt;
  return date.day;
}

std::optional<std::int32_t> study_day(const partial_date& date, const partial_date& reference) {
  const auto day_of_date = day_number(date);
  const auto day_of_reference = day_number(reference);
  if (!day_of_date || !day_of_reference)
    return std::nullopt;
  const auto difference = *day_of_date - *day_of_reference;
  return difference >= 0 ? difference + 1 : difference;
}

} // namespace aepro
