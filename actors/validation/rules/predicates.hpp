#pragma once

/// Predicates that many rules share; each row says to which variables, dates and terms they apply.

#include "actors/validation/rules/finding_sink.hpp"
#include "actors/validation/rules/rule.hpp"

#include <optional>

namespace aepro::rules {

/// Broken where `first` is filled but none of first_terms. Case counts, as in CDISC's terminology.
void has_listed_term(const rule&, const record_facts&, finding_sink&);

/// Broken where `first` is filled and neither Y nor N.
void is_yes_or_no(const rule&, const record_facts&, finding_sink&);

/// Broken where `first` is one of first_terms (no terms: is filled) and `second` is none of
/// second_terms (no terms: is blank).
void implies(const rule&, const record_facts&, finding_sink&);

/// Broken where `first` is filled.
void is_absent(const rule&, const record_facts&, finding_sink&);

/// Broken where `first` is filled although `second` is one of second_terms.
void is_absent_where_term(const rule&, const record_facts&, finding_sink&);

/// Broken where `first` is one of first_terms.
void is_not_a_term(const rule&, const record_facts&, finding_sink&);

/// Broken where `first` is filled and no ISO 8601 date.
void is_date(const rule&, const record_facts&, finding_sink&);

/// Broken where `first` is filled and not a whole number of at most nine digits; or 0 or less,
/// unless first_terms allow it by name ("0", "negative").
void is_whole_number(const rule&, const record_facts&, finding_sink&);

/// Broken where the date variable `first` is after the date variable `second` of the same body.
void is_ordered(const rule&, const record_facts&, finding_sink&);

/// Returns the whole number that a text is, nothing for anything else. At most nine digits; "3.0"
/// counts, because exports of statistics programs write whole numbers so.
std::optional<std::int32_t> parse_whole_number(std::string_view text);

/// Returns the detail "A=x, B=y" of two variables.
detail_text show_both(const rule&, const record_facts&);

inline constexpr std::string_view yes[] = {"Y"};
inline constexpr std::string_view yes_or_no[] = {"Y", "N"};

} // namespace aepro::rules
