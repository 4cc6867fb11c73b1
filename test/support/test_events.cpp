#include "test/support/test_events.hpp"

#include "actors/storage/ledger/segment.hpp"
#include "actors/validation/batch_decider.hpp"
#include "test/support/test_records.hpp"

#include "aepro/v1/event.pb.h"

#include <fmt/format.h>

#include <algorithm>

namespace aepro::test {

namespace {

v1::Event envelope(const event_text& text) {
  v1::Event event;
  event.set_event_id(text.event_id);
  event.set_study(text.study);
  event.set_site(text.site);
  event.set_subject(text.subject);
  event.set_source_system("edc/4.2");
  event.mutable_recorded_at()->set_unix_milliseconds(1'750'000'000'000);
  if (text.deadline_ms != 0)
    event.mutable_deadline()->set_unix_milliseconds(text.deadline_ms);
  return event;
}

} // namespace

std::string adverse_event_value(const event_text& text, const std::string& term, bool fatal) {
  auto event = envelope(text);
  auto& body = *event.mutable_adverse_event();
  body.set_report_id("R-1");
  body.set_report_version(1);
  body.set_report_kind(v1::REPORT_KIND_INITIAL);
  body.set_aeterm(term);
  body.set_aedecod("Headache");
  body.set_aesev("MILD");
  body.set_aeser("N");
  body.set_aestdtc("2014-01-03");
  body.set_aeout(fatal ? "FATAL" : "RECOVERED/RESOLVED");
  body.set_aerel("PROBABLE");
  body.set_aellt("HEADACHE NOS");
  if (fatal)
    body.set_aesdth("Y");
  return event.SerializeAsString();
}

std::string response_value(const event_text& text, const std::vector<std::string>& answers) {
  auto event = envelope(text);
  auto& body = *event.mutable_questionnaire_response();
  body.set_response_id("Q-1");
  body.set_response_version(1);
  body.set_status(v1::RESPONSE_STATUS_COMPLETED);
  body.set_instrument("PHQ-9");
  body.set_visit("BASELINE");
  body.mutable_completed_at()->set_unix_milliseconds(1'750'000'000'000);
  body.mutable_completed_at()->set_utc_offset_minutes(120);
  for (std::size_t i = 0; i < answers.size(); ++i) {
    auto& answer = *body.add_answers();
    answer.set_link_id(fmt::format("PHQ01{:02}", i + 1));
    answer.set_value(answers[i]);
  }
  return event.SerializeAsString();
}

std::string subject_value(const event_text& text, const std::string& first_treatment) {
  auto event = envelope(text);
  event.mutable_subject_data()->set_rfstdtc(first_treatment);
  event.mutable_subject_data()->set_sex("F");
  return event.SerializeAsString();
}

std::string ordered_id(std::uint64_t number) {
  return fmt::format("01890000-{:04x}-7000-8000-{:012x}", (number >> 16) & 0xffff, number);
}

std::shared_ptr<decided_batch> decided(const batch_text& text) {
  return decided(text, [](std::span<const subject_key> keys) {
    return std::vector<subject_context_ptr>(keys.size());
  });
}

std::shared_ptr<decided_batch> decided(const batch_text& text, const subject_finder& find) {
  std::vector<test_record> records;
  for (const auto& value : text.values)
    records.push_back({.value = value,
                       .headers = {{"traceparent", "00-1"}},
                       .timestamp = text.timestamp,
                       .key = "STUDY-1/01-701-1015"});
  auto raw =
      make_batch(std::move(records), std::max<std::int64_t>(text.begin_offset, 0), text.stream);
  raw->begin_offset = text.begin_offset;
  raw->epoch = text.epoch;
  raw->due = text.due;
  auto pending = prepare(raw, {});
  const auto contexts = find(pending.subjects);
  auto batch = finish(std::move(pending), contexts, {});
  batch->evidence = encode_evidence(*raw);
  return batch;
}

std::chrono::steady_clock::time_point far_away() {
  return std::chrono::steady_clock::now() + std::chrono::minutes(10);
}

} // namespace aepro::test
