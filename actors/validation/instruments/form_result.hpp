#pragma once

/// What a submitted form amounts to: its answers by item, its scores, and what is odd about it.

#include "actors/validation/decide_options.hpp"
#include "actors/validation/instruments/instrument.hpp"
#include "messages/decision.hpp"

#include <array>
#include <bitset>
#include <cstdint>
#include <optional>
#include <vector>

namespace aepro::rules {

/// One bit per item of the instrument.
using item_set = std::bitset<instrument::items_max>;

/// A form, read against its instrument's definition. Without a definition only the counts are
/// filled.
struct form_result {
  const instrument* definition = nullptr;
  std::array<std::int16_t, instrument::items_max> value; ///< Of the items in `answered`.
  item_set seen;             ///< Items that an answer names, an empty one too: those of the form.
  item_set answered;         ///< Items with one legal answer.
  item_set repeated;         ///< Items that several answers name.
  item_set out_of_range;     ///< Items with an answer that the instrument does not offer.
  item_set missing_required; ///< On a form that should have them.
  std::uint32_t unknown_links = 0;      ///< Answers to no item of the instrument.
  std::uint32_t empty_links = 0;        ///< Answers without a link id.
  std::uint32_t repeated_links = 0;     ///< Without definition: answers whose link id stood before.
  std::uint32_t valued_and_missing = 0; ///< Answers with a value and a reason for having none.
  /// As shown on the form: device_total, or the total's own item.
  std::string_view device_total;
  std::optional<double> computed_total; ///< The first scale's score, where it is a sum.
  bool total_is_prorated = false;
  bool scale_not_scored = false; ///< A scale has too many items missing.
};

/// Reads the answers, appends the scores that they allow and the alerts that they make due.
/// Matches by link id, never by position. Items with several different answers count as missing.
/// Forms in progress or entered in error are not scored; alerts of items are raised whatever the
/// status, for a false alarm costs a call and a missed one a life. Each alert is raised once.
/// `memory` is for working space.
form_result read_form(const questionnaire_response_view& form, const decide_options& options,
                      std::pmr::memory_resource& memory, std::pmr::vector<score>& scores,
                      std::pmr::vector<alert>& alerts);

/// Returns the number that a text is in full, nothing for anything else (no infinities, no NaN).
std::optional<double> parse_number(std::string_view text);

} // namespace aepro::rules
