#include "messages/score_alert.hpp"

#include <fmt/format.h>

#include <array>
#include <charconv>
#include <cmath>

namespace aepro {

namespace {

constexpr std::array<std::pair<std::string_view, urgency>, 3> urgencies{
    {{"routine", urgency::routine},
     {"urgent", urgency::urgent},
     {"immediate", urgency::immediate}}};

} // namespace

std::optional<urgency> parse_urgency(std::string_view name) {
  for (const auto& [known, value] : urgencies)
    if (known == name)
      return value;
  return std::nullopt;
}

std::string_view text_of(urgency value) {
  for (const auto& [name, known] : urgencies)
    if (known == value)
      return name;
  return "";
}

std::optional<double> parse_finite(std::string_view text) {
  double number = 0;
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (problem != std::errc{} || end != text.data() + text.size() || !std::isfinite(number))
    return std::nullopt;
  return number;
}

std::optional<score_alert> parse_score_alert(std::string_view text) {
  const auto sign = text.find_first_of("<>");
  const auto colon = text.rfind(':');
  if (sign == 0 || sign == text.npos || colon == text.npos || colon < sign + 2 ||
      text[sign + 1] != '=')
    return std::nullopt;
  const auto threshold = parse_finite(text.substr(sign + 2, colon - sign - 2));
  const auto how_urgent = parse_urgency(text.substr(colon + 1));
  if (!threshold || !how_urgent)
    return std::nullopt;
  return score_alert{std::string{text.substr(0, sign)}, text[sign] == '>', *threshold, *how_urgent};
}

std::string text_of(const score_alert& value) {
  return fmt::format("{}{}={}:{}", value.scale, value.at_least ? '>' : '<', value.threshold,
                     text_of(value.urgency));
}

} // namespace aepro
