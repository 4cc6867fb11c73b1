#pragma once

/// Applies the tables of rules to one record.

#include "actors/validation/rules/finding_sink.hpp"
#include "actors/validation/rules/rule.hpp"

namespace aepro::rules {

/// Returns the subject's dates that adverse-event rules compare; to be made once per subject.
reference_dates parse_reference_dates(const subject_context& subject);

/// Fills texts, names, filled, settled, and, for adverse events, dates from the event
/// and its subject. `reference`: the subject's dates where they are parsed already, else null.
void fill_facts(record_facts& facts, const reference_dates* reference);

/// Runs the envelope's rules and those of the body's kind, in the order of the tables. Optional
/// rules only where the settings name them.
void evaluate(const record_facts& facts, finding_sink& sink);

} // namespace aepro::rules
