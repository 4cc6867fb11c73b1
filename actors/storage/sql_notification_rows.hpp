#pragma once

/// Notifications and what belongs to them as rows and parameters of statements.

#include "actors/storage/sql_session.hpp"
#include "messages/notification.hpp"

#include <algorithm>
#include <string>
#include <vector>

namespace aepro {

/// Returns `text` as a database can hold it.
sql_value text_value(std::string_view text);

/// Returns `rows_max` as LIMIT takes it.
inline std::int64_t limit_value(std::size_t rows_max) {
  return static_cast<std::int64_t>(std::min<std::size_t>(rows_max, 1U << 30U));
}

/// A row of insert_notifications; a row of insert_attempts; `number` counts the attempts of a
/// lease.
std::vector<sql_value> notification_values(const notification& made);
std::vector<sql_value> attempt_values(const delivery_attempt& attempt, const notification& of,
                                      std::int64_t lease, std::size_t number);
/// A row of move_notifications.
std::vector<sql_value> move_values(const notification& after, std::int64_t lease);

/// From rows of alert_rows, of notification_columns, of attempts_of, of current_mutes and of
/// latest_actions.
stored_alert alert_of(const sql_row& row, const stream_name& stream);
notification notification_of(const sql_row& row);
delivery_attempt attempt_of(const sql_row& row);
notification_mute mute_of(const sql_row& row);
operator_action action_of(const sql_row& row);

/// Runs current_mutes.
caf::expected<std::vector<notification_mute>> current_mutes_of(sql_session& session,
                                                               unix_milliseconds now);

/// Index of `lease` in a row of notification_columns.
inline constexpr std::size_t lease_column = 23;

} // namespace aepro
