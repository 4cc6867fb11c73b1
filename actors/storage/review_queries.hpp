#pragma once

/// The statements behind review_store, the same for every database. Parameters are $1, $2, ...; {}
/// is filled in with numbers or words of ours, never with a text from outside.

#include <string_view>

namespace aepro {

/// An UPDATE, so that nobody changes it before the transaction ends.
inline constexpr std::string_view lock_review_scope =
    "UPDATE review_scope SET scales = scales RETURNING scales";
inline constexpr std::string_view review_scope_scales = "SELECT scales FROM review_scope";
/// Scales.
inline constexpr std::string_view change_review_scope = "UPDATE review_scope SET scales = $1";
/// {}: the purpose.
inline constexpr std::string_view begin_anew =
    "UPDATE publication SET next_offset = 0 WHERE purpose = {}";

/// Stream, offset: the segment that holds it or comes next.
inline constexpr std::string_view segment_decisions_at =
    "SELECT first_offset, last_offset, record_count, stored_at, decisions FROM ledger_segment "
    "WHERE stream_id = $1 AND first_offset >= coalesce((SELECT max(first_offset) FROM "
    "ledger_segment WHERE stream_id = $1 AND first_offset <= $2), 0) AND last_offset >= $2 "
    "ORDER BY first_offset LIMIT 1";
/// Stream, first offset.
inline constexpr std::string_view segment_records_of =
    "SELECT records FROM ledger_segment WHERE stream_id = $1 AND first_offset = $2";

/// Stream, from, to (both included). Kind 2, version and status 4, as the index has it: forms in
/// place of earlier versions, and those entered in error.
inline constexpr std::string_view corrected_forms =
    "SELECT record_offset FROM event WHERE kind = 2 AND (version > 1 OR status = 4) AND stream_id "
    "= $1 AND record_offset BETWEEN $2 AND $3";

/// History. Locks it against whoever adds another of its forms.
inline constexpr std::string_view lock_form_history =
    "INSERT INTO form_history (changes, history_key) VALUES (1, $1) ON CONFLICT (history_key) DO "
    "UPDATE SET changes = form_history.changes + 1 RETURNING changes";
/// History.
inline constexpr std::string_view forms_of_history =
    "SELECT form_id, version, completed_at, local_day, topic, partition, record_offset, scores, "
    "raised, site, produced_at, durable_at, origin FROM reviewed_form WHERE history_key = $1";
/// {}: rows of history, then the columns in the order above.
inline constexpr std::string_view keep_forms =
    "INSERT INTO reviewed_form (history_key, form_id, version, completed_at, local_day, topic, "
    "partition, record_offset, scores, raised, site, produced_at, durable_at, origin) SELECT "
    "column1, column2, column3, column4, column5, column6, column7, column8, column9, column10, "
    "column11, column12, column13, column14 FROM (VALUES {}) v WHERE true ON CONFLICT "
    "(history_key, form_id) DO UPDATE SET version = excluded.version, completed_at = "
    "excluded.completed_at, local_day = excluded.local_day, topic = excluded.topic, partition = "
    "excluded.partition, record_offset = excluded.record_offset, scores = excluded.scores, raised "
    "= excluded.raised, site = excluded.site, produced_at = excluded.produced_at, durable_at = "
    "excluded.durable_at, origin = excluded.origin";
/// History, form.
inline constexpr std::string_view drop_form =
    "DELETE FROM reviewed_form WHERE history_key = $1 AND form_id = $2";

/// {}: the subject's key as a literal. The latest version.
inline constexpr std::string_view treatment_start =
    "SELECT coalesce(nullif(rfxstdtc, ''), rfstdtc) FROM subject WHERE subject_key = {} ORDER BY "
    "version DESC LIMIT 1";

} // namespace aepro
