#include "actors/storage/sqlite_schema.hpp"

#include <array>

namespace aepro {

namespace {

constexpr std::string_view tables_1 = R"sql(
CREATE TABLE schema_version (
  version INTEGER NOT NULL PRIMARY KEY,
  applied_at TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now'))
) STRICT;
CREATE TABLE stream (
  stream_id INTEGER PRIMARY KEY,
  topic TEXT NOT NULL,
  partition INTEGER NOT NULL,
  UNIQUE (topic, partition)
) STRICT;
CREATE TABLE partition_state (
  stream_id INTEGER PRIMARY KEY REFERENCES stream,
  next_offset INTEGER NOT NULL,
  epoch INTEGER NOT NULL,
  chain_head BLOB NOT NULL CHECK (length(chain_head) = 32),
  accepted INTEGER NOT NULL DEFAULT 0,
  rejected INTEGER NOT NULL DEFAULT 0,
  duplicate INTEGER NOT NULL DEFAULT 0,
  conflict INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE TABLE ledger_segment (
  stream_id INTEGER NOT NULL REFERENCES stream,
  first_offset INTEGER NOT NULL,
  last_offset INTEGER NOT NULL,
  record_count INTEGER NOT NULL,
  rules_version INTEGER NOT NULL,
  chain_before BLOB NOT NULL,
  chain_after BLOB NOT NULL,
  stored_at INTEGER NOT NULL,
  decisions BLOB NOT NULL,
  records BLOB NOT NULL,
  PRIMARY KEY (stream_id, first_offset)
) STRICT;
CREATE TABLE place (
  place_id INTEGER PRIMARY KEY,
  study TEXT, site TEXT
) STRICT;
CREATE TABLE coding (
  coding_id INTEGER PRIMARY KEY,
  aellt TEXT, aelltcd TEXT, aedecod TEXT, aeptcd TEXT, aehlt TEXT, aehltcd TEXT, aehlgt TEXT,
  aehlgtcd TEXT, aebodsys TEXT, aebdsycd TEXT, aesoc TEXT, aesoccd TEXT, meddra_version TEXT
) STRICT;
CREATE TABLE circumstance (
  circumstance_id INTEGER PRIMARY KEY,
  aerel TEXT, aecat TEXT, aetox TEXT, aeenrtpt TEXT, suspect_product TEXT, reporter TEXT
) STRICT;
CREATE TABLE form (
  form_id INTEGER PRIMARY KEY,
  instrument TEXT, instrument_version TEXT, visit TEXT, visitnum TEXT, language TEXT,
  window_days TEXT, link_ids TEXT
) STRICT;
CREATE TABLE event (
  event_key BLOB NOT NULL CHECK (length(event_key) = 16),
  stream_id INTEGER NOT NULL,
  record_offset INTEGER NOT NULL,
  record_timestamp INTEGER NOT NULL,
  content_check INTEGER NOT NULL,
  kind INTEGER NOT NULL,
  flags INTEGER NOT NULL,
  lateness_ms INTEGER,
  place_id INTEGER,
  subject TEXT,
  event_id TEXT,
  version INTEGER,
  status INTEGER,
  report_id TEXT,
  coding_id INTEGER,
  circumstance_id INTEGER,
  start_date INTEGER,
  end_date INTEGER,
  aeseq INTEGER,
  aesev INTEGER,
  aeout INTEGER,
  aeacn INTEGER,
  aetoxgr INTEGER,
  aestdy INTEGER,
  aeendy INTEGER,
  aeterm TEXT,
  form_id INTEGER,
  started_at INTEGER,
  completed_at INTEGER,
  received_at INTEGER,
  planned_date INTEGER,
  device_total TEXT,
  answers TEXT,
  scores TEXT,
  other TEXT,
  PRIMARY KEY (event_key)
) STRICT, WITHOUT ROWID;
CREATE TABLE finding (
  stream_id INTEGER NOT NULL,
  record_offset INTEGER NOT NULL,
  rule INTEGER NOT NULL,
  variable TEXT,
  detail TEXT
) STRICT;
CREATE TABLE alert (
  alert_id INTEGER PRIMARY KEY,
  stream_id INTEGER NOT NULL,
  record_offset INTEGER NOT NULL,
  record_timestamp INTEGER NOT NULL,
  event_key BLOB NOT NULL,
  kind INTEGER NOT NULL,
  rule TEXT NOT NULL,
  urgency INTEGER NOT NULL,
  study TEXT,
  site TEXT,
  subject TEXT,
  state TEXT NOT NULL DEFAULT 'due',
  created_at TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now'))
) STRICT;
CREATE TABLE dead_letter (
  stream_id INTEGER NOT NULL,
  record_offset INTEGER NOT NULL,
  record_timestamp INTEGER NOT NULL,
  code INTEGER NOT NULL,
  reason TEXT NOT NULL,
  published_at TEXT,
  PRIMARY KEY (stream_id, record_offset)
) STRICT, WITHOUT ROWID;
CREATE TABLE conflict (
  stream_id INTEGER NOT NULL,
  record_offset INTEGER NOT NULL,
  record_timestamp INTEGER NOT NULL,
  event_key BLOB NOT NULL,
  kind INTEGER NOT NULL,
  first_stream_id INTEGER NOT NULL,
  first_offset INTEGER NOT NULL,
  study TEXT,
  site TEXT,
  subject TEXT,
  PRIMARY KEY (stream_id, record_offset)
) STRICT, WITHOUT ROWID;
CREATE TABLE subject (
  subject_key BLOB NOT NULL,
  version INTEGER NOT NULL,
  stream_id INTEGER NOT NULL,
  record_offset INTEGER NOT NULL,
  record_timestamp INTEGER NOT NULL,
  bytes BLOB NOT NULL,
  study TEXT, site TEXT, subject TEXT, subjid TEXT, rfstdtc TEXT, rfendtc TEXT, rfxstdtc TEXT,
  rfxendtc TEXT, rficdtc TEXT, rfpendtc TEXT, dthdtc TEXT, dthfl TEXT, siteid TEXT, age TEXT,
  ageu TEXT, sex TEXT, race TEXT, ethnic TEXT, armcd TEXT, arm TEXT, actarmcd TEXT, actarm TEXT,
  country TEXT, dmdtc TEXT, dmdy TEXT, dsstdtc TEXT, dsdecod TEXT, time_zone TEXT,
  PRIMARY KEY (subject_key, version)
) STRICT, WITHOUT ROWID;
CREATE TABLE rule (
  rules_version INTEGER NOT NULL,
  rule INTEGER NOT NULL,
  name TEXT NOT NULL,
  severity INTEGER NOT NULL,
  variable TEXT NOT NULL,
  text TEXT NOT NULL,
  authority TEXT NOT NULL,
  PRIMARY KEY (rules_version, rule)
) STRICT, WITHOUT ROWID;
)sql";

// What is published, and what decisions were made with. `dead_letter.published_at` was never
// filled: how far publication has come is in `publication`.
constexpr std::string_view tables_2 = R"sql(
CREATE TABLE store_identity (
  store_id TEXT NOT NULL
) STRICT;
INSERT INTO store_identity VALUES (lower(hex(randomblob(16))));
CREATE TABLE publication (
  stream_id INTEGER NOT NULL,
  purpose INTEGER NOT NULL,
  next_offset INTEGER NOT NULL,
  PRIMARY KEY (stream_id, purpose)
) STRICT, WITHOUT ROWID;
CREATE TABLE decide_options (
  digest BLOB NOT NULL PRIMARY KEY CHECK (length(digest) = 32),
  text TEXT NOT NULL
) STRICT, WITHOUT ROWID;
ALTER TABLE ledger_segment ADD COLUMN options BLOB;
ALTER TABLE dead_letter DROP COLUMN published_at;
)sql";

// Telling people. `alert` is evidence and never changes: its `state` was never anything but due,
// and what becomes of an alert is in `notification`. Only notifications and mutes move; attempts
// and actions stay as they were written. Instants are milliseconds since 1970; the index of the
// case and that of the due rows are as small as can be.
constexpr std::string_view tables_3 = R"sql(
CREATE TABLE notification (
  notification_id INTEGER PRIMARY KEY,
  record_offset INTEGER NOT NULL,
  produced_at INTEGER NOT NULL,
  durable_at INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  step_since INTEGER NOT NULL,
  next_at INTEGER NOT NULL,
  ended_at INTEGER NOT NULL,
  lease INTEGER NOT NULL DEFAULT 0,
  lease_until INTEGER NOT NULL DEFAULT 0,
  attempts_after INTEGER NOT NULL DEFAULT 0,
  partition INTEGER NOT NULL,
  step INTEGER NOT NULL,
  tries INTEGER NOT NULL,
  urgency INTEGER NOT NULL,
  state INTEGER NOT NULL CHECK (state BETWEEN 1 AND 8),
  notification_key TEXT NOT NULL UNIQUE,
  rule TEXT NOT NULL,
  study TEXT NOT NULL,
  site TEXT NOT NULL,
  subject TEXT NOT NULL,
  term TEXT NOT NULL,
  case_key TEXT NOT NULL,
  topic TEXT NOT NULL,
  ended_by TEXT NOT NULL,
  ended_reason TEXT NOT NULL,
  lease_node TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE INDEX notification_due ON notification (next_at) WHERE state <= 2;
CREATE INDEX notification_case ON notification (rule, case_key) WHERE case_key <> '';
CREATE INDEX notification_state ON notification (state, notification_id);
CREATE INDEX notification_subject ON notification (study, subject);
CREATE INDEX notification_created ON notification (created_at);
CREATE TABLE notification_attempt (
  notification_id INTEGER NOT NULL,
  lease INTEGER NOT NULL,
  tried_at INTEGER NOT NULL,
  number INTEGER NOT NULL,
  step INTEGER NOT NULL,
  result INTEGER NOT NULL CHECK (result BETWEEN 1 AND 3),
  channel TEXT NOT NULL,
  recipient TEXT NOT NULL,
  node TEXT NOT NULL,
  receipt TEXT NOT NULL,
  detail TEXT NOT NULL,
  PRIMARY KEY (notification_id, lease, number)
) STRICT, WITHOUT ROWID;
CREATE TABLE notification_mute (
  mute_id INTEGER PRIMARY KEY,
  since_at INTEGER NOT NULL,
  until_at INTEGER NOT NULL,
  rule TEXT NOT NULL,
  study TEXT NOT NULL,
  site TEXT NOT NULL,
  subject TEXT NOT NULL,
  who TEXT NOT NULL,
  reason TEXT NOT NULL
) STRICT;
CREATE TABLE operator_action (
  action_id INTEGER PRIMARY KEY,
  done_at INTEGER NOT NULL,
  who TEXT NOT NULL,
  action TEXT NOT NULL,
  target TEXT NOT NULL,
  reason TEXT NOT NULL
) STRICT;
CREATE INDEX alert_record ON alert (stream_id, record_offset);
ALTER TABLE alert DROP COLUMN state;
)sql";

// Regulatory clocks. `case_version` is what the clocks know of a report's versions, whichever order
// they came in; `regulatory_case` is the row that whoever adds one locks. Both follow from the
// ledger; what people did about a clock is in operator_action. The index finds nullifications, also
// those that are not serious and raise no alert.
constexpr std::string_view tables_4 = R"sql(
CREATE TABLE regulatory_case (
  version_count INTEGER NOT NULL,
  case_key TEXT NOT NULL PRIMARY KEY
) STRICT, WITHOUT ROWID;
CREATE TABLE case_version (
  record_offset INTEGER NOT NULL,
  received_at INTEGER NOT NULL,
  version INTEGER NOT NULL,
  partition INTEGER NOT NULL,
  flags INTEGER NOT NULL,
  case_key TEXT NOT NULL,
  topic TEXT NOT NULL,
  study TEXT NOT NULL,
  report_id TEXT NOT NULL,
  site TEXT NOT NULL,
  subject TEXT NOT NULL,
  awareness TEXT NOT NULL,
  PRIMARY KEY (case_key, topic, partition, record_offset)
) STRICT, WITHOUT ROWID;
CREATE TABLE regulatory_clock (
  clock_id INTEGER PRIMARY KEY,
  record_offset INTEGER NOT NULL,
  version INTEGER NOT NULL,
  awareness_at INTEGER NOT NULL,
  qualified_at INTEGER NOT NULL,
  due_at INTEGER NOT NULL,
  told_before INTEGER NOT NULL,
  next_at INTEGER NOT NULL,
  made_at INTEGER NOT NULL,
  ended_at INTEGER NOT NULL,
  revision INTEGER NOT NULL DEFAULT 0,
  partition INTEGER NOT NULL,
  day_zero INTEGER NOT NULL,
  state INTEGER NOT NULL CHECK (state BETWEEN 1 AND 4),
  ended_by_person INTEGER NOT NULL,
  clock_key TEXT NOT NULL UNIQUE,
  case_key TEXT NOT NULL,
  study TEXT NOT NULL,
  report_id TEXT NOT NULL,
  site TEXT NOT NULL,
  subject TEXT NOT NULL,
  kind TEXT NOT NULL,
  authority TEXT NOT NULL,
  time_zone TEXT NOT NULL,
  topic TEXT NOT NULL,
  reminders TEXT NOT NULL,
  ended_by TEXT NOT NULL,
  ended_reason TEXT NOT NULL
) STRICT;
CREATE INDEX regulatory_clock_case ON regulatory_clock (case_key);
CREATE INDEX regulatory_clock_next ON regulatory_clock (next_at) WHERE next_at > 0;
CREATE INDEX regulatory_clock_running ON regulatory_clock (due_at) WHERE state = 1;
CREATE INDEX event_nullification ON event (stream_id, record_offset) WHERE kind = 1 AND status = 4;
ALTER TABLE notification ADD COLUMN detail TEXT NOT NULL DEFAULT '';
)sql";

// Events of the past: 0 new, 1 history, 2 history of which people are told all the same.
constexpr std::string_view tables_5 = R"sql(
ALTER TABLE alert ADD COLUMN origin INTEGER NOT NULL DEFAULT 0;
)sql";

// When the records of a segment whose senders set no deadline were due by their lane, in ms since
// 1970.
constexpr std::string_view tables_6 = R"sql(
ALTER TABLE ledger_segment ADD COLUMN due_at INTEGER;
)sql";

// Forms that are compared with others of their subject. `form_history` is the row that whoever adds
// one locks, `review_scope` has the scales that the history covers. All of it follows from the
// ledger. The index finds what takes the place of an earlier form, or takes it back.
constexpr std::string_view tables_7 = R"sql(
CREATE TABLE review_scope (
  scales TEXT NOT NULL
) STRICT;
INSERT INTO review_scope VALUES ('');
CREATE TABLE form_history (
  changes INTEGER NOT NULL,
  history_key TEXT NOT NULL PRIMARY KEY
) STRICT, WITHOUT ROWID;
CREATE TABLE reviewed_form (
  record_offset INTEGER NOT NULL,
  version INTEGER NOT NULL,
  completed_at INTEGER NOT NULL,
  produced_at INTEGER NOT NULL,
  durable_at INTEGER NOT NULL,
  local_day INTEGER NOT NULL,
  partition INTEGER NOT NULL,
  origin INTEGER NOT NULL,
  history_key TEXT NOT NULL,
  form_id TEXT NOT NULL,
  site TEXT NOT NULL,
  topic TEXT NOT NULL,
  scores TEXT NOT NULL,
  raised TEXT NOT NULL,
  PRIMARY KEY (history_key, form_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX event_form_correction ON event (stream_id, record_offset)
  WHERE kind = 2 AND (version > 1 OR status = 4);
)sql";

constexpr std::array migrations{tables_1, tables_2, tables_3, tables_4,
                                tables_5, tables_6, tables_7};

} // namespace

std::span<const std::string_view> sqlite_migrations() {
  return migrations;
}

} // namespace aepro
