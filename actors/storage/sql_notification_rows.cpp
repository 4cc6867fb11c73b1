#include "actors/storage/sql_notification_rows.hpp"

#include "actors/storage/notification_queries.hpp"
#include "actors/storage/rows/stored_text.hpp"

#include <deque>

namespace aepro {

sql_value text_value(std::string_view text) {
  std::deque<std::string> scratch;
  return std::string(stored_text(text, scratch));
}

std::vector<sql_value> notification_values(const notification& made) {
  return {text_value(made.key),
          text_value(made.rule),
          static_cast<std::int64_t>(made.urgency),
          static_cast<std::int64_t>(made.state),
          text_value(made.study),
          text_value(made.site),
          text_value(made.subject),
          text_value(made.term),
          text_value(made.case_key),
          text_value(made.stream.topic),
          std::int64_t{made.stream.partition},
          made.offset,
          made.produced_at,
          made.durable_at,
          made.created_at,
          std::int64_t{made.step},
          std::int64_t{made.tries},
          made.step_since,
          made.next_at,
          made.ended_at,
          text_value(made.ended_by),
          text_value(made.ended_reason),
          text_value(made.detail),
          std::int64_t{made.only_if_told ? 1 : 0}};
}

std::vector<sql_value> attempt_values(const delivery_attempt& attempt, const notification& of,
                                      std::int64_t lease, std::size_t number) {
  return {of.id,
          lease,
          static_cast<std::int64_t>(number),
          std::int64_t{attempt.step},
          attempt.at,
          static_cast<std::int64_t>(attempt.result),
          text_value(attempt.channel),
          text_value(attempt.recipient),
          text_value(attempt.node),
          text_value(attempt.receipt),
          text_value(attempt.detail),
          text_value(of.key)};
}

std::vector<sql_value> move_values(const notification& after, std::int64_t lease) {
  return {after.id,
          lease,
          static_cast<std::int64_t>(after.state),
          std::int64_t{after.step},
          std::int64_t{after.tries},
          after.step_since,
          after.next_at,
          after.ended_at,
          text_value(after.ended_by),
          text_value(after.ended_reason),
          text_value(after.key)};
}

stored_alert alert_of(const sql_row& row, const stream_name& stream) {
  return {.alert_id = row[0].number,
          .stream = stream,
          .offset = row[1].number,
          .produced_at = row[2].number,
          .durable_at = row[3].number,
          .kind = static_cast<event_kind>(row[4].number),
          .urgency = static_cast<urgency>(row[5].number),
          .rule = row[6].text,
          .study = row[7].text,
          .site = row[8].text,
          .subject = row[9].text,
          .report_id = row[10].text,
          .term = row[11].text,
          .origin = static_cast<event_origin>(row[12].number)};
}

notification notification_of(const sql_row& row) {
  return {.id = row[0].number,
          .key = row[1].text,
          .rule = row[2].text,
          .urgency = static_cast<urgency>(row[3].number),
          .state = static_cast<notification_state>(row[4].number),
          .study = row[5].text,
          .site = row[6].text,
          .subject = row[7].text,
          .term = row[8].text,
          .case_key = row[9].text,
          .detail = row[25].text,
          .stream = {row[10].text, static_cast<std::int32_t>(row[11].number)},
          .offset = row[12].number,
          .produced_at = row[13].number,
          .durable_at = row[14].number,
          .created_at = row[15].number,
          .step = static_cast<std::int32_t>(row[16].number),
          .tries = static_cast<std::int32_t>(row[17].number),
          .step_since = row[18].number,
          .next_at = row[19].number,
          .ended_at = row[20].number,
          .round = row[24].number,
          .ended_by = row[21].text,
          .ended_reason = row[22].text};
}

delivery_attempt attempt_of(const sql_row& row) {
  return {.notification_id = row[0].number,
          .step = static_cast<std::int32_t>(row[1].number),
          .at = row[2].number,
          .channel = row[4].text,
          .recipient = row[5].text,
          .node = row[6].text,
          .result = static_cast<attempt_result>(row[3].number),
          .receipt = row[7].text,
          .detail = row[8].text};
}

notification_mute mute_of(const sql_row& row) {
  return {.id = row[0].number,
          .rule = row[3].text,
          .study = row[4].text,
          .site = row[5].text,
          .subject = row[6].text,
          .since = row[1].number,
          .until = row[2].number,
          .who = row[7].text,
          .reason = row[8].text};
}

operator_action action_of(const sql_row& row) {
  return {.at = row[0].number,
          .who = row[1].text,
          .action = row[2].text,
          .target = row[3].text,
          .reason = row[4].text};
}

caf::expected<std::vector<notification_mute>> current_mutes_of(sql_session& session,
                                                               unix_milliseconds now) {
  const std::vector<sql_value> values{now};
  const auto found = session.run(std::string(current_mutes), values);
  if (!found)
    return found.error();
  std::vector<notification_mute> mutes;
  for (const auto& row : *found)
    mutes.push_back(mute_of(row));
  return mutes;
}

} // namespace aepro
