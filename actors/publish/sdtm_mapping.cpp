#include "actors/publish/sdtm_mapping.hpp"

#include "actors/common/uuid.hpp"

#include <fmt/format.h>
#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/io/zero_copy_stream_impl_lite.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>

namespace aepro {

namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

/// Returns the message's text field of that SDTM name, or null.
const FieldDescriptor* text_field(const google::protobuf::Descriptor& message, std::string column) {
  std::ranges::transform(column, column.begin(), [](char letter) {
    return letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter + 32) : letter;
  });
  const auto* field = message.FindFieldByName(column);
  return field && field->type() == FieldDescriptor::TYPE_STRING && !field->is_repeated() ? field
                                                                                         : nullptr;
}

void set_text_fields(const sdtm_columns& columns, const sdtm_row& row, Message& body) {
  for (std::size_t i = 0; i < columns.names.size(); ++i)
    if (const auto* field = text_field(*body.GetDescriptor(), columns.names[i]);
        field && !row.at(i).empty())
      body.GetReflection()->SetString(&body, field, std::string(row.at(i)));
}

std::string serialized(const Message& message) {
  std::string bytes;
  google::protobuf::io::StringOutputStream stream(&bytes);
  google::protobuf::io::CodedOutputStream out(&stream);
  out.SetSerializationDeterministic(true);
  message.SerializeToCodedStream(&out);
  out.Trim();
  return bytes;
}

v1::Event make_event(const sdtm_row& row, std::string_view source_system, std::string_view date) {
  v1::Event event;
  event.set_study(std::string(row["STUDYID"]));
  event.set_site(std::string(row["SITEID"]));
  event.set_subject(std::string(row["USUBJID"]));
  event.set_source_system(std::string(source_system));
  if (const auto instant = parse_instant(date))
    *event.mutable_recorded_at() = *instant;
  return event;
}

std::variant<published_event, bad_row> map_adverse_event(const sdtm_columns& columns,
                                                         const sdtm_row& row,
                                                         std::string_view source_system) {
  if (row["AESEQ"].empty())
    return bad_row{row.line(), "AESEQ is empty: the event would have no stable id"};
  auto event = make_event(row, source_system, row["AEDTC"]);
  auto& body = *event.mutable_adverse_event();
  set_text_fields(columns, row, body);
  body.set_report_id(fmt::format("{}/AE/{}", row["USUBJID"], row["AESEQ"]));
  body.set_report_version(1);
  body.set_report_kind(v1::REPORT_KIND_INITIAL);
  return finish_event(event, event_kind::adverse_event,
                      fmt::format("{}\nAE\n{}\n{}", row["STUDYID"], row["USUBJID"], row["AESEQ"]));
}

std::variant<published_event, bad_row> map_subject(const sdtm_columns& columns, const sdtm_row& row,
                                                   std::string_view source_system) {
  auto event = make_event(row, source_system, row["DMDTC"]);
  set_text_fields(columns, row, *event.mutable_subject_data());
  // A subject's row changes in the course of a study: its content is part of its id, so that a
  // changed row is a new version of the subject and not a conflict.
  const auto content = to_string(named_uuid(serialized(event)));
  return finish_event(event, event_kind::subject,
                      fmt::format("{}\nDM\n{}\n{}", row["STUDYID"], row["USUBJID"], content));
}

bool parse_digits(std::string_view& text, std::size_t count, int& number) {
  if (text.size() < count)
    return false;
  const auto [end, problem] = std::from_chars(text.data(), text.data() + count, number);
  if (problem != std::errc{} || end != text.data() + count || text[0] == '-')
    return false;
  text.remove_prefix(count);
  return true;
}

bool take(std::string_view& text, char letter) {
  if (text.empty() || text.front() != letter)
    return false;
  text.remove_prefix(1);
  return true;
}

/// Reads "Z", "+HH:MM" or nothing as minutes.
bool parse_zone(std::string_view& text, int& minutes) {
  if (text.empty() || text == "Z") {
    text = {};
    return true;
  }
  const bool negative = text.front() == '-';
  if (!take(text, '+') && !take(text, '-'))
    return false;
  int hours = 0;
  if (!parse_digits(text, 2, hours) || !take(text, ':') || !parse_digits(text, 2, minutes) ||
      hours > 14 || minutes > 59)
    return false;
  minutes = (hours * 60 + minutes) * (negative ? -1 : 1);
  return text.empty();
}

} // namespace

std::vector<std::string> find_unused_columns(const sdtm_columns& columns, sdtm_domain domain) {
  static constexpr std::array<std::string_view, 4> envelope = {"STUDYID", "DOMAIN", "USUBJID",
                                                               "SITEID"};
  static constexpr std::array<std::string_view, 14> responses = {
      "QSSEQ",  "QSTESTCD", "QSTEST",  "QSCAT",    "QSORRES", "QSSTRESC", "QSSTRESN",
      "QSSTAT", "QSREASND", "QSDRVFL", "VISITNUM", "VISIT",   "QSDTC",    "QSLANG"};
  const auto& message = domain == sdtm_domain::adverse_events ? *v1::AdverseEvent::descriptor()
                                                              : *v1::Subject::descriptor();
  std::vector<std::string> unused;
  for (const auto& name : columns.names) {
    const bool used = domain == sdtm_domain::questionnaires
                          ? std::ranges::find(responses, name) != responses.end()
                          : text_field(message, name) != nullptr;
    if (!used && std::ranges::find(envelope, name) == envelope.end())
      unused.push_back(name);
  }
  return unused;
}

std::variant<published_event, bad_row> map_row(const sdtm_columns& columns, const csv_row& row,
                                               sdtm_domain domain, std::string_view source_system) {
  if (auto problem = find_row_problem(columns, row); !problem.empty())
    return bad_row{row.line, std::move(problem)};
  const sdtm_row values(columns, row);
  return domain == sdtm_domain::adverse_events ? map_adverse_event(columns, values, source_system)
                                               : map_subject(columns, values, source_system);
}

published_event finish_event(v1::Event& event, event_kind kind, std::string_view name) {
  event.set_event_id(to_string(named_uuid(name)));
  return {kind, event.event_id(), record_key(event.study(), event.subject()), serialized(event)};
}

std::optional<v1::Instant> parse_instant(std::string_view text) {
  int year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0, zone = 0;
  if (!parse_digits(text, 4, year) || !take(text, '-') || !parse_digits(text, 2, month) ||
      !take(text, '-') || !parse_digits(text, 2, day))
    return std::nullopt;
  const std::chrono::year_month_day date{std::chrono::year(year),
                                         std::chrono::month(static_cast<unsigned>(month)),
                                         std::chrono::day(static_cast<unsigned>(day))};
  if (!date.ok())
    return std::nullopt;
  if (take(text, 'T')) {
    if (!parse_digits(text, 2, hour) || !take(text, ':') || !parse_digits(text, 2, minute))
      return std::nullopt;
    if (take(text, ':') && !parse_digits(text, 2, second))
      return std::nullopt;
  }
  if (!parse_zone(text, zone) || hour > 23 || minute > 59 || second > 59)
    return std::nullopt;
  const auto days = std::chrono::sys_days(date).time_since_epoch().count();
  const std::int64_t seconds =
      ((std::int64_t{days} * 24 + hour) * 60 + minute - zone) * 60 + second;
  v1::Instant instant;
  instant.set_unix_milliseconds(seconds * 1000);
  instant.set_utc_offset_minutes(zone);
  return instant;
}

} // namespace aepro
