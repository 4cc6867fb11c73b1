#include "actors/storage/sql_clock_rows.hpp"

#include "actors/clocks/awareness.hpp"
#include "actors/storage/sql_notification_rows.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <charconv>

namespace aepro {

namespace {

constexpr std::int64_t nullifies_flag = 1, serious_flag = 2, grave_flag = 4, unexpected_flag = 8;

std::int64_t flags_of(const case_version& version) {
  return (version.nullifies ? nullifies_flag : 0) | (version.serious ? serious_flag : 0) |
         (version.grave ? grave_flag : 0) | (version.unexpected ? unexpected_flag : 0);
}

/// Reads "259200000 86400000".
std::vector<std::int64_t> numbers_of(std::string_view text) {
  std::vector<std::int64_t> numbers;
  const auto* at = text.data();
  const auto* end = text.data() + text.size();
  while (at != end) {
    std::int64_t number = 0;
    const auto [next, problem] = std::from_chars(at, end, number);
    if (problem == std::errc{})
      numbers.push_back(number);
    at = std::min(next + 1, end);
  }
  return numbers;
}

} // namespace

std::vector<sql_value> version_values(const case_version& version) {
  return {text_value(version.study),
          text_value(version.report_id),
          text_value(version.site),
          text_value(version.subject),
          version.version,
          flags_of(version),
          text_value(version.awareness),
          version.received_at,
          text_value(version.stream.topic),
          std::int64_t{version.stream.partition},
          version.offset};
}

std::vector<sql_value> clock_values(const regulatory_clock& clock) {
  return {text_value(clock.key),
          text_value(clock.study),
          text_value(clock.report_id),
          text_value(clock.site),
          text_value(clock.subject),
          text_value(clock.kind),
          text_value(clock.authority),
          text_value(clock.time_zone),
          clock.version,
          text_value(clock.stream.topic),
          std::int64_t{clock.stream.partition},
          clock.offset,
          clock.awareness_at,
          clock.qualified_at,
          std::int64_t{clock.day_zero},
          clock.due_at,
          fmt::format("{}", fmt::join(clock.reminders, " ")),
          clock.told_before,
          clock.next_at,
          static_cast<std::int64_t>(clock.state),
          std::int64_t{clock.ended_by_person ? 1 : 0},
          clock.made_at,
          clock.ended_at,
          text_value(clock.ended_by),
          text_value(clock.ended_reason)};
}

clock_alert_row clock_alert_of(const sql_row& row, const stream_name& stream) {
  return {{.study = row[2].text,
           .report_id = row[6].text,
           .site = row[3].text,
           .subject = row[4].text,
           .version = row[7].number,
           .awareness = awareness_text(row[8].text),
           .received_at = row[1].number,
           .stream = stream,
           .offset = row[0].number},
          row[5].text};
}

case_version version_of(const sql_row& row) {
  const auto flags = row[5].number;
  return {.study = row[0].text,
          .report_id = row[1].text,
          .site = row[2].text,
          .subject = row[3].text,
          .version = row[4].number,
          .nullifies = (flags & nullifies_flag) != 0,
          .serious = (flags & serious_flag) != 0,
          .grave = (flags & grave_flag) != 0,
          .unexpected = (flags & unexpected_flag) != 0,
          .awareness = row[6].text,
          .received_at = row[7].number,
          .stream = {row[8].text, static_cast<std::int32_t>(row[9].number)},
          .offset = row[10].number};
}

regulatory_clock clock_of(const sql_row& row) {
  return {.id = row[0].number,
          .key = row[1].text,
          .study = row[2].text,
          .report_id = row[3].text,
          .site = row[4].text,
          .subject = row[5].text,
          .kind = row[6].text,
          .authority = row[7].text,
          .time_zone = row[8].text,
          .version = row[9].number,
          .stream = {row[10].text, static_cast<std::int32_t>(row[11].number)},
          .offset = row[12].number,
          .awareness_at = row[13].number,
          .qualified_at = row[14].number,
          .day_zero = static_cast<std::int32_t>(row[15].number),
          .due_at = row[16].number,
          .reminders = numbers_of(row[17].text),
          .told_before = row[18].number,
          .next_at = row[19].number,
          .state = static_cast<clock_state>(row[20].number),
          .ended_by_person = row[21].number != 0,
          .made_at = row[22].number,
          .ended_at = row[23].number,
          .ended_by = row[24].text,
          .ended_reason = row[25].text,
          .revision = row[26].number};
}

} // namespace aepro
