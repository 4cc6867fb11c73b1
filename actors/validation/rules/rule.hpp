#pragma once

/// How a rule is written: a row of a table, with a predicate that its parameters fit to variables.

#include "actors/validation/decide_options.hpp"
#include "actors/validation/partial_date.hpp"
#include "actors/validation/rules/rule_table.hpp"
#include "messages/codec/text_trouble.hpp"
#include "messages/decision.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace aepro::rules {

/// One bit per variable of the body.
using variable_set = std::uint64_t;

template <class Variable>
constexpr variable_set set_of(Variable variable) {
  return variable_set{1} << static_cast<unsigned>(variable);
}

/// The dates that adverse-event rules compare: of the report, then of the subject's reference data.
enum class ae_date : std::uint8_t {
  start,
  end,
  collected,
  awareness,
  reference_start,
  consent,
  death,
  disposition
};
inline constexpr std::size_t ae_date_count = 8;
inline constexpr std::size_t reference_date_count = 4; ///< The last of them.

/// A date with the name under which findings show it.
struct named_date {
  std::string_view name;
  std::string_view text;
  partial_date date;
};

struct form_result;

/// What rules look at: one record, its subject's reference data, and what was derived from both
/// once.
struct record_facts {
  const event_view& event;
  const subject_context& subject;
  const decide_options& options;
  unix_milliseconds timestamp = -1;
  text_table texts = {};                    ///< The body's variables.
  std::span<const variable_row> names = {}; ///< Theirs.
  variable_set filled = 0;                  ///< Which of them are more than blanks.
  variable_set settled = 0; ///< Which are Y, N or a legal date: their form is right.
  bool serious = false;     ///< Derived seriousness (adverse events).
  std::array<partial_date, ae_date_count> dates{}; ///< Adverse events only.
  /// AESTDY and AEENDY where they are whole numbers.
  std::optional<std::int32_t> start_day, end_day;
  /// That it is anywhere on earth at `timestamp`; illegal without one.
  partial_date latest_day;
  const form_result* form = nullptr; ///< Forms only.

  template <class Variable>
  std::string_view text(Variable variable) const {
    return texts[static_cast<std::size_t>(variable)];
  }
  template <class Variable>
  bool has(Variable variable) const {
    return (filled & set_of(variable)) != 0;
  }
  const partial_date& date(ae_date which) const { return dates[static_cast<std::size_t>(which)]; }
  /// Returns the date with what findings need.
  named_date named(ae_date which) const;
};

class finding_sink;
struct rule;

/// Looks whether the record breaks the rule and tells the sink.
using rule_check = void (*)(const rule&, const record_facts&, finding_sink&);

struct rule {
  rule_row row;
  rule_check check;
  variable_set needs = 0; ///< The rule can only be broken where all of these are filled.
  /// A variable or a date; `second` too. What they mean is the check's affair.
  std::uint8_t first = 0;
  std::uint8_t second = 0;
  std::span<const std::string_view> first_terms = {};
  std::span<const std::string_view> second_terms = {};
  bool of_form = false;  ///< Holds where all that it needs is in record_facts::settled.
  bool optional = false; ///< Applies only where the settings name it.
};

constexpr bool is_one_of(std::string_view text, std::span<const std::string_view> terms) {
  for (const auto term : terms)
    if (text == term)
      return true;
  return false;
}

std::span<const rule> envelope_rules();
std::span<const rule> adverse_event_rules();
std::span<const rule> questionnaire_rules();
std::span<const rule> subject_rules();

} // namespace aepro::rules
