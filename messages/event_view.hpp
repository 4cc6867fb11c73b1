#pragma once

/// A decoded Event as views into its record's bytes. Only variables that rules or rows need have names here.

#include "messages/record.hpp"
#include "messages/variables.hpp"

#include <array>
#include <cstdint>
#include <span>
#include <string_view>
#include <variant>

namespace aepro {

struct instant_view {
  unix_milliseconds unix_ms = 0;
  std::int32_t utc_offset_minutes = 0;
  bool present = false;
};

enum class report_kind : std::int32_t { unspecified, initial, follow_up, amendment, nullification };
enum class response_status : std::int32_t {
  unspecified, in_progress, completed, amended, entered_in_error, stopped
};

/// Texts of a message by variable, as the source wrote them; absent is empty.
template <class Variable>
struct variable_texts {
  std::array<std::string_view, variable_count<Variable>> text{};
  std::uint64_t present = 0; ///< Bit i: text[i] was on the wire. Set by the decoder; rules rely on it.
  std::string_view operator[](Variable variable) const {
    return text[static_cast<std::size_t>(variable)];
  }
};

struct adverse_event_view : variable_texts<ae> {
  std::uint32_t report_version = 0;
  std::int32_t kind = 0; ///< A report_kind; unknown numbers survive.
};

struct answer_view {
  std::string_view link_id;
  std::string_view value;
  std::string_view missing_reason;
};

struct questionnaire_response_view : variable_texts<qs> {
  std::uint32_t response_version = 0;
  std::int32_t status = 0; ///< A response_status; unknown numbers survive.
  instant_view started_at, completed_at, received_at;
  std::span<const answer_view> answers; ///< In the batch's arena.
};

struct subject_view : variable_texts<dm> {};

enum class event_kind : std::uint8_t { none, adverse_event, questionnaire_response, subject };

struct event_view {
  std::string_view event_id, study, site, subject, source_system, traceparent, tracestate;
  instant_view recorded_at, sent_at, deadline;
  event_kind kind = event_kind::none;
  std::variant<std::monostate, adverse_event_view, questionnaire_response_view, subject_view> body;
  std::string_view body_bytes; ///< The body as it stood on the wire.
  std::string_view event_bytes; ///< The Event message: the value without framing; for JSON, transcoded.
};

} // namespace aepro
