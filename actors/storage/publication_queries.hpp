#pragma once

/// The statements behind publication_store that are the same for every database. Purposes: 1 dead
/// letters, 2 anchors.

#include <string_view>

namespace aepro {

/// Columns: stream_id, topic, partition, next_offset, epoch, chain_head, accepted, rejected,
/// duplicate, conflict, the two cursors (0 and -1 where nothing was published), whether a dead
/// letter is left (0 or 1).
inline constexpr std::string_view publication_states =
    "SELECT s.stream_id, s.topic, s.partition, p.next_offset, p.epoch, p.chain_head, p.accepted, "
    "p.rejected, "
    "p.duplicate, p.conflict, coalesce(d.next_offset, 0), coalesce(a.next_offset, -1), "
    "CASE WHEN EXISTS (SELECT 1 FROM dead_letter l WHERE l.stream_id = s.stream_id "
    "AND l.record_offset >= coalesce(d.next_offset, 0)) THEN 1 ELSE 0 END "
    "FROM stream s JOIN partition_state p ON p.stream_id = s.stream_id "
    "LEFT JOIN publication d ON d.stream_id = s.stream_id AND d.purpose = 1 "
    "LEFT JOIN publication a ON a.stream_id = s.stream_id AND a.purpose = 2 ";

/// Columns: topic, partition, dead letters from their cursor on, records of the segments behind the
/// anchors' cursor. Cost: a range of each of two primary keys that begins at the cursor. Without a
/// cursor no segment is read: the counters know. An anchor stands between two segments.
inline constexpr std::string_view publication_lag_rows =
    "SELECT s.topic, s.partition, (SELECT count(*) FROM dead_letter l WHERE l.stream_id = "
    "s.stream_id "
    "AND l.record_offset >= coalesce(d.next_offset, 0)), "
    "CASE WHEN a.next_offset IS NULL THEN p.accepted + p.rejected + p.duplicate + p.conflict "
    "ELSE (SELECT CAST(coalesce(sum(g.record_count), 0) AS bigint) FROM ledger_segment g "
    "WHERE g.stream_id = s.stream_id AND g.first_offset >= a.next_offset) END "
    "FROM stream s JOIN partition_state p ON p.stream_id = s.stream_id "
    "LEFT JOIN publication d ON d.stream_id = s.stream_id AND d.purpose = 1 "
    "LEFT JOIN publication a ON a.stream_id = s.stream_id AND a.purpose = 2 ";

/// To be completed by stream, offset and LIMIT.
inline constexpr std::string_view dead_letter_rows =
    "SELECT record_offset, code FROM dead_letter WHERE stream_id = {} AND record_offset >= {} "
    "ORDER BY record_offset LIMIT {}";

/// Values: stream, purpose, next offset, stream, epoch. Never moves a cursor back.
inline constexpr std::string_view advance_publication =
    "INSERT INTO publication (stream_id, purpose, next_offset) "
    "SELECT {}, {}, {} FROM partition_state WHERE stream_id = {} AND epoch = {} "
    "ON CONFLICT (stream_id, purpose) DO UPDATE SET next_offset = excluded.next_offset "
    "WHERE publication.next_offset < excluded.next_offset";

} // namespace aepro
