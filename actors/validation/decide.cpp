#include "actors/validation/decide.hpp"

#include "actors/validation/decision_encoder.hpp"
#include "actors/validation/instruments/form_result.hpp"
#include "actors/validation/rules/evaluate.hpp"
#include "actors/validation/rules/rule_table.hpp"
#include "actors/validation/seriousness.hpp"

#include <algorithm>

namespace aepro {

namespace {

constexpr std::size_t event_id_bytes_max = 200;

/// Returns why the record cannot be stored or attributed; the first reason in this order counts.
rejection check_envelope(const decide_input& input, const decide_options& options) {
  const auto& event = input.event;
  if (input.decoded != rejection::none && input.decoded != rejection::too_many_answers)
    return input.decoded;
  if (event.event_id.empty() || event.event_id.size() > event_id_bytes_max)
    return rejection::event_id_missing;
  if (event.study.empty())
    return rejection::study_missing;
  if (event.subject.empty())
    return rejection::subject_missing;
  if (const auto* body = std::get_if<adverse_event_view>(&event.body);
      body != nullptr && (*body)[ae::aeterm].empty())
    return rejection::term_missing;
  if (const auto* body = std::get_if<questionnaire_response_view>(&event.body);
      body != nullptr && (*body)[qs::instrument].empty())
    return rejection::instrument_missing;
  if (input.decoded == rejection::too_many_answers)
    return rejection::too_many_answers;
  if (!options.studies.empty() && !options.studies.contains(event.study))
    return rejection::unknown_study;
  if (options.reject_unknown_subjects && event.kind != event_kind::subject && !input.subject.known)
    return rejection::unknown_subject;
  return rejection::none;
}

/// Kafka's timestamps are whatever a producer wrote: outside the calendar they count as none.
unix_milliseconds plausible(unix_milliseconds timestamp) {
  constexpr unix_milliseconds year_10000 = 253'402'300'800'000;
  return timestamp >= 0 && timestamp < year_10000 ? timestamp : -1;
}

/// Findings, scores and alerts of an accepted record.
void judge(const decide_input& input, const decide_options& options, const seriousness& derived,
           std::pmr::memory_resource& memory, decision& result) {
  rules::record_facts facts{.event = input.event,
                            .subject = input.subject,
                            .options = options,
                            .timestamp = plausible(input.timestamp),
                            .serious = derived.serious};
  rules::fill_facts(facts, input.reference);
  rules::form_result form;
  if (const auto* report = std::get_if<adverse_event_view>(&input.event.body)) {
    append_alerts(*report, derived, result.alerts);
  } else if (const auto* response = std::get_if<questionnaire_response_view>(&input.event.body)) {
    form = rules::read_form(*response, options, memory, result.scores, result.alerts);
    facts.form = &form;
  }
  rules::finding_sink sink(result.findings, memory);
  rules::evaluate(facts, sink);
}

/// A rejected form that would have made an alert due makes one due that says so, as urgent as that:
/// it cannot be stored or attributed, so that nothing else would tell people of it.
void alert_of_rejected_form(const questionnaire_response_view& form, const decide_options& options,
                            std::pmr::memory_resource& memory, decision& result) {
  std::pmr::vector<score> scores(&memory);
  std::pmr::vector<alert> lost(&memory);
  rules::read_form(form, options, memory, scores, lost);
  if (!lost.empty())
    result.alerts.push_back(
        {"rejected-form-with-alert", std::ranges::max(lost, {}, &alert::urgency).urgency});
}

} // namespace

decision decide(const decide_input& input, const decide_options& options,
                std::pmr::memory_resource& memory) {
  decision result{.rejection = check_envelope(input, options),
                  .subject_known = input.subject.known,
                  .context_version = input.subject.version,
                  .findings = std::pmr::vector<finding>(&memory),
                  .scores = std::pmr::vector<score>(&memory),
                  .alerts = std::pmr::vector<alert>(&memory),
                  .encoded = {}};
  const auto* report = std::get_if<adverse_event_view>(&input.event.body);
  const auto derived = report != nullptr ? derive_seriousness(*report) : seriousness{};
  result.serious = derived.serious;
  if (result.rejection == rejection::processing_failed)
    result.alerts.push_back(processing_failed_alert);
  if (result.rejection == rejection::none)
    judge(input, options, derived, memory, result);
  else if (input.decoded == rejection::none)
    append_rejection_alerts(derived, result.alerts);
  if (const auto* form = std::get_if<questionnaire_response_view>(&input.event.body);
      form != nullptr && result.rejection != rejection::none)
    alert_of_rejected_form(*form, options, memory, result);
  result.encoded = encode_decision(result, rules_version, memory);
  return result;
}

} // namespace aepro
