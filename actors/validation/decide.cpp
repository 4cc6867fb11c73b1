#include "actors/validation/decide.hpp"

#include "actors/validation/decision_encoder.hpp"
#include "actors/validation/rules/rule_table.hpp"

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
  if (result.rejection == rejection::none && input.event.kind != event_kind::subject
      && !input.subject.known)
    result.findings.push_back({.rule = 1, .variable = "USUBJID", .detail = {}});
  result.encoded = encode_decision(result, rules_version, memory);
  return result;
}

} // namespace aepro
