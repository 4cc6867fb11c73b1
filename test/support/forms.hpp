#pragma once

/// Forms for tests.

#include "aepro/v1/event.pb.h"

#include <string>
#include <utility>
#include <vector>

namespace aepro::test {

/// Returns a completed form with these answers: link id and value.
inline v1::Event form(const std::string& instrument,
                      const std::vector<std::pair<std::string, std::string>>& answers,
                      v1::ResponseStatus status = v1::RESPONSE_STATUS_COMPLETED) {
  v1::Event event;
  event.set_event_id("f-1");
  event.set_study("S1");
  event.set_subject("S1-001");
  auto& response = *event.mutable_questionnaire_response();
  response.set_instrument(instrument);
  response.set_response_version(1);
  response.set_status(status);
  for (const auto& [link_id, value] : answers) {
    auto& answer = *response.add_answers();
    answer.set_link_id(link_id);
    answer.set_value(value);
  }
  return event;
}

/// Returns a form with values by item, in order; "-" leaves the item out. `prefix` + two digits is
/// the link id.
inline v1::Event numbered_form(const std::string& instrument, const std::string& prefix,
                               const std::vector<std::string>& values,
                               v1::ResponseStatus status = v1::RESPONSE_STATUS_COMPLETED) {
  std::vector<std::pair<std::string, std::string>> answers;
  for (std::size_t i = 0; i < values.size(); ++i) {
    const auto number = std::to_string(i + 1);
    if (values[i] != "-")
      answers.emplace_back(prefix + (number.size() < 2 ? "0" : "") + number, values[i]);
  }
  return form(instrument, answers, status);
}

inline v1::Event phq9(const std::vector<std::string>& values,
                      v1::ResponseStatus status = v1::RESPONSE_STATUS_COMPLETED) {
  return numbered_form("PHQ-9", "PHQ01", values, status);
}

inline v1::Event gad7(const std::vector<std::string>& values) {
  return numbered_form("GAD-7", "GAD01", values);
}

} // namespace aepro::test
