#include "messages/score_change.hpp"

#include "messages/score_alert.hpp"

#include <fmt/format.h>

#include <cmath>

namespace aepro {

namespace {

constexpr std::string_view since_previous = " since previous", since_baseline = " since baseline";

/// Takes the end off where the text has it.
bool cut(std::string_view& text, std::string_view end) {
  if (!text.ends_with(end))
    return false;
  text.remove_suffix(end.size());
  return true;
}

} // namespace

std::string_view name_of(change_reference value) {
  return value == change_reference::previous ? "previous" : "baseline";
}

bool names_scale(std::string_view pattern, std::string_view name) {
  return cut(pattern, "*") ? name.starts_with(pattern) : name == pattern;
}

bool score_change_rule::is_reached(double from, double to) const {
  constexpr double last_digits = 1e-9;
  const auto change = by > 0 ? to - from : from - to;
  return change >= std::abs(by) - last_digits;
}

std::optional<score_change_rule> parse_score_change(std::string_view text) {
  const auto colon = text.rfind(':');
  if (colon == text.npos)
    return std::nullopt;
  const auto how_urgent = parse_urgency(text.substr(colon + 1));
  text = text.substr(0, colon);
  const auto since =
      cut(text, since_previous) ? change_reference::previous : change_reference::baseline;
  if (since == change_reference::baseline)
    cut(text, since_baseline);
  const auto sign = text.find_first_of("<>");
  if (!how_urgent || sign == 0 || sign == text.npos)
    return std::nullopt;
  const auto rises = text.substr(sign).starts_with(">=+");
  if (!rises && !text.substr(sign).starts_with("<=-"))
    return std::nullopt;
  const auto amount = parse_finite(text.substr(sign + 3));
  if (!amount || *amount <= 0)
    return std::nullopt;
  return score_change_rule{.scale = std::string(text.substr(0, sign)),
                           .by = rises ? *amount : -*amount,
                           .since = since,
                           .urgency = *how_urgent};
}

std::string text_of(const score_change_rule& rule) {
  return fmt::format("{}{}{}{}:{}", rule.scale, rule.by > 0 ? ">=+" : "<=-", std::abs(rule.by),
                     rule.since == change_reference::previous ? since_previous : "",
                     text_of(rule.urgency));
}

} // namespace aepro
