#pragma once

/// The statements behind clock_store, the same for every database. Parameters are $1, $2, ...; {}
/// is filled in with numbers or words of ours, never with a text from outside. States: 1 running, 2
/// done, 3 stopped, 4 withdrawn.

#include <string_view>

namespace aepro {

/// Stream, from, before, rows at most. {0}: created_at in milliseconds: nobody stores a record
/// before it was published, so a later timestamp is a producer's clock that goes ahead. The
/// record's row is there where it was accepted. Origin 1, history, starts no clock.
inline constexpr std::string_view clock_alert_rows =
    "SELECT a.record_offset, CASE WHEN a.record_timestamp BETWEEN 0 AND {0} THEN "
    "a.record_timestamp ELSE {0} END, a.study, a.site, "
    "a.subject, a.rule, e.report_id, e.version, e.other FROM alert a LEFT JOIN event e ON "
    "e.event_key = a.event_key "
    "AND e.stream_id = a.stream_id AND e.record_offset = a.record_offset WHERE a.stream_id = $1 "
    "AND a.record_offset >= $2 AND a.record_offset < $3 AND a.kind = 1 AND a.origin <> 1 AND "
    "a.rule IN ('serious-adverse-event', "
    "'fatal-or-life-threatening', 'suspected-unexpected-serious', 'serious-report-nullified') "
    "ORDER BY a.record_offset, a.alert_id LIMIT $4";

/// Stream, from, before, rows at most. Kind 1, status 4, as the index has it: adverse events that
/// nullify.
inline constexpr std::string_view nullification_rows =
    "SELECT e.record_offset, e.record_timestamp, p.study, p.site, e.subject, '' AS rule, "
    "e.report_id, "
    "e.version, e.other FROM event e LEFT JOIN place p ON p.place_id = e.place_id WHERE e.kind = 1 "
    "AND e.status = 4 "
    "AND e.stream_id = $1 AND e.record_offset >= $2 AND e.record_offset < $3 ORDER BY "
    "e.record_offset LIMIT $4";

/// Case. Locks it against whoever adds another of its versions; returns how many it has.
inline constexpr std::string_view lock_case =
    "INSERT INTO regulatory_case (version_count, case_key) VALUES (0, $1) ON CONFLICT (case_key) "
    "DO UPDATE "
    "SET version_count = regulatory_case.version_count RETURNING version_count";
/// Case, count.
inline constexpr std::string_view count_versions =
    "UPDATE regulatory_case SET version_count = $2 WHERE case_key = $1";

/// Case, then the columns in the order of version_values. Returns a row where it was not there.
inline constexpr std::string_view insert_version =
    "INSERT INTO case_version (case_key, study, report_id, site, subject, version, flags, "
    "awareness, received_at, "
    "topic, partition, record_offset) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) "
    "ON CONFLICT DO NOTHING RETURNING version";
/// Case.
inline constexpr std::string_view versions_of_case =
    "SELECT study, report_id, site, subject, version, flags, awareness, received_at, topic, "
    "partition, record_offset "
    "FROM case_version WHERE case_key = $1";

inline constexpr std::string_view clock_columns =
    "clock_id, clock_key, study, report_id, site, subject, kind, authority, time_zone, version, "
    "topic, partition, "
    "record_offset, awareness_at, qualified_at, day_zero, due_at, reminders, told_before, next_at, "
    "state, "
    "ended_by_person, made_at, ended_at, ended_by, ended_reason, revision";

/// Case. {}: columns. An UPDATE, so that nobody changes them before the transaction ends.
inline constexpr std::string_view lock_clocks_of_case =
    "UPDATE regulatory_clock SET revision = revision WHERE case_key = $1 RETURNING {}";

/// The columns in the order of clock_values, then case. Returns a row where its key was not there.
inline constexpr std::string_view insert_clock =
    "INSERT INTO regulatory_clock (clock_key, study, report_id, site, subject, kind, authority, "
    "time_zone, version, "
    "topic, partition, record_offset, awareness_at, qualified_at, day_zero, due_at, reminders, "
    "told_before, next_at, "
    "state, ended_by_person, made_at, ended_at, ended_by, ended_reason, case_key) VALUES ($1, $2, "
    "$3, $4, $5, $6, $7, "
    "$8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25, $26) "
    "ON CONFLICT (clock_key) DO NOTHING RETURNING clock_id";
/// The columns in the order of clock_values, then id.
inline constexpr std::string_view change_clock =
    "UPDATE regulatory_clock SET clock_key = $1, study = $2, report_id = $3, site = $4, subject = "
    "$5, kind = $6, "
    "authority = $7, time_zone = $8, version = $9, topic = $10, partition = $11, record_offset = "
    "$12, "
    "awareness_at = $13, qualified_at = $14, day_zero = $15, due_at = $16, reminders = $17, "
    "told_before = $18, "
    "next_at = $19, state = $20, ended_by_person = $21, made_at = $22, ended_at = $23, ended_by = "
    "$24, "
    "ended_reason = $25, revision = revision + 1 WHERE clock_id = $26";

/// Now, rows at most. {}: columns. "next_at > 0" as the index has it.
inline constexpr std::string_view due_clocks =
    "SELECT {} FROM regulatory_clock WHERE next_at > 0 AND next_at <= $1 ORDER BY next_at, "
    "clock_id LIMIT $2";

/// Id, revision, told_before, next_at.
inline constexpr std::string_view tell_clock =
    "UPDATE regulatory_clock SET told_before = $3, next_at = $4, revision = revision + 1 WHERE "
    "clock_id = $1 "
    "AND revision = $2 AND state = 1 RETURNING clock_id";

/// Now.
inline constexpr std::string_view clock_count_rows =
    "SELECT count(*), coalesce(sum(CASE WHEN due_at < $1 THEN 1 ELSE 0 END), 0) FROM "
    "regulatory_clock WHERE state = 1";

/// Id, state, instant, who, reason. {}: columns.
inline constexpr std::string_view end_clock =
    "UPDATE regulatory_clock SET state = $2, ended_at = $3, ended_by = $4, ended_reason = $5, "
    "ended_by_person = 1, "
    "next_at = 0, revision = revision + 1 WHERE clock_id = $1 AND state = 1 RETURNING {}";

/// Instant, who, reason. {}: keys of ours, in quotes. Nobody is told any more of a clock that does
/// not run.
inline constexpr std::string_view end_clock_notifications =
    "UPDATE notification SET state = 4, ended_at = $1, ended_by = $2, ended_reason = $3, "
    "lease_until = 0 "
    "WHERE notification_key IN ({}) AND state <= 2";

/// Id, revision, next_at. {}: columns.
inline constexpr std::string_view reopen_clock =
    "UPDATE regulatory_clock SET state = 1, ended_at = 0, ended_by = '', ended_reason = '', "
    "ended_by_person = 0, "
    "next_at = $3, revision = revision + 1 WHERE clock_id = $1 AND revision = $2 AND "
    "ended_by_person = 1 RETURNING {}";

} // namespace aepro
