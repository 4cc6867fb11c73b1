#pragma once

/// The decision on one record: a pure function of the record, the rules and the subject's reference
/// data.

#include "actors/validation/decide_options.hpp"
#include "actors/validation/rules/rule.hpp"
#include "messages/decision.hpp"

#include <memory_resource>

namespace aepro {

/// What decide() looks at. Views only; everything must outlive the call, and the event's texts the
/// decision.
struct decide_input {
  const event_view& event;
  rejection decoded = rejection::none; ///< What the decoder said.
  /// The Kafka record's; -1: none, and nothing counts as future.
  unix_milliseconds timestamp = -1;
  const subject_context& subject;
  /// The subject's dates, where they have been parsed; else null.
  const reference_dates* reference = nullptr;
};

/// Returns the decision, with `encoded` as docs/ledger-format.md says; its lists and texts are in
/// `memory`. No clock, no I/O, no randomness: same input, same bytes, on every machine. Never
/// fails: bad data is a rejection or a finding.
decision decide(const decide_input& input, const decide_options& options,
                std::pmr::memory_resource& memory);

} // namespace aepro
