#pragma once

/// The statements behind notification_store, the same for every database. Parameters are $1, $2,
/// ...; {} is filled in with numbers or words of ours, never with a text from outside. States: 1
/// waiting, 2 sent, 4 acknowledged, 5 muted, 6 exhausted, 7 withheld, 8 repeated.

#include <string_view>

namespace aepro {

/// Purposes of `publication`: see enum publication. {}: the purpose. Topic, partition: the stream's
/// id, its next offset and its cursor.
inline constexpr std::string_view stream_cursor =
    "SELECT s.stream_id, p.next_offset, coalesce(c.next_offset, 0) FROM stream s "
    "JOIN partition_state p ON p.stream_id = s.stream_id "
    "LEFT JOIN publication c ON c.stream_id = s.stream_id AND c.purpose = {} WHERE s.topic = $1 "
    "AND s.partition = $2";

/// Stream, from, before, rows at most. {}: created_at in milliseconds. The record's row is there
/// where it was accepted.
inline constexpr std::string_view alert_rows =
    "SELECT a.alert_id, a.record_offset, a.record_timestamp, {}, a.kind, a.urgency, a.rule, "
    "a.study, a.site, "
    "a.subject, CASE WHEN e.kind = 1 THEN e.report_id END, CASE WHEN e.kind = 1 THEN e.aeterm END, "
    "a.origin "
    "FROM alert a LEFT JOIN event e ON e.event_key = a.event_key AND e.stream_id = a.stream_id "
    "AND e.record_offset = a.record_offset WHERE a.stream_id = $1 AND a.record_offset >= $2 AND "
    "a.record_offset < $3 "
    "ORDER BY a.record_offset, a.alert_id LIMIT $4";

/// Stream, from, before, rows at most. Columns as above. Kind 1, status 4, as the index has it:
/// adverse events that nullify. Those that say themselves that the report was serious have raised
/// an alert.
inline constexpr std::string_view silent_nullification_rows =
    "SELECT 0, e.record_offset, e.record_timestamp, coalesce((SELECT s.stored_at FROM "
    "ledger_segment s "
    "WHERE s.stream_id = e.stream_id AND s.first_offset <= e.record_offset ORDER BY s.first_offset "
    "DESC LIMIT 1), "
    "e.record_timestamp), e.kind, 1, 'serious-report-nullified', p.study, p.site, "
    "e.subject, e.report_id, e.aeterm, 0 FROM event e LEFT JOIN place p ON p.place_id = e.place_id "
    "WHERE e.kind = 1 "
    "AND e.status = 4 AND e.stream_id = $1 AND e.record_offset >= $2 AND e.record_offset < $3 AND "
    "NOT EXISTS (SELECT 1 "
    "FROM alert a WHERE a.stream_id = e.stream_id AND a.record_offset = e.record_offset "
    "AND a.rule = 'serious-report-nullified') ORDER BY e.record_offset LIMIT $4";

/// {0}: the purpose. Next offset, topic, partition, epoch, begin offset. Returns a row where it
/// moved. Never beyond the stream's end: a page that was read before a fail-over may hold records
/// that the store has forgotten and will get again.
inline constexpr std::string_view move_stream_cursor =
    "INSERT INTO publication (stream_id, purpose, next_offset) SELECT s.stream_id, {0}, $1 FROM "
    "stream s "
    "JOIN partition_state p ON p.stream_id = s.stream_id WHERE s.topic = $2 AND s.partition = $3 "
    "AND p.epoch = $4 "
    "AND $1 >= $5 AND (p.next_offset >= $1 OR $1 = 0) AND $5 = coalesce((SELECT c.next_offset FROM "
    "publication c "
    "WHERE c.stream_id = s.stream_id AND c.purpose = {0}), 0) "
    "ON CONFLICT (stream_id, purpose) DO UPDATE SET next_offset = excluded.next_offset "
    "WHERE publication.next_offset = $5 RETURNING next_offset";

/// {}: rows with the columns in the order of notification_values, no two of one case: of two the
/// later must see the earlier. One that waits is a repetition where people were to be told of the
/// same alert of its case before, as urgently, and the report was not nullified since. Withheld,
/// muted and exhausted ones told nobody. The last column: whether people must have been told of its
/// case, or were being told.
///
/// MATERIALIZED, and all conditions of the index: PostgreSQL would look five times, and, as it
/// expects to read the whole table, compile the statement for 400 ms.
inline constexpr std::string_view insert_notifications =
    "WITH made AS MATERIALIZED (SELECT v.*, v.column4 = 1 AND v.column9 <> '' AND EXISTS (SELECT 1 "
    "FROM notification o "
    "WHERE o.rule = v.column2 AND o.case_key = v.column9 AND o.case_key <> '' AND o.urgency >= "
    "v.column3 "
    "AND o.state NOT IN (5, 6, 7) AND NOT EXISTS (SELECT 1 FROM notification n WHERE n.case_key = "
    "v.column9 "
    "AND n.case_key <> '' AND n.rule = 'serious-report-nullified' AND n.notification_id > "
    "o.notification_id)) AS told "
    "FROM (VALUES {}) v) "
    "INSERT INTO notification (notification_key, rule, urgency, state, study, site, subject, term, "
    "case_key, topic, "
    "partition, record_offset, produced_at, durable_at, created_at, step, tries, step_since, "
    "next_at, ended_at, "
    "ended_by, ended_reason, detail) SELECT column1, column2, column3, CASE WHEN told THEN 8 ELSE "
    "column4 END, column5, "
    "column6, column7, column8, column9, column10, column11, column12, column13, column14, "
    "column15, column16, column17, "
    "column18, column19, CASE WHEN told THEN column15 ELSE column20 END, CASE WHEN told THEN "
    "'aepro' ELSE column21 END, "
    "CASE WHEN told THEN 'a version of its report raised it before' ELSE column22 END, column23 "
    "FROM made "
    "WHERE column24 = 0 OR EXISTS (SELECT 1 FROM notification o WHERE o.case_key = column9 AND "
    "o.case_key <> '' "
    "AND o.rule IN ('serious-adverse-event', 'fatal-or-life-threatening', "
    "'suspected-unexpected-serious') "
    "AND o.state NOT IN (5, 7) AND NOT EXISTS (SELECT 1 FROM notification n WHERE n.case_key = "
    "column9 "
    "AND n.case_key <> '' AND n.rule = 'serious-report-nullified' AND n.notification_id > "
    "o.notification_id)) "
    "ON CONFLICT (notification_key) DO NOTHING RETURNING notification_id";

inline constexpr std::string_view notification_columns =
    "notification_id, notification_key, rule, urgency, state, study, site, subject, term, "
    "case_key, topic, partition, "
    "record_offset, produced_at, durable_at, created_at, step, tries, step_since, next_at, "
    "ended_at, ended_by, "
    "ended_reason, lease, attempts_after, detail";

/// Now, rows at most, least urgency. {}: how to go past rows that others take. "state <= 2" as the
/// index has it: SQLite takes that of all states where it reads IN.
inline constexpr std::string_view due_notifications =
    "SELECT notification_id FROM notification WHERE state <= 2 AND next_at <= $1 AND lease_until "
    "<= $1 "
    "AND urgency >= $3 ORDER BY urgency DESC, notification_id LIMIT $2{}";

/// Now.
inline constexpr std::string_view any_routine_due =
    "SELECT notification_id FROM notification WHERE state <= 2 AND next_at <= $1 AND lease_until "
    "<= $1 AND urgency = 1 "
    "LIMIT 1";

/// Now, until when they count, least count, rows looked at, floods at most. Those that were sent
/// are not taken before their time: somebody may acknowledge them yet.
inline constexpr std::string_view routine_floods =
    "SELECT rule, study, state, step FROM (SELECT rule, study, state, step, urgency, next_at, "
    "lease_until "
    "FROM notification WHERE state <= 2 AND next_at <= $2 ORDER BY next_at LIMIT $4) due "
    "WHERE urgency = 1 AND lease_until <= $1 AND (state = 1 OR next_at <= $1) GROUP BY rule, "
    "study, state, step "
    "HAVING count(*) >= $3 AND min(next_at) <= $1 ORDER BY min(next_at), rule, study LIMIT $5";

/// Now, until when they count, rule, study, state, step, rows at most. {}: as above. The sum and
/// the concatenation keep SQLite to the index of what is due.
inline constexpr std::string_view flood_members =
    "SELECT notification_id, next_at FROM notification WHERE state <= 2 AND next_at <= $2 AND "
    "urgency = 1 "
    "AND lease_until <= $1 AND (state = 1 OR next_at <= $1) AND rule || '' = $3 AND study || '' = "
    "$4 "
    "AND state + 0 = $5 AND step = $6 ORDER BY next_at, notification_id LIMIT $7{}";

/// Now, the lease's end, node. {}: ids, columns. A lease's number is the instant, so that a
/// fail-over that has forgotten the last lease does not give its number away again.
inline constexpr std::string_view take_leases =
    "UPDATE notification SET lease = CASE WHEN lease >= $1 THEN lease + 1 ELSE $1 END, lease_until "
    "= $2, "
    "lease_node = $3 WHERE notification_id IN ({}) RETURNING {}";

/// {}: ids. Who has taken it, and who never will; whoever was reached before the last retry is to
/// be told again.
inline constexpr std::string_view reached_recipients =
    "SELECT DISTINCT a.notification_id, a.channel, a.recipient, a.result FROM notification_attempt "
    "a JOIN notification n "
    "ON n.notification_id = a.notification_id WHERE a.notification_id IN ({}) AND a.step = n.step "
    "AND a.lease > n.attempts_after AND a.result IN (1, 3) ORDER BY a.notification_id, a.channel, "
    "a.recipient";

/// {}: ids, how to wait for rows that others change.
inline constexpr std::string_view lock_notifications =
    "SELECT notification_id FROM notification WHERE notification_id IN ({}) ORDER BY "
    "notification_id{}";

/// {}: rows with the columns in the order of attempt_values, and the notification's key: after a
/// fail-over its id may be another one's. A report that is given again, as its answer was lost,
/// adds nothing.
inline constexpr std::string_view insert_attempts =
    "INSERT INTO notification_attempt (notification_id, lease, number, step, tried_at, result, "
    "channel, recipient, "
    "node, receipt, detail) SELECT v.column1, v.column2, v.column3, v.column4, v.column5, "
    "v.column6, v.column7, "
    "v.column8, v.column9, v.column10, v.column11 FROM (VALUES {}) v JOIN notification n ON "
    "n.notification_id = v.column1 "
    "AND n.notification_key = v.column12 WHERE true ON CONFLICT DO NOTHING";

/// {}: rows of id, lease, state, step, tries, step_since, next_at, ended_at, ended_by,
/// ended_reason, key. Whoever ends a lease sets its end to 0. "+ 0": PostgreSQL's statistics say
/// that nearly none is leased, and it would compare each row with each.
inline constexpr std::string_view move_notifications =
    "UPDATE notification SET state = v.column3, step = v.column4, tries = v.column5, step_since = "
    "v.column6, "
    "next_at = v.column7, ended_at = v.column8, ended_by = v.column9, ended_reason = v.column10, "
    "lease_until = 0 "
    "FROM (VALUES {}) v WHERE notification_id = v.column1 AND lease = v.column2 AND lease_until + "
    "0 <> 0 "
    "AND notification_key = v.column11";

/// {}: ids.
inline constexpr std::string_view attempts_of =
    "SELECT notification_id, step, tried_at, result, channel, recipient, node, receipt, detail "
    "FROM notification_attempt WHERE notification_id IN ({}) ORDER BY notification_id, tried_at, "
    "lease, number";

inline constexpr std::string_view notification_counts =
    "SELECT state, count(*) FROM notification GROUP BY state";

/// Id, instant, who, reason. {}: columns.
inline constexpr std::string_view acknowledge_notification =
    "UPDATE notification SET state = 4, ended_at = $2, ended_by = $3, ended_reason = $4, "
    "lease_until = 0 "
    "WHERE notification_id = $1 AND state <> 4 RETURNING {}";

/// Id, instant. {}: columns.
inline constexpr std::string_view retry_notification =
    "UPDATE notification SET state = 1, step = 0, tries = 0, step_since = $2, next_at = $2, "
    "ended_at = 0, "
    "ended_by = '', ended_reason = '', lease_until = 0, attempts_after = lease WHERE "
    "notification_id = $1 RETURNING {}";

/// Since, until, rule, study, site, subject, who, reason.
inline constexpr std::string_view insert_mute =
    "INSERT INTO notification_mute (since_at, until_at, rule, study, site, subject, who, reason) "
    "VALUES ($1, $2, $3, $4, $5, $6, $7, $8) RETURNING mute_id";
/// Now.
inline constexpr std::string_view current_mutes =
    "SELECT mute_id, since_at, until_at, rule, study, site, subject, who, reason FROM "
    "notification_mute "
    "WHERE until_at > $1 ORDER BY mute_id";
/// Id, instant.
inline constexpr std::string_view end_mute = "UPDATE notification_mute SET until_at = $2 WHERE "
                                             "mute_id = $1 AND until_at > $2 RETURNING mute_id";

/// Instant, who, action, target, reason.
inline constexpr std::string_view insert_action =
    "INSERT INTO operator_action (done_at, who, action, target, reason) VALUES ($1, $2, $3, $4, "
    "$5)";
/// Rows at most.
inline constexpr std::string_view latest_actions =
    "SELECT done_at, who, action, target, reason FROM operator_action ORDER BY action_id DESC "
    "LIMIT $1";

} // namespace aepro
