#include "messages/codec/event_decoder.hpp"

#include "messages/codec/json_transcoder.hpp"
#include "messages/codec/payload_format.hpp"
#include "messages/codec/text_trouble.hpp"
#include "messages/codec/wire_reader.hpp"

#include <algorithm>
#include <memory>

namespace aepro::codec {

namespace {

constexpr int event_nesting = nesting_max;
constexpr int body_nesting = nesting_max - 1;
constexpr int part_nesting = nesting_max - 2;

/// Field numbers below this go through a table; all of ours do.
constexpr std::size_t table_size = 64;
constexpr std::uint8_t no_variable = 255;

template <class Variable>
std::array<std::uint8_t, table_size> make_index() {
  std::array<std::uint8_t, table_size> index;
  index.fill(no_variable);
  const auto rows = variable_table<Variable>();
  for (std::size_t i = 0; i < rows.size(); ++i)
    index[rows[i].field_number] = static_cast<std::uint8_t>(i);
  return index;
}

/// From field number to place in variable_texts.
template <class Variable>
const std::array<std::uint8_t, table_size> field_index = make_index<Variable>();

constexpr std::uint32_t tag_of(std::uint32_t number, wire_type type) {
  return number << 3 | static_cast<std::uint32_t>(type);
}

constexpr std::int32_t zigzag(std::uint32_t value) {
  return static_cast<std::int32_t>(value >> 1 ^ (~(value & 1) + 1));
}

/// Notes the text of a variable; the last of several counts.
template <class Variable>
void take_text(std::string_view text, std::uint8_t place, text_scope& scope,
               variable_texts<Variable>& view) {
  view.places[place] = {static_cast<std::uint32_t>(text.data() - scope.begin),
                        static_cast<std::uint32_t>(text.size())};
  const auto bit = std::uint64_t{1} << place;
  const bool is_flag = text.size() == 1 && (text[0] == 'Y' || text[0] == 'N');
  view.yes_no = is_flag ? view.yes_no | bit : view.yes_no & ~bit;
  view.filled = is_flag || is_filled(text) ? view.filled | bit : view.filled & ~bit;
  if (!is_flag)
    scope.look_at(text);
}

/// Reads all fields of a message: texts into `view`, a varint through `take_number(number, value)`,
/// other length-delimited fields through `take_bytes(number, bytes)`, which may refuse.
template <class Variable, class TakeNumber, class TakeBytes>
bool decode_fields(std::string_view message, text_scope& scope, variable_texts<Variable>& view,
                   int nesting_left, TakeNumber take_number, TakeBytes take_bytes) {
  const auto& index = field_index<Variable>;
  view.message = scope.begin;
  wire_reader reader(message);
  while (!reader.at_end()) {
    std::uint32_t tag;
    if (!reader.read_tag(tag))
      return false;
    const auto number = tag >> 3;
    if ((tag & 7) == static_cast<std::uint32_t>(wire_type::bytes)) {
      std::string_view bytes;
      if (!reader.read_bytes(bytes))
        return false;
      const auto place = number < table_size ? index[number] : no_variable;
      if (place != no_variable) {
        take_text(bytes, place, scope, view);
      } else if (!take_bytes(number, bytes)) {
        return false;
      }
    } else if ((tag & 7) == static_cast<std::uint32_t>(wire_type::varint)) {
      std::uint64_t value;
      if (!reader.read_varint(value))
        return false;
      take_number(number, value);
    } else if (!reader.skip(tag, nesting_left)) {
      return false;
    }
  }
  return true;
}

bool decode_instant(std::string_view message, instant_view& instant, int nesting_left) {
  instant.present = true;
  wire_reader reader(message);
  while (!reader.at_end()) {
    std::uint32_t tag;
    std::uint64_t value;
    if (!reader.read_tag(tag))
      return false;
    if (tag == tag_of(1, wire_type::varint)) {
      if (!reader.read_varint(value))
        return false;
      instant.unix_ms = static_cast<std::int64_t>(value);
    } else if (tag == tag_of(2, wire_type::varint)) {
      if (!reader.read_varint(value))
        return false;
      instant.utc_offset_minutes = zigzag(static_cast<std::uint32_t>(value));
    } else if (!reader.skip(tag, nesting_left)) {
      return false;
    }
  }
  return true;
}

bool decode_adverse_event(std::string_view message, text_scope& scope, adverse_event_view& view) {
  return decode_fields<ae>(
      message, scope, view, body_nesting,
      [&view](std::uint32_t number, std::uint64_t value) {
        if (number == 2)
          view.report_version = static_cast<std::uint32_t>(value);
        else if (number == 3)
          view.kind = static_cast<std::int32_t>(value);
      },
      [](std::uint32_t, std::string_view) { return true; });
}

bool decode_subject_data(std::string_view message, text_scope& scope, subject_view& subject) {
  return decode_fields<dm>(
      message, scope, subject, body_nesting, [](std::uint32_t, std::uint64_t) {},
      [](std::uint32_t, std::string_view) { return true; });
}

/// Returns the pieces in which a body came as one: their concatenation is the merged message
/// (Protobuf's encoding promises that).
std::string_view joined(std::span<const std::string_view> pieces,
                        std::pmr::memory_resource& arena) {
  if (pieces.size() == 1)
    return pieces.front();
  std::size_t size = 0;
  for (const auto piece : pieces)
    size += piece.size();
  auto* const begin = static_cast<char*>(arena.allocate(size + 1, 1));
  auto* at = begin;
  for (const auto piece : pieces)
    at = std::ranges::copy(piece, at).out;
  return {begin, size};
}

} // namespace

void text_scope::look_at(std::string_view text) {
  trouble |= find_text_trouble(text, end);
}

bool decode_subject(std::string_view message, subject_view& subject) {
  text_scope scope(message);
  return decode_subject_data(message, scope, subject);
}

/// Returns the body of type `View`, emptied unless it is the one already there.
template <class View>
View& event_decoder::switch_body(event_view& event, event_kind kind, std::string_view bytes) {
  if (event.kind != kind) {
    event.body.emplace<View>();
    event.kind = kind;
    pieces_.clear();
  }
  pieces_.push_back(bytes);
  return *std::get_if<View>(&event.body);
}

bool event_decoder::decode_answer(std::string_view message, text_scope& scope) {
  answer_view answer;
  wire_reader reader(message);
  while (!reader.at_end()) {
    std::uint32_t tag;
    if (!reader.read_tag(tag))
      return false;
    std::string_view* target = nullptr;
    switch (tag) {
      case tag_of(1, wire_type::bytes): target = &answer.link_id; break;
      case tag_of(2, wire_type::bytes): target = &answer.value; break;
      case tag_of(3, wire_type::bytes): target = &answer.missing_reason; break;
      default: break;
    }
    if (target == nullptr) {
      if (!reader.skip(tag, part_nesting))
        return false;
      continue;
    }
    if (!reader.read_bytes(*target))
      return false;
    scope.look_at(*target);
  }
  if (answers_.size() < limits_.answers_max)
    answers_.push_back(answer);
  else
    too_many_answers_ = true;
  return true;
}

bool event_decoder::decode_response(std::string_view message, text_scope& scope,
                                    questionnaire_response_view& view) {
  return decode_fields<qs>(
      message, scope, view, body_nesting,
      [&view](std::uint32_t number, std::uint64_t value) {
        if (number == 2)
          view.response_version = static_cast<std::uint32_t>(value);
        else if (number == 3)
          view.status = static_cast<std::int32_t>(value);
      },
      [this, &scope, &view](std::uint32_t number, std::string_view bytes) {
        switch (number) {
          case 9: return decode_instant(bytes, view.started_at, part_nesting);
          case 10: return decode_instant(bytes, view.completed_at, part_nesting);
          case 11: return decode_instant(bytes, view.received_at, part_nesting);
          case 12: return decode_answer(bytes, scope);
          default: return true;
        }
      });
}

/// Whoever sends a number of a later version means something that we do not know: then people are
/// told.
event_origin origin_of(std::uint64_t number) {
  switch (number) {
    case 1: return event_origin::history;
    case 2: return event_origin::history_with_alerts;
    default: return event_origin::present;
  }
}

bool event_decoder::decode_event(std::string_view message, std::pmr::memory_resource& arena,
                                 event_view& event) {
  text_scope scope(message);
  wire_reader reader(message);
  while (!reader.at_end()) {
    std::uint32_t tag;
    if (!reader.read_tag(tag))
      return false;
    const auto number = tag >> 3;
    if (tag == tag_of(11, wire_type::varint)) {
      std::uint64_t value;
      if (!reader.read_varint(value))
        return false;
      event.origin = origin_of(value);
      continue;
    }
    if ((tag & 7) != static_cast<std::uint32_t>(wire_type::bytes)) {
      if (!reader.skip(tag, event_nesting))
        return false;
      continue;
    }
    std::string_view bytes;
    if (!reader.read_bytes(bytes))
      return false;
    bool good = true;
    switch (number) {
      case 1: event.event_id = bytes; break;
      case 2: event.study = bytes; break;
      case 3: event.site = bytes; break;
      case 4: event.subject = bytes; break;
      case 5: event.source_system = bytes; break;
      case 6: good = decode_instant(bytes, event.recorded_at, body_nesting); break;
      case 7: good = decode_instant(bytes, event.sent_at, body_nesting); break;
      case 8: good = decode_instant(bytes, event.deadline, body_nesting); break;
      case 9: event.traceparent = bytes; break;
      case 10: event.tracestate = bytes; break;
      case 16:
        good = decode_adverse_event(
            bytes, scope, switch_body<adverse_event_view>(event, event_kind::adverse_event, bytes));
        break;
      case 17:
        if (event.kind != event_kind::questionnaire_response) {
          answers_.clear();
          too_many_answers_ = false;
        }
        good = decode_response(bytes, scope,
                               switch_body<questionnaire_response_view>(
                                   event, event_kind::questionnaire_response, bytes));
        break;
      case 18:
        good = decode_subject_data(bytes, scope,
                                   switch_body<subject_view>(event, event_kind::subject, bytes));
        break;
      default: break;
    }
    if (!good)
      return false;
    if (number <= 5 || number == 9 || number == 10)
      scope.look_at(bytes);
  }
  event.text_trouble = scope.trouble;
  if (event.kind != event_kind::none)
    event.body_bytes = joined(pieces_, arena);
  return true;
}

rejection event_decoder::decode_as(std::optional<payload_format> format,
                                   std::optional<std::string_view> value,
                                   std::pmr::memory_resource& arena, event_view& event) {
  event = event_view{};
  if (!value || value->empty())
    return rejection::empty_value;
  if (value->size() > limits_.value_bytes_max)
    return rejection::too_large;
  if (!format)
    return rejection::unknown_content_type;
  const auto message =
      *format == payload_format::json ? transcode_json(*value, arena) : unframed(*value);
  if (!message)
    return rejection::undecodable;
  answers_.clear();
  too_many_answers_ = false;
  if (!decode_event(*message, arena, event)) {
    event = event_view{};
    return rejection::undecodable;
  }
  event.event_bytes = *message;
  if (event.kind == event_kind::none)
    return rejection::body_missing;
  if (auto* response = std::get_if<questionnaire_response_view>(&event.body)) {
    if (!answers_.empty()) {
      auto* copy = static_cast<answer_view*>(
          arena.allocate(answers_.size() * sizeof(answer_view), alignof(answer_view)));
      std::uninitialized_copy(answers_.begin(), answers_.end(), copy);
      response->answers = {copy, answers_.size()};
    }
    if (too_many_answers_)
      return rejection::too_many_answers;
  }
  return rejection::none;
}

} // namespace aepro::codec
