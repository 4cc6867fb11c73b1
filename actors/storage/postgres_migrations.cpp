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

constexpr std::array migrations{tables_1, tables_2};

} // namespace

std::span<const std::string_view> postgres_migrations() {
  return migrations;
}

} // namespace aepro
