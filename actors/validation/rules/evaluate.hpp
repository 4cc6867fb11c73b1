#pragma once

/// Applies the tables of rules to one record.

#include "actors/validation/rules/finding_sink.hpp"
#include "actors/validation/rules/rule.hpp"

namespace aepro::rules {

/// Fills texts, names, filled, text_trouble and, for adverse events, dates from the event and its subject.
void fill_facts(record_facts& facts);

/// Runs the envelope's rules and those of the body's kind, in the order of the tables. Optional rules only
/// where the settings name them.
void evaluate(const record_facts& facts, finding_sink& sink);

} // namespace aepro::rules
