#include "config/value_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <limits>

namespace aepro {

namespace {

struct unit_row {
  std::string_view name;
  std::int64_t factor;
};
constexpr unit_row duration_units[] = {
    {"d", 86'400'000}, {"h", 3'600'000}, {"min", 60'000}, {"s", 1000}, {"ms", 1}};
constexpr unit_row byte_units[] = {{"GiB", 1 << 30}, {"MiB", 1 << 20}, {"KiB", 1 << 10}, {"B", 1}};

/// Splits "16 MiB" into number and unit; the unit may be empty.
std::optional<std::pair<std::int64_t, std::string_view>> split_unit(std::string_view text) {
  text = trim(text);
  std::int64_t number = 0;
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (problem != std::errc{})
    return {};
  return std::pair{number, trim(text.substr(end - text.data()))};
}

std::optional<std::int64_t> parse_with_unit(std::string_view text,
                                            std::span<const unit_row> units) {
  const auto parts = split_unit(text);
  if (!parts)
    return {};
  const auto unit = std::ranges::find(units, parts->second, &unit_row::name);
  if (unit == units.end() ||
      std::abs(parts->first) > std::numeric_limits<std::int64_t>::max() / unit->factor)
    return {};
  return parts->first * unit->factor;
}

std::string format_with_unit(std::int64_t value, std::span<const unit_row> units) {
  for (const auto& unit : units)
    if (value != 0 && value % unit.factor == 0)
      return fmt::format("{}{}", value / unit.factor, unit.name);
  return fmt::format("0{}", units.back().name);
}

} // namespace

std::optional<std::int64_t> parse_integer(std::string_view text) {
  const auto parts = split_unit(text);
  return parts && parts->second.empty() ? std::optional(parts->first) : std::nullopt;
}

std::optional<std::chrono::milliseconds> parse_duration(std::string_view text) {
  if (trim(text) == "0")
    return std::chrono::milliseconds(0);
  const auto value = parse_with_unit(text, duration_units);
  return value ? std::optional(std::chrono::milliseconds(*value)) : std::nullopt;
}

std::optional<std::int64_t> parse_bytes(std::string_view text) {
  const auto plain = parse_integer(text);
  return plain ? plain : parse_with_unit(text, byte_units);
}

std::optional<bool> parse_flag(std::string_view text) {
  text = trim(text);
  if (text == "true" || text == "yes" || text == "on")
    return true;
  if (text == "false" || text == "no" || text == "off")
    return false;
  return {};
}

std::string format_duration(std::chrono::milliseconds duration) {
  return format_with_unit(duration.count(), duration_units);
}

std::string format_bytes(std::int64_t bytes) {
  return format_with_unit(bytes, byte_units);
}

std::optional<std::string_view> nearest_name(std::string_view name,
                                             std::span<const std::string_view> candidates) {
  std::optional<std::string_view> best;
  std::size_t best_distance = name.size() / 3 + 1;
  if (name.size() > 100)
    return best;
  for (const auto candidate : candidates) {
    const std::size_t columns = candidate.size() + 1;
    std::vector<std::size_t> before_last(columns), last(columns), row(columns);
    for (std::size_t j = 0; j < columns; ++j)
      last[j] = j;
    for (std::size_t i = 1; i <= name.size(); ++i) {
      row[0] = i;
      for (std::size_t j = 1; j < columns; ++j) {
        const std::size_t change = name[i - 1] == candidate[j - 1] ? 0 : 1;
        row[j] = std::min({last[j] + 1, row[j - 1] + 1, last[j - 1] + change});
        if (i > 1 && j > 1 && name[i - 1] == candidate[j - 2] && name[i - 2] == candidate[j - 1])
          row[j] = std::min(row[j], before_last[j - 2] + 1);
      }
      before_last.swap(last);
      last.swap(row);
    }
    if (last.back() < best_distance) {
      best_distance = last.back();
      best = candidate;
    }
  }
  return best;
}

std::vector<std::string> split_list(std::string_view text, char separator) {
  std::vector<std::string> parts;
  while (!text.empty()) {
    const auto end = std::min(text.find(separator), text.size());
    if (const auto part = trim(text.substr(0, end)); !part.empty())
      parts.emplace_back(part);
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return parts;
}

std::string_view trim(std::string_view text) {
  const auto begin = text.find_first_not_of(" \t\r\n");
  if (begin == std::string_view::npos)
    return {};
  return text.substr(begin, text.find_last_not_of(" \t\r\n") - begin + 1);
}

} // namespace aepro
