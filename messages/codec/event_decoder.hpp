#pragma once

/// Decodes Events in place: views into the record's value, answers in the batch's arena.

#include "messages/codec/payload_format.hpp"
#include "messages/decision.hpp"
#include "messages/event_view.hpp"
#include "messages/record.hpp"

#include <memory_resource>
#include <optional>
#include <string_view>
#include <vector>

namespace aepro::codec {

struct decode_limits {
  /// Values above are rejected unread. Raising it admits larger forms at the price of memory per
  /// batch.
  std::size_t value_bytes_max = 1024 * 1024;
  /// Answers of one form. Raising it costs 48 bytes per answer.
  std::size_t answers_max = 10'000;
};

/// The message that texts are found in, and what is wrong with any of them.
struct text_scope {
  explicit text_scope(std::string_view message)
      : begin(message.data()), end(message.data() + message.size()) {}
  void look_at(std::string_view text);

  const char* begin;
  const char* end;
  std::uint8_t trouble = 0;
};

/// Decodes one record after another; keeps scratch memory between them. One thread at a time.
///
/// The result is what Protobuf's parser would give: unknown fields and fields of another wire type
/// are skipped, the last of a repeated singular field wins, sub-messages that come in pieces are
/// merged, a later member of the oneof clears an earlier one, unknown enum numbers survive. Texts
/// may hold invalid UTF-8, which Protobuf's parser refuses: here it becomes a finding
/// (docs/decisions/0002-own-decoder.md).
class event_decoder {
public:
  explicit event_decoder(const decode_limits& limits) : limits_(limits) {}

  /// Decodes `value`, which is written as `format` says (nothing: in no known way), into `event`,
  /// whose views then point into the value or, for JSON and pieced-together bodies, into `arena`;
  /// both must outlive it. Returns rejection::none; or why there is no event (empty_value,
  /// too_large, unknown_content_type, undecodable), with `event` empty; or body_missing or
  /// too_many_answers, with `event` filled as far as it goes (the answers up to the limit).
  /// Allocates from the heap only while its scratch grows.
  rejection decode_as(std::optional<payload_format> format, std::optional<std::string_view> value,
                      std::pmr::memory_resource& arena, event_view& event);

  /// The same, as the headers' content type says.
  rejection decode(std::optional<std::string_view> value, std::span<const header_view> headers,
                   std::pmr::memory_resource& arena, event_view& event) {
    return decode_as(format_of(headers), value, arena, event);
  }

private:
  bool decode_event(std::string_view message, std::pmr::memory_resource& arena, event_view& event);
  bool decode_response(std::string_view message, text_scope& scope,
                       questionnaire_response_view& response);
  bool decode_answer(std::string_view message, text_scope& scope);
  template <class View>
  View& switch_body(event_view& event, event_kind kind, std::string_view bytes);

  decode_limits limits_;
  std::vector<answer_view> answers_;
  std::vector<std::string_view> pieces_; ///< In which the body came; nearly always one.
  bool too_many_answers_ = false;
};

/// Decodes a Subject message into views of it. Returns whether it is well-formed.
bool decode_subject(std::string_view message, subject_view& subject);

} // namespace aepro::codec
