#include "actors/storage/rows/row_writer.hpp"

#include "actors/storage/rows/canonical_text.hpp"
#include "actors/storage/rows/codelists.hpp"
#include "messages/codec/text_trouble.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <limits>

namespace aepro {

namespace {

constexpr std::array coding_variables{ae::aellt,         ae::aelltcd,  ae::aedecod, ae::aeptcd,
                                      ae::aehlt,         ae::aehltcd,  ae::aehlgt,  ae::aehlgtcd,
                                      ae::aebodsys,      ae::aebdsycd, ae::aesoc,   ae::aesoccd,
                                      ae::meddra_version};
constexpr std::array circumstance_variables{ae::aerel,    ae::aecat,           ae::aetox,
                                            ae::aeenrtpt, ae::suspect_product, ae::reporter};
constexpr std::array ae_other{ae::aespid, ae::aedtc,    ae::aeoccur,
                              ae::aestat, ae::aereasnd, ae::awareness_dtc};
constexpr std::array form_variables{qs::instrument, qs::instrument_version, qs::visit,
                                    qs::visitnum,   qs::language,           qs::window_days};

constexpr std::int64_t int16_max = std::numeric_limits<std::int16_t>::max();
constexpr std::int64_t int32_max = std::numeric_limits<std::int32_t>::max();

cell int32_cell(std::int64_t number) {
  return number_cell(std::clamp(number, -int32_max - 1, int32_max));
}

cell instant_cell(const instant_view& instant) {
  return instant.present ? number_cell(packed_instant(instant)) : cell{};
}

/// Shortest text that reads back as the same double; JSON has no infinities, and scores are finite.
void put_number(std::string& out, double value) {
  constexpr int plain_below = 100'000; // From there on 1e+05 is shorter.
  std::array<char, 32> text;
  const bool is_plain_count =
      value >= 0 && value < plain_below && value == static_cast<int>(value) && !std::signbit(value);
  const auto end =
      is_plain_count
          ? std::to_chars(text.data(), text.data() + text.size(), static_cast<int>(value)).ptr
          : std::to_chars(text.data(), text.data() + text.size(), value).ptr;
  out.append(text.data(), end);
}

} // namespace

std::span<const ae> flag_variables() {
  static constexpr std::array variables{ae::aeser,    ae::aesdth,     ae::aeslife,    ae::aeshosp,
                                        ae::aesdisab, ae::aescong,    ae::aesmie,     ae::aescan,
                                        ae::aesod,    ae::aeexpected, ae::aesuspected};
  return variables;
}

std::int64_t packed_instant(const instant_view& instant) {
  constexpr std::int64_t limit = (std::int64_t{1} << 50) - 1;
  const auto milliseconds = std::clamp(instant.unix_ms, -limit, limit);
  const auto minutes = instant.utc_offset_minutes;
  return milliseconds * 4096 + (minutes < -2047 || minutes > 2047 ? 0 : minutes) + 2048;
}

void row_writer::begin(bool texts_are_plain) {
  count_ = 0;
  plain_ = texts_are_plain;
  texts_.clear();
  other_.clear();
  answers_.clear();
  scores_.clear();
}

void row_writer::add_json_member(std::string& object, std::string_view name,
                                 std::string_view value) {
  if (value.empty())
    return;
  object.push_back(object.empty() ? '{' : ',');
  put_json_string(object, name);
  object.push_back(':');
  put_json_string(object, storable(value));
}

cell row_writer::json_cell(std::string& object) {
  if (object.empty())
    return {};
  object.push_back(object.front() == '{' ? '}' : ']');
  return text_cell(object);
}

cell row_writer::coded(std::span<const std::string_view> codelist, const adverse_event_view& body,
                       ae variable) {
  const auto value = body[variable];
  if (value.empty())
    return {};
  if (const auto code = code_of(codelist, value))
    return number_cell(*code);
  add_json_member(other_, name_of(variable), value);
  return {};
}

cell row_writer::flags(const decided_record& record) {
  std::int64_t bits = (record.decision.serious ? serious_bit : 0) |
                      (record.decision.subject_known ? subject_known_bit : 0);
  const auto* body = std::get_if<adverse_event_view>(&record.event.body);
  if (body == nullptr)
    return number_cell(bits);
  int shift = flag_shift;
  for (const auto variable : flag_variables()) {
    const auto value = (*body)[variable];
    const char letter = value.size() == 1 ? value[0] : ' ';
    const std::int64_t code = value.empty() ? 0 : letter == 'N' ? 1 : letter == 'Y' ? 2 : 3;
    if (code == 3)
      add_json_member(other_, name_of(variable), value);
    bits |= code << shift;
    shift += 2;
  }
  return number_cell(bits);
}

row_writer::row row_writer::event(const row_origin& origin, const decided_record& record,
                                  std::int64_t lateness_ms) {
  begin(record.event.text_trouble == no_trouble);
  const auto& event = record.event;
  add(number_cell(static_cast<std::int64_t>(record.content_check)));
  add(number_cell(origin.offset));
  add(number_cell(origin.timestamp));
  const std::array place{storable(event.study), storable(event.site)};
  add(shared_.refer(shared_table::place, place));
  add(number_cell(origin.stream_id));
  add(lateness_ms > 0 ? int32_cell(lateness_ms) : cell{});
  add(flags(record));
  add(number_cell(static_cast<std::int64_t>(event.kind)));
  add(key_cell(record.key));
  add(record.key_is_id ? cell{} : optional_text_cell(storable(event.event_id)));
  add_text(event.subject);
  if (const auto* body = std::get_if<adverse_event_view>(&event.body))
    add_adverse_event(*body);
  else if (const auto* response = std::get_if<questionnaire_response_view>(&event.body))
    add_questionnaire_response(*response, record.decision);
  return cells();
}

template <class Body, class Variables>
cell row_writer::refer(shared_table table, const Body& body, const Variables& variables) {
  std::array<std::string_view, std::tuple_size_v<Variables>> shared;
  std::transform(variables.begin(), variables.end(), shared.begin(),
                 [&](auto variable) { return storable(body[variable]); });
  return shared_.refer(table, shared);
}

/// A number where the text is its usual form; else NULL, and the text goes to `other`.
template <class Variable>
cell row_writer::integer(std::string_view text, Variable variable, std::int64_t limit) {
  if (const auto number = canonical_integer(text, limit))
    return number_cell(*number);
  add_json_member(other_, name_of(variable), text);
  return {};
}

template <class Variable>
cell row_writer::date(std::string_view text, Variable variable) {
  if (const auto days = canonical_date(text))
    return number_cell(*days);
  add_json_member(other_, name_of(variable), text);
  return {};
}

void row_writer::add_adverse_event(const adverse_event_view& body) {
  static constexpr std::array<std::string_view, 5> grades{"1", "2", "3", "4", "5"};
  add(int32_cell(body.report_version));
  add(int32_cell(body.kind));
  add_text(body[ae::report_id]);
  const auto other_position = count_;
  add({}); // `other`, known at the end.
  add(refer(shared_table::coding, body, coding_variables));
  add(refer(shared_table::circumstance, body, circumstance_variables));
  add(date(body[ae::aestdtc], ae::aestdtc));
  add(date(body[ae::aeendtc], ae::aeendtc));
  add(integer(body[ae::aeseq], ae::aeseq, int32_max));
  add(coded(severity_codelist(), body, ae::aesev));
  add(coded(outcome_codelist(), body, ae::aeout));
  add(coded(action_codelist(), body, ae::aeacn));
  add(coded(grades, body, ae::aetoxgr));
  add(integer(body[ae::aestdy], ae::aestdy, int16_max));
  add(integer(body[ae::aeendy], ae::aeendy, int16_max));
  add_text(body[ae::aeterm]);
  for (const auto variable : ae_other)
    add_json_member(other_, name_of(variable), body[variable]);
  cells_[other_position] = json_cell(other_);
}

void row_writer::add_questionnaire_response(const questionnaire_response_view& body,
                                            const decision& decision) {
  add(int32_cell(body.response_version));
  add(int32_cell(body.status));
  add_text(body[qs::response_id]);
  const auto other_position = count_;
  add({}); // `other`, known at the end.
  std::array<std::string_view, form_variables.size() + 1> form;
  for (std::size_t i = 0; i < form_variables.size(); ++i)
    form[i] = storable(body[form_variables[i]]);
  form.back() = write_answers(body.answers);
  add(shared_.refer(shared_table::form, form));
  add(instant_cell(body.started_at));
  add(instant_cell(body.completed_at));
  add(instant_cell(body.received_at));
  add(date(body[qs::planned_dtc], qs::planned_dtc));
  add_text(body[qs::device_total]);
  add(json_cell(answers_));
  write_scores(decision.scores);
  add(json_cell(scores_));
  cells_[other_position] = json_cell(other_);
}

/// Sorted by link id, so that forms that only differ in the order of their answers share their link
/// ids, which it returns.
std::string_view row_writer::write_answers(std::span<const answer_view> answers) {
  if (answers.empty())
    return {};
  const auto& shape = shapes_.find(answers);
  for (const auto index : shape.order) {
    const auto& answer = answers[index];
    answers_.push_back(answers_.empty() ? '[' : ',');
    const bool is_missing = !answer.missing_reason.empty();
    if (is_missing)
      answers_.push_back('[');
    const bool is_digit =
        answer.value.size() == 1 && answer.value[0] >= '0' && answer.value[0] <= '9';
    if (is_digit)
      answers_.push_back(answer.value[0]);
    else if (canonical_integer(answer.value, int32_max))
      answers_.append(answer.value);
    else
      put_json_string(answers_, storable(answer.value));
    if (!is_missing)
      continue;
    answers_.push_back(',');
    put_json_string(answers_, storable(answer.missing_reason));
    answers_.push_back(']');
  }
  return shape.link_ids;
}

void row_writer::write_scores(std::span<const score> scores) {
  for (const auto& score : scores) {
    scores_.append(scores_.empty() ? "[[" : ",[");
    put_json_string(scores_, score.scale);
    scores_.push_back(',');
    put_number(scores_, score.value);
    scores_.push_back(',');
    put_json_string(scores_, score.band);
    scores_.push_back(',');
    put_json_string(scores_, score.algorithm);
    scores_.push_back(']');
  }
}

row_writer::row row_writer::finding(const row_origin& origin, const aepro::finding& finding) {
  begin(false);
  add(number_cell(origin.stream_id));
  add(number_cell(origin.offset));
  add(number_cell(finding.rule));
  add_text(finding.variable);
  add_text(finding.detail);
  return cells();
}

row_writer::row row_writer::alert(const row_origin& origin, const decided_record& record,
                                  const aepro::alert& alert) {
  begin(record.event.text_trouble == no_trouble);
  add(number_cell(origin.stream_id));
  add(number_cell(origin.offset));
  add(number_cell(origin.timestamp));
  add(key_cell(record.key));
  add(number_cell(static_cast<std::int64_t>(record.event.kind)));
  add_text(alert.rule);
  add(number_cell(static_cast<std::int64_t>(alert.urgency)));
  add_text(record.event.study);
  add_text(record.event.site);
  add_text(record.event.subject);
  add(number_cell(static_cast<std::int64_t>(record.event.origin)));
  return cells();
}

row_writer::row row_writer::dead_letter(const row_origin& origin, rejection reason) {
  begin(false);
  add(number_cell(origin.stream_id));
  add(number_cell(origin.offset));
  add(number_cell(origin.timestamp));
  add(number_cell(static_cast<std::int64_t>(reason)));
  add(text_cell(describe(reason)));
  return cells();
}

row_writer::row row_writer::conflict(const row_origin& origin, const decided_record& record,
                                     const row_reference& first) {
  begin(record.event.text_trouble == no_trouble);
  add(number_cell(origin.stream_id));
  add(number_cell(origin.offset));
  add(number_cell(origin.timestamp));
  add(key_cell(record.key));
  add(number_cell(static_cast<std::int64_t>(record.event.kind)));
  add(number_cell(first.stream_id));
  add(number_cell(first.offset));
  add_text(record.event.study);
  add_text(record.event.site);
  add_text(record.event.subject);
  return cells();
}

row_writer::row row_writer::subject(const row_origin& origin, const event_view& event,
                                    std::uint32_t version) {
  begin(event.text_trouble == no_trouble);
  row_key_ = subject_row_key(event.study, event.subject);
  add(key_cell(row_key_));
  add(number_cell(version));
  add(number_cell(origin.stream_id));
  add(number_cell(origin.offset));
  add(number_cell(origin.timestamp));
  add(text_cell(event.body_bytes));
  add_text(event.study);
  add_text(event.site);
  add_text(event.subject);
  const auto& body = std::get<subject_view>(event.body);
  const auto texts = body.table();
  for (std::size_t i = 0; i < texts.size(); ++i)
    add_text(texts[i]);
  return cells();
}

} // namespace aepro
