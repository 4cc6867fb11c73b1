#pragma once

/// Runs single events through decoding and deciding, and makes events from rows of standard
/// variables.

#include "actors/validation/decide.hpp"
#include "actors/validation/subject_context.hpp"
#include "aepro/v1/event.pb.h"
#include "messages/codec/event_decoder.hpp"

#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

namespace aepro::test {

/// A decision with everything that it points into.
struct decided_event {
  std::string bytes;
  std::unique_ptr<std::pmr::monotonic_buffer_resource> memory;
  event_view event;
  subject_context_ptr subject;
  aepro::decision decision;

  /// Returns the numbers of the broken rules, each once.
  std::set<int> rules() const {
    std::set<int> numbers;
    for (const auto& row : decision.findings)
      numbers.insert(row.rule);
    return numbers;
  }
  bool breaks(int rule) const { return rules().contains(rule); }
  /// Returns the detail of the first finding of that rule; "none" where there is no such finding.
  std::string detail(int rule) const {
    for (const auto& row : decision.findings)
      if (row.rule == rule)
        return std::string(row.detail);
    return "none";
  }
  /// Returns "rule/urgency" of each alert, in order, blank-separated.
  std::string alerts() const {
    std::string text;
    for (const auto& row : decision.alerts)
      text += (text.empty() ? "" : " ") + std::string(row.rule) + "/" +
              std::to_string(static_cast<int>(row.urgency));
    return text;
  }
};

struct decide_with {
  subject_context_ptr subject = make_subject_context("S1", "S1-001", "", 1, "");
  decide_options options = {};
  unix_milliseconds timestamp = 1'800'000'000'000; ///< 2027
};

inline decided_event decide_bytes(std::string bytes, const decide_with& with = {}) {
  decided_event result{.bytes = std::move(bytes),
                       .memory = std::make_unique<std::pmr::monotonic_buffer_resource>(),
                       .event = {},
                       .subject = with.subject,
                       .decision = {}};
  codec::event_decoder decoder(with.options.limits());
  const auto decoded = decoder.decode(result.bytes, {}, *result.memory, result.event);
  auto decision = decide({.event = result.event,
                          .decoded = decoded,
                          .timestamp = with.timestamp,
                          .subject = *result.subject},
                         with.options, *result.memory);
  std::destroy_at(&result.decision);
  std::construct_at(&result.decision, std::move(decision));
  return result;
}

inline decided_event decide_one(const v1::Event& event, const decide_with& with = {}) {
  return decide_bytes(event.SerializeAsString(), with);
}

/// Sets every string field of `message` whose name in capitals is a key of `values`.
inline void set_variables(google::protobuf::Message& message,
                          const std::map<std::string, std::string>& values) {
  const auto& descriptor = *message.GetDescriptor();
  for (int i = 0; i < descriptor.field_count(); ++i) {
    const auto* field = descriptor.field(i);
    std::string name = field->name();
    for (auto& letter : name)
      letter = static_cast<char>(std::toupper(static_cast<unsigned char>(letter)));
    const auto found = values.find(name);
    if (found != values.end() && field->type() == google::protobuf::FieldDescriptor::TYPE_STRING)
      message.GetReflection()->SetString(&message, field, found->second);
  }
}

/// Returns an adverse event with these variables (AESER, ...); a term is given unless it is among
/// them.
inline v1::Event adverse_event(const std::map<std::string, std::string>& values) {
  v1::Event event;
  event.set_event_id("e-1");
  event.set_study("S1");
  event.set_subject("S1-001");
  event.mutable_adverse_event()->set_aeterm("HEADACHE");
  set_variables(*event.mutable_adverse_event(), values);
  return event;
}

/// Returns reference data with these variables (RFSTDTC, ...).
inline subject_context_ptr subject_with(const std::map<std::string, std::string>& values) {
  v1::Subject subject;
  set_variables(subject, values);
  return make_subject_context("S1", "S1-001", "", 1, subject.SerializeAsString());
}

} // namespace aepro::test
