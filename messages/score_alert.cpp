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

std::optional<double> number_of(std::string_view text) {
  double number = 0;
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (problem != std::errc{} || end != text.data() + text.size() || !std::isfinite(number))
    return std::nullopt;
  return number;
}

} // namespace

std::optional<score_alert> parse_score_alert(std::string_view text) {
  const auto sign = text.find_first_of("<>");
  const auto colon = text.rfind(':');
  if (sign == 0 || sign == text.npos || colon == text.npos || colon < sign + 2 ||
      text[sign + 1] != '=')
    return std::nullopt;
  const auto threshold = number_of(text.substr(sign + 2, colon - sign - 2));
  if (!threshold)
    return std::nullopt;
  for (const auto& [name, how_urgent] : urgencies)
    if (name == text.substr(colon + 1))
      return score_alert{std::string{text.substr(0, sign)}, text[sign] == '>', *threshold,
                         how_urgent};
  return std::nullopt;
}

std::string text_of(const score_alert& value) {
  std::string_view name;
  for (const auto& [one, how_urgent] : urgencies)
    if (how_urgent == value.urgency)
      name = one;
  return fmt::format("{}{}={}:{}", value.scale, value.at_least ? '>' : '<', value.threshold, name);
}

} // namespace aepro
