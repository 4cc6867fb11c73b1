#pragma once

/// A decoded Event as views into its record's bytes. Only variables that rules or rows need have
/// names here.

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
  unspecified,
  in_progress,
  completed,
  amended,
  entered_in_error,
  stopped
};

/// Where a text stands in its message: half the size of a view, so that a decoded batch stays in
/// the cache.
struct text_place {
  std::uint32_t begin = 0;
  std::uint32_t size = 0;
};

/// Texts of one message, by the number of their variable.
struct text_table {
  const char* message = nullptr;
  std::span<const text_place> places;
  std::size_t size() const { return places.size(); }
  std::string_view operator[](std::size_t variable) const {
    return {message + places[variable].begin, places[variable].size};
  }
};

/// Texts of a message by variable, as the source wrote them; absent is empty. Made by the decoder.
template <class Variable>
struct variable_texts {
  const char* message = nullptr; ///< What the places count from.
  std::array<text_place, variable_count<Variable>> places{};
  std::uint64_t filled = 0; ///< Bit i: text i is more than blanks.
  std::uint64_t yes_no = 0; ///< Bit i: text i is Y or N.
  std::string_view operator[](Variable variable) const {
    return table()[static_cast<std::size_t>(variable)];
  }
  text_table table() const { return {message, places}; }
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

/// As aepro.v1.Origin; a number that is not known is new.
enum class event_origin : std::uint8_t { present, history, history_with_alerts };

struct event_view {
  event_kind kind = event_kind::none;
  event_origin origin = event_origin::present;
  std::uint8_t text_trouble = 0; ///< Of any text on the wire (messages/codec/text_trouble.hpp).
  std::string_view event_id, study, site, subject, source_system, traceparent, tracestate;
  instant_view recorded_at, sent_at, deadline;
  std::variant<std::monostate, adverse_event_view, questionnaire_response_view, subject_view> body;
  std::string_view body_bytes; ///< The body as it stood on the wire.
  std::string_view
      event_bytes; ///< The Event message: the value without framing; for JSON, transcoded.
};

} // namespace aepro
