#pragma once

/// Changes of a subject's scores that people are to be told of.

#include "messages/decision.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace aepro {

/// What a score is compared with. Baseline: that of the last form up to the subject's first
/// treatment, or the first form where there is none (CDISC ADaMIG 1.3, ABLFL). Previous: that of
/// the form before.
enum class change_reference : std::uint8_t { baseline, previous };

std::string_view name_of(change_reference value);

/// Returns whether `pattern` means the scale of that name: its name, or what names begin with and
/// an asterisk, as "PRO-CTCAE *".
bool names_scale(std::string_view pattern, std::string_view name);

/// The alert of what the settings name.
inline constexpr std::string_view score_change_alert = "score-change";

struct score_change_rule {
  std::string scale; ///< As names_scale takes it.
  double by = 0;     ///< So much more or further; negative: so much less or further.
  change_reference since = change_reference::baseline;
  aepro::urgency urgency = urgency::routine;
  std::string alert{score_change_alert};

  bool operator==(const score_change_rule&) const = default;

  /// Returns whether the change is as large as that. What whole numbers divided by each other lack
  /// in their last digits does not count.
  bool is_reached(double from, double to) const;
};

/// Returns the rule of a text as SCALE>=+NUMBER:URGENCY or SCALE<=-NUMBER:URGENCY, with " since
/// previous" or " since baseline" (the default) before the colon, for example "PHQ-9>=+5 since
/// previous:urgent"; nothing for any other.
std::optional<score_change_rule> parse_score_change(std::string_view text);

/// Returns the text that leads to it.
std::string text_of(const score_change_rule& rule);

} // namespace aepro
