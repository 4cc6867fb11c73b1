#pragma once

/// A threshold of a score that people are to be told of.

#include "messages/decision.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace aepro {

/// Returns the urgency of that name (routine, urgent, immediate), nothing for any other; and the
/// name.
std::optional<urgency> parse_urgency(std::string_view name);
std::string_view text_of(urgency value);

/// Returns the number that the whole text is, where it is finite.
std::optional<double> parse_finite(std::string_view text);

struct score_alert {
  std::string scale;    ///< For example "PHQ-9"; as the scores say it.
  bool at_least = true; ///< False: at most.
  double threshold = 0;
  aepro::urgency urgency = urgency::routine;

  bool operator==(const score_alert&) const = default;
  bool operator()(const score& value) const {
    return value.scale == scale && (at_least ? value.value >= threshold : value.value <= threshold);
  }
};

/// Returns the threshold of a text as SCALE>=NUMBER:URGENCY or SCALE<=NUMBER:URGENCY, for example
/// "PHQ-9>=20:urgent"; nothing for any other.
std::optional<score_alert> parse_score_alert(std::string_view text);

/// Returns the text that leads to it.
std::string text_of(const score_alert& value);

} // namespace aepro
