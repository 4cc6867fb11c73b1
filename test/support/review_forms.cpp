#include "test/support/review_forms.hpp"

#include "actors/common/parts_digest.hpp"
#include "test/support/test_events.hpp"

#include "aepro/v1/event.pb.h"

namespace aepro::test {

namespace {

constexpr std::int64_t day_ms = 86'400'000;

} // namespace

std::string form_id(const std::string& form, const std::string& source) {
  return parts_digest({source, form}, 32);
}

std::string form_value(const form_text& text) {
  v1::Event event;
  event.set_event_id(ordered_id(text.id));
  event.set_study("STUDY-1");
  event.set_site("701");
  event.set_subject(text.subject);
  event.set_source_system(text.source);
  auto& body = *event.mutable_questionnaire_response();
  body.set_response_id(text.form);
  body.set_response_version(text.version);
  body.set_status(text.in_error       ? v1::RESPONSE_STATUS_ENTERED_IN_ERROR
                  : text.version == 1 ? v1::RESPONSE_STATUS_COMPLETED
                                      : v1::RESPONSE_STATUS_AMENDED);
  body.set_instrument(text.instrument);
  if (text.has_instants)
    body.mutable_completed_at()->set_unix_milliseconds(first_noon + text.day * day_ms);
  if (text.received_at != 0)
    body.mutable_received_at()->set_unix_milliseconds(text.received_at);
  for (const auto& [link_id, value] : text.answers) {
    auto& answer = *body.add_answers();
    answer.set_link_id(link_id);
    answer.set_value(value);
  }
  return event.SerializeAsString();
}

std::string pain_value(std::uint64_t id, const std::string& form, std::int64_t day, int pain) {
  return form_value(
      {.id = id, .form = form, .day = day, .answers = {{"NRS0101", std::to_string(pain)}}});
}

reviewed_form reviewed(const std::string& id, std::int32_t day, double score,
                       const std::string& scale) {
  reviewed_form form;
  form.form_id = id;
  form.version = 1;
  form.at = first_noon + day * day_ms;
  form.local_day = first_day + day;
  form.scores = {{scale, score}};
  form.stream = {"aepro.questionnaire-responses", 0};
  form.offset = day;
  return form;
}

} // namespace aepro::test
