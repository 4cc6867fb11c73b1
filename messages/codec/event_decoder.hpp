#pragma once

/// Decodes Events in place: views into the record's value, answers in the batch's arena.

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

  /// Decodes `value` as the headers' content type says into `event`, whose views then point into
  /// the value or, for JSON and pieced-together bodies, into `arena`; both must outlive it.
  /// Returns rejection::none; or why there is no event (empty_value, too_large,
  /// unknown_content_type, undecodable), with `event` empty; or body_missing or too_many_answers,
  /// with `event` filled as far as it goes (the answers up to the limit). Allocates from the heap
  /// only while its scratch grows.
  rejection decode(std::optional<std::string_view> value, std::span<const header_view> headers,
                   std::pmr::memory_resource& arena, event_view& event);

private:
  bool decode_event(std::string_view message, std::pmr::memory_resource& arena, event_view& event);
  bool decode_response(std::string_view message, questionnaire_response_view& response);
  bool decode_answer(std::string_view message);

  decode_limits limits_;
  std::vector<answer_view> answers_;
  bool too_many_answers_ = false;
};

/// Decodes a Subject message into views of it. Returns whether it is well-formed.
bool decode_subject(std::string_view message, subject_view& subject);

} // namespace aepro::codec
