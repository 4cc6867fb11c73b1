#pragma once

/// Definitions of questionnaires: items, accepted answers, scoring and alerts. Made from
/// config/instruments/*.json.

#include "actors/validation/instruments/composite_grade.hpp"
#include "messages/decision.hpp"
#include "messages/score_change.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace aepro {

/// An answer in words or as a code, with the number that it stands for.
struct answer_option {
  std::string text; ///< Upper case.
  std::int16_t value;
};

struct instrument_item {
  std::string link_id;
  std::int16_t minimum = 0, maximum = 0; ///< Of legal answers, both included.
  bool required = false;                 ///< For a completed or amended form.
  /// Not a question: the total that a device or an export adds.
  bool is_total = false;
  std::vector<answer_option> options; ///< Beside the numbers themselves.
};

struct score_band {
  double from; ///< The band holds values from here up to the next band.
  std::string name;
};

/// How the answers of a scale become its score. Other methods (linear transformation, reversal)
/// come with their instruments.
enum class scoring_method : std::uint8_t {
  sum,             ///< Of its items; of a form that lacks too many there is none.
  composite_grade, ///< Of a symptom; a form that asks nothing about it says nothing about it.
};

/// An alert that a scale's score raises.
struct scale_alert {
  double at_least;
  std::string rule;
  aepro::urgency urgency;
};

struct instrument_scale {
  std::string name;
  scoring_method method = scoring_method::sum;
  std::vector<std::uint8_t> items;       ///< Indexes; unscored items are in no scale.
  std::uint8_t asked = 0;                ///< Of a composite grade: the sum over its questions.
  std::uint8_t missing_items_max = 0;    ///< So many are replaced by the mean of those answered.
  bool missing_items_by_setting = false; ///< The setting phq9_missing may lower that to none.
  std::vector<score_band> bands;         ///< Ascending; none where none is published.
  std::vector<scale_alert> alerts;
};

struct item_alert {
  std::uint8_t item;
  double at_least;
  std::string rule;
  aepro::urgency urgency;
};

struct instrument {
  static constexpr std::size_t items_max = 192;  ///< The largest, PRO-CTCAE, has 124.
  static constexpr std::size_t scales_max = 255; ///< So many scores fit into a decision.

  std::string name;
  std::string algorithm;                    ///< Version of the scoring; enters every score.
  std::vector<std::string> aliases;         ///< Upper case, the name included.
  std::vector<std::string> missing_answers; ///< Upper case; say that there is none, on any item.
  std::vector<instrument_item> items;
  std::vector<std::pair<std::string, std::uint8_t>> links; ///< Every accepted link id, sorted.
  std::vector<instrument_scale> scales;
  std::vector<item_alert> alerts;         ///< Of items; those of scores are with their scales.
  std::vector<score_change_rule> changes; ///< That raise alerts after the form is stored.

  /// Returns the item that a link id names: its own, the item's number, its code or an alias.
  /// `expected` is looked at first: forms mostly keep the order.
  std::optional<std::uint8_t> find_item(std::string_view link_id, std::size_t expected) const;
};

/// Returns every instrument that this build knows, as read once from its definitions. Static
/// storage. Throws std::runtime_error with the definition's name and what is wrong with it.
std::span<const instrument> instruments();

/// Returns the instrument of that name or alias (case and surrounding blanks aside), or null.
const instrument* find_instrument(std::string_view name);

/// Reads one definition: {"questionnaire": FHIR R4 Questionnaire, "scoring": {...}} as
/// docs/instruments.md says. Throws std::runtime_error.
instrument read_instrument(std::string_view file, std::string_view json);

} // namespace aepro
