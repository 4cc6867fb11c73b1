#pragma once

/// Writes one event's content, and what must be decided on it.

#include "actors/simulate/simulated_record.hpp"
#include "actors/simulate/trial_plan.hpp"

#include <string>

namespace aepro {

/// How an event is sent this time.
struct event_form {
  std::uint64_t sent = 0; ///< The number of the record: its sent_at.
  bool altered = false;   ///< Other content under the same id; decided alike.
  bool unknown_subject = false;
  rejection flaw = rejection::none; ///< event_id_missing, subject_missing, body_missing, term or
                                    ///< instrument_missing.
};

/// Writes event `event` of the plan to record.key, value, event_id and topic, and its serious,
/// scores and alerts. `body` is memory to use again.
void make_event(const trial_plan& plan, std::uint64_t event, const event_form& form,
                simulated_record& record, std::string& body);

/// Writes the reference data of a subject likewise.
void make_subject(const trial_plan& plan, std::size_t subject, simulated_record& record,
                  std::string& body);

/// Writes the body of an adverse event and its expectation.
void write_adverse_event(const trial_plan& plan, std::uint64_t event, const event_form& form,
                         const trial_subject& subject, simulated_record& record, std::string& body);

/// Writes the body of a questionnaire response and its expectation.
void write_response(const trial_plan& plan, std::uint64_t event, const event_form& form,
                    const trial_subject& subject, simulated_record& record, std::string& body);

} // namespace aepro
