#include "actors/storage/postgres_schema.hpp"

#include <array>

namespace aepro {

namespace {

// `event` has the fixed-width columns first, wide before narrow, so that no byte is padding.
// Segments are compressed already: EXTERNAL keeps PostgreSQL from trying again.
constexpr std::string_view tables_1 = R"sql(
CREATE TABLE schema_version (
  version integer PRIMARY KEY,
  applied_at timestamptz NOT NULL DEFAULT now()
);
CREATE TABLE stream (
  stream_id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  topic text NOT NULL,
  partition integer NOT NULL,
  UNIQUE (topic, partition)
);
CREATE TABLE partition_state (
  stream_id integer PRIMARY KEY REFERENCES stream,
  next_offset bigint NOT NULL,
  epoch bigint NOT NULL,
  accepted bigint NOT NULL DEFAULT 0,
  rejected bigint NOT NULL DEFAULT 0,
  duplicate bigint NOT NULL DEFAULT 0,
  conflict bigint NOT NULL DEFAULT 0,
  chain_head bytea NOT NULL CHECK (length(chain_head) = 32)
) WITH (fillfactor = 20);
CREATE TABLE ledger_segment (
  first_offset bigint NOT NULL,
  last_offset bigint NOT NULL,
  record_count bigint NOT NULL,
  stored_at bigint NOT NULL,
  stream_id integer NOT NULL,
  rules_version integer NOT NULL,
  chain_before bytea NOT NULL,
  chain_after bytea NOT NULL,
  decisions bytea NOT NULL,
  records bytea NOT NULL,
  PRIMARY KEY (stream_id, first_offset)
);
ALTER TABLE ledger_segment ALTER COLUMN records SET STORAGE EXTERNAL;
ALTER TABLE ledger_segment ALTER COLUMN decisions SET STORAGE EXTERNAL;
CREATE TABLE place (
  place_id bigint PRIMARY KEY,
  study text, site text
);
CREATE TABLE coding (
  coding_id bigint PRIMARY KEY,
  aellt text, aelltcd text, aedecod text, aeptcd text, aehlt text, aehltcd text, aehlgt text,
  aehlgtcd text, aebodsys text, aebdsycd text, aesoc text, aesoccd text, meddra_version text
);
CREATE TABLE circumstance (
  circumstance_id bigint PRIMARY KEY,
  aerel text, aecat text, aetox text, aeenrtpt text, suspect_product text, reporter text
);
CREATE TABLE form (
  form_id bigint PRIMARY KEY,
  instrument text, instrument_version text, visit text, visitnum text, language text,
  window_days text, link_ids text
);
CREATE TABLE event (
  content_check bigint NOT NULL,
  record_offset bigint NOT NULL,
  record_timestamp bigint NOT NULL,
  place_id bigint,
  coding_id bigint,
  circumstance_id bigint,
  form_id bigint,
  started_at bigint,
  completed_at bigint,
  received_at bigint,
  stream_id integer NOT NULL,
  flags integer NOT NULL,
  lateness_ms integer,
  version integer,
  status integer,
  start_date date,
  end_date date,
  planned_date date,
  aeseq integer,
  kind smallint NOT NULL,
  aesev smallint,
  aeout smallint,
  aeacn smallint,
  aetoxgr smallint,
  aestdy smallint,
  aeendy smallint,
  event_key uuid PRIMARY KEY,
  subject text,
  event_id text,
  report_id text,
  aeterm text,
  device_total text,
  answers text,
  scores text,
  other text
);
CREATE TABLE finding (
  record_offset bigint NOT NULL,
  stream_id integer NOT NULL,
  rule integer NOT NULL,
  variable text,
  detail text
);
CREATE TABLE alert (
  alert_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  record_offset bigint NOT NULL,
  record_timestamp bigint NOT NULL,
  stream_id integer NOT NULL,
  kind smallint NOT NULL,
  urgency smallint NOT NULL,
  event_key uuid NOT NULL,
  rule text NOT NULL,
  study text,
  site text,
  subject text,
  state text NOT NULL DEFAULT 'due',
  created_at timestamptz NOT NULL DEFAULT now()
);
CREATE TABLE dead_letter (
  record_offset bigint NOT NULL,
  record_timestamp bigint NOT NULL,
  stream_id integer NOT NULL,
  code smallint NOT NULL,
  reason text NOT NULL,
  published_at timestamptz,
  PRIMARY KEY (stream_id, record_offset)
);
CREATE TABLE conflict (
  record_offset bigint NOT NULL,
  record_timestamp bigint NOT NULL,
  first_offset bigint NOT NULL,
  stream_id integer NOT NULL,
  first_stream_id integer NOT NULL,
  kind smallint NOT NULL,
  event_key uuid NOT NULL,
  study text,
  site text,
  subject text,
  PRIMARY KEY (stream_id, record_offset)
);
CREATE TABLE subject (
  subject_key uuid NOT NULL,
  version integer NOT NULL,
  stream_id integer NOT NULL,
  record_offset bigint NOT NULL,
  record_timestamp bigint NOT NULL,
  bytes bytea NOT NULL,
  study text, site text, subject text, subjid text, rfstdtc text, rfendtc text, rfxstdtc text,
  rfxendtc text, rficdtc text, rfpendtc text, dthdtc text, dthfl text, siteid text, age text,
  ageu text, sex text, race text, ethnic text, armcd text, arm text, actarmcd text, actarm text,
  country text, dmdtc text, dmdy text, dsstdtc text, dsdecod text, time_zone text,
  PRIMARY KEY (subject_key, version)
);
CREATE TABLE rule (
  rules_version integer NOT NULL,
  rule integer NOT NULL,
  severity smallint NOT NULL,
  name text NOT NULL,
  variable text NOT NULL,
  text text NOT NULL,
  authority text NOT NULL,
  PRIMARY KEY (rules_version, rule)
);
)sql";

// What is published, and what decisions were made with. `dead_letter.published_at` was never
// filled: how far publication has come is in `publication`.
constexpr std::string_view tables_2 = R"sql(
CREATE TABLE store_identity (
  store_id text NOT NULL
);
INSERT INTO store_identity VALUES (replace(gen_random_uuid()::text, '-', ''));
CREATE TABLE publication (
  next_offset bigint NOT NULL,
  stream_id integer NOT NULL,
  purpose smallint NOT NULL,
  PRIMARY KEY (stream_id, purpose)
);
CREATE TABLE decide_options (
  digest bytea PRIMARY KEY CHECK (length(digest) = 32),
  text text NOT NULL
);
ALTER TABLE ledger_segment ADD COLUMN options bytea;
ALTER TABLE dead_letter DROP COLUMN published_at;
)sql";

// Telling people. `alert` is evidence and never changes: its `state` was never anything but due,
// and what becomes of an alert is in `notification`. Only notifications and mutes move; attempts
// and actions stay as they were written. Instants are milliseconds since 1970; the index of the
// case and that of the due rows are as small as can be.
constexpr std::string_view tables_3 = R"sql(
CREATE TABLE notification (
  notification_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  record_offset bigint NOT NULL,
  produced_at bigint NOT NULL,
  durable_at bigint NOT NULL,
  created_at bigint NOT NULL,
  step_since bigint NOT NULL,
  next_at bigint NOT NULL,
  ended_at bigint NOT NULL,
  lease bigint NOT NULL DEFAULT 0,
  lease_until bigint NOT NULL DEFAULT 0,
  attempts_after bigint NOT NULL DEFAULT 0,
  partition integer NOT NULL,
  step integer NOT NULL,
  tries integer NOT NULL,
  urgency smallint NOT NULL,
  state smallint NOT NULL CHECK (state BETWEEN 1 AND 8),
  notification_key text NOT NULL UNIQUE,
  rule text NOT NULL,
  study text NOT NULL,
  site text NOT NULL,
  subject text NOT NULL,
  term text NOT NULL,
  case_key text NOT NULL,
  topic text NOT NULL,
  ended_by text NOT NULL,
  ended_reason text NOT NULL,
  lease_node text NOT NULL DEFAULT ''
);
CREATE INDEX notification_due ON notification (next_at) WHERE state <= 2;
CREATE INDEX notification_case ON notification (rule, case_key) WHERE case_key <> '';
CREATE INDEX notification_state ON notification (state, notification_id);
CREATE INDEX notification_subject ON notification (study, subject);
CREATE INDEX notification_created ON notification (created_at);
CREATE TABLE notification_attempt (
  notification_id bigint NOT NULL,
  lease bigint NOT NULL,
  tried_at bigint NOT NULL,
  number integer NOT NULL,
  step integer NOT NULL,
  result smallint NOT NULL CHECK (result BETWEEN 1 AND 3),
  channel text NOT NULL,
  recipient text NOT NULL,
  node text NOT NULL,
  receipt text NOT NULL,
  detail text NOT NULL,
  PRIMARY KEY (notification_id, lease, number)
);
CREATE TABLE notification_mute (
  mute_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  since_at bigint NOT NULL,
  until_at bigint NOT NULL,
  rule text NOT NULL,
  study text NOT NULL,
  site text NOT NULL,
  subject text NOT NULL,
  who text NOT NULL,
  reason text NOT NULL
);
CREATE TABLE operator_action (
  action_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  done_at bigint NOT NULL,
  who text NOT NULL,
  action text NOT NULL,
  target text NOT NULL,
  reason text NOT NULL
);
CREATE INDEX alert_record ON alert (stream_id, record_offset);
ALTER TABLE alert DROP COLUMN state;
)sql";

// Regulatory clocks. `case_version` is what the clocks know of a report's versions, whichever order
// they came in; `regulatory_case` is the row that whoever adds one locks. Both follow from the
// ledger; what people did about a clock is in operator_action. The index finds nullifications, also
// those that are not serious and raise no alert.
constexpr std::string_view tables_4 = R"sql(
CREATE TABLE regulatory_case (
  version_count bigint NOT NULL,
  case_key text NOT NULL PRIMARY KEY
);
CREATE TABLE case_version (
  record_offset bigint NOT NULL,
  received_at bigint NOT NULL,
  version bigint NOT NULL,
  partition integer NOT NULL,
  flags smallint NOT NULL,
  case_key text NOT NULL,
  topic text NOT NULL,
  study text NOT NULL,
  report_id text NOT NULL,
  site text NOT NULL,
  subject text NOT NULL,
  awareness text NOT NULL,
  PRIMARY KEY (case_key, topic, partition, record_offset)
);
CREATE TABLE regulatory_clock (
  clock_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  record_offset bigint NOT NULL,
  version bigint NOT NULL,
  awareness_at bigint NOT NULL,
  qualified_at bigint NOT NULL,
  due_at bigint NOT NULL,
  told_before bigint NOT NULL,
  next_at bigint NOT NULL,
  made_at bigint NOT NULL,
  ended_at bigint NOT NULL,
  revision bigint NOT NULL DEFAULT 0,
  partition integer NOT NULL,
  day_zero integer NOT NULL,
  state smallint NOT NULL CHECK (state BETWEEN 1 AND 4),
  ended_by_person smallint NOT NULL,
  clock_key text NOT NULL UNIQUE,
  case_key text NOT NULL,
  study text NOT NULL,
  report_id text NOT NULL,
  site text NOT NULL,
  subject text NOT NULL,
  kind text NOT NULL,
  authority text NOT NULL,
  time_zone text NOT NULL,
  topic text NOT NULL,
  reminders text NOT NULL,
  ended_by text NOT NULL,
  ended_reason text NOT NULL
);
CREATE INDEX regulatory_clock_case ON regulatory_clock (case_key);
CREATE INDEX regulatory_clock_next ON regulatory_clock (next_at) WHERE next_at > 0;
CREATE INDEX regulatory_clock_running ON regulatory_clock (due_at) WHERE state = 1;
CREATE INDEX event_nullification ON event (stream_id, record_offset) WHERE kind = 1 AND status = 4;
ALTER TABLE notification ADD COLUMN detail text NOT NULL DEFAULT '';
)sql";

// Events of the past: 0 new, 1 history, 2 history of which people are told all the same.
constexpr std::string_view tables_5 = R"sql(
ALTER TABLE alert ADD COLUMN origin smallint NOT NULL DEFAULT 0;
)sql";

// When the records of a segment whose senders set no deadline were due by their lane, in ms since
// 1970.
constexpr std::string_view tables_6 = R"sql(
ALTER TABLE ledger_segment ADD COLUMN due_at bigint;
)sql";

// Forms that are compared with others of their subject. `form_history` is the row that whoever adds
// one locks, `review_scope` has the scales that the history covers. All of it follows from the
// ledger. The index finds what takes the place of an earlier form, or takes it back.
constexpr std::string_view tables_7 = R"sql(
CREATE TABLE review_scope (
  scales text NOT NULL
);
INSERT INTO review_scope VALUES ('');
CREATE TABLE form_history (
  changes bigint NOT NULL,
  history_key text NOT NULL PRIMARY KEY
);
CREATE TABLE reviewed_form (
  record_offset bigint NOT NULL,
  version bigint NOT NULL,
  completed_at bigint NOT NULL,
  produced_at bigint NOT NULL,
  durable_at bigint NOT NULL,
  local_day integer NOT NULL,
  partition integer NOT NULL,
  origin smallint NOT NULL,
  history_key text NOT NULL,
  form_id text NOT NULL,
  site text NOT NULL,
  topic text NOT NULL,
  scores text NOT NULL,
  raised text NOT NULL,
  PRIMARY KEY (history_key, form_id)
);
CREATE INDEX event_form_correction ON event (stream_id, record_offset)
  WHERE kind = 2 AND (version > 1 OR status = 4);
)sql";

constexpr std::array migrations{tables_1, tables_2, tables_3, tables_4,
                                tables_5, tables_6, tables_7};

} // namespace

std::span<const std::string_view> postgres_migrations() {
  return migrations;
}

} // namespace aepro
