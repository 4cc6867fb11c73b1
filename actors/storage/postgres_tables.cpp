#include "actors/storage/postgres_tables.hpp"

#include <array>
#include <string_view>

namespace aepro {

namespace {

struct table_text {
  std::string_view name;
  std::string_view facts; ///< Separated by semicolons.
};

// What PostgreSQL says of the tables that the migrations make. After a new migration the test
// `a_fresh_store_has_the_schema_that_is_expected` says what to write here.
constexpr std::array tables{
    table_text{
        "alert",
        "table; PRIMARY KEY (alert_id); index alert_record; alert_id bigint NOT NULL "
        "IDENTITY; created_at timestamp with time zone NOT NULL DEFAULT now(); event_key uuid "
        "NOT NULL; kind smallint NOT NULL; origin smallint NOT NULL DEFAULT 0; record_offset "
        "bigint NOT NULL; record_timestamp bigint NOT NULL; rule text NOT NULL; site text; "
        "stream_id integer NOT NULL; study text; subject text; urgency smallint NOT NULL"},
    table_text{
        "case_version",
        "table; PRIMARY KEY (case_key, topic, partition, record_offset); awareness text NOT "
        "NULL; case_key text NOT NULL; flags smallint NOT NULL; partition integer NOT NULL; "
        "received_at bigint NOT NULL; record_offset bigint NOT NULL; report_id text NOT NULL; "
        "site text NOT NULL; study text NOT NULL; subject text NOT NULL; topic text NOT NULL; "
        "version bigint NOT NULL"},
    table_text{"circumstance",
               "table; PRIMARY KEY (circumstance_id); aecat text; aeenrtpt text; aerel text; "
               "aetox text; circumstance_id bigint NOT NULL; reporter text; "
               "suspect_product text"},
    table_text{"coding",
               "table; PRIMARY KEY (coding_id); aebdsycd text; aebodsys text; aedecod text; "
               "aehlgt text; aehlgtcd text; aehlt text; aehltcd text; aellt text; "
               "aelltcd text; aeptcd text; aesoc text; aesoccd text; "
               "coding_id bigint NOT NULL; meddra_version text"},
    table_text{"conflict",
               "table; PRIMARY KEY (stream_id, record_offset); event_key uuid NOT NULL; "
               "first_offset bigint NOT NULL; first_stream_id integer NOT NULL; "
               "kind smallint NOT NULL; record_offset bigint NOT NULL; "
               "record_timestamp bigint NOT NULL; site text; stream_id integer NOT NULL; "
               "study text; subject text"},
    table_text{"dead_letter",
               "table; PRIMARY KEY (stream_id, record_offset); code smallint NOT NULL; "
               "reason text NOT NULL; record_offset bigint NOT NULL; "
               "record_timestamp bigint NOT NULL; stream_id integer NOT NULL"},
    table_text{"decide_options", "table; CHECK ((length(digest) = 32)); PRIMARY KEY (digest); "
                                 "digest bytea NOT NULL; text text NOT NULL"},
    table_text{"event",
               "table; PRIMARY KEY (event_key); index event_form_correction; index "
               "event_nullification; aeacn smallint; aeendy "
               "smallint; "
               "aeout smallint; aeseq integer; aesev smallint; aestdy smallint; aeterm text; "
               "aetoxgr smallint; answers text; circumstance_id bigint; coding_id bigint; "
               "completed_at bigint; content_check bigint NOT NULL; device_total text; "
               "end_date date; event_id text; event_key uuid NOT NULL; "
               "flags integer NOT NULL; form_id bigint; kind smallint NOT NULL; "
               "lateness_ms integer; other text; place_id bigint; planned_date date; "
               "received_at bigint; record_offset bigint NOT NULL; "
               "record_timestamp bigint NOT NULL; report_id text; scores text; "
               "start_date date; started_at bigint; status integer; "
               "stream_id integer NOT NULL; subject text; version integer"},
    table_text{"finding",
               "table; detail text; record_offset bigint NOT NULL; rule integer NOT NULL; "
               "stream_id integer NOT NULL; variable text"},
    table_text{"form", "table; PRIMARY KEY (form_id); form_id bigint NOT NULL; instrument text; "
                       "instrument_version text; language text; link_ids text; visit text; "
                       "visitnum text; window_days text"},
    table_text{"form_history", "table; PRIMARY KEY (history_key); changes bigint NOT NULL; "
                               "history_key text NOT NULL"},
    table_text{
        "ledger_segment",
        "table; PRIMARY KEY (stream_id, first_offset); chain_after bytea NOT NULL; "
        "chain_before bytea NOT NULL; decisions bytea NOT NULL; "
        "due_at bigint; first_offset bigint NOT NULL; last_offset bigint NOT NULL; options bytea; "
        "record_count bigint NOT NULL; records bytea NOT NULL; "
        "rules_version integer NOT NULL; stored_at bigint NOT NULL; "
        "stream_id integer NOT NULL"},
    table_text{
        "notification",
        "table; CHECK (((state >= 1) AND (state <= 8))); PRIMARY KEY (notification_id); "
        "UNIQUE (notification_key); index notification_case; index notification_created; "
        "index notification_due; index notification_state; index notification_subject; "
        "attempts_after bigint NOT NULL DEFAULT 0; case_key text NOT NULL; created_at bigint "
        "NOT NULL; detail text NOT NULL DEFAULT ''::text; durable_at bigint NOT NULL; ended_at "
        "bigint NOT NULL; ended_by text NOT "
        "NULL; ended_reason text NOT NULL; lease bigint NOT NULL DEFAULT 0; lease_node text "
        "NOT NULL DEFAULT ''::text; lease_until bigint NOT NULL DEFAULT 0; next_at bigint NOT "
        "NULL; notification_id bigint NOT NULL IDENTITY; notification_key text NOT NULL; "
        "partition integer NOT NULL; produced_at bigint NOT NULL; record_offset bigint NOT "
        "NULL; rule text NOT NULL; site text NOT NULL; state smallint NOT NULL; step integer "
        "NOT NULL; step_since bigint NOT NULL; study text NOT NULL; subject text NOT NULL; "
        "term text NOT NULL; topic text NOT NULL; tries integer NOT NULL; urgency smallint "
        "NOT NULL"},
    table_text{
        "notification_attempt",
        "table; CHECK (((result >= 1) AND (result <= 3))); PRIMARY KEY (notification_id, "
        "lease, number); channel text NOT NULL; detail text NOT NULL; lease bigint NOT NULL; "
        "node text NOT NULL; notification_id bigint NOT NULL; number integer NOT NULL; "
        "receipt text NOT NULL; recipient text NOT NULL; result smallint NOT NULL; step "
        "integer NOT NULL; tried_at bigint NOT NULL"},
    table_text{"notification_mute",
               "table; PRIMARY KEY (mute_id); mute_id bigint NOT NULL IDENTITY; reason text NOT "
               "NULL; rule text NOT NULL; since_at bigint NOT NULL; site text NOT NULL; study text "
               "NOT NULL; subject text NOT NULL; until_at bigint NOT NULL; who text NOT NULL"},
    table_text{"operator_action",
               "table; PRIMARY KEY (action_id); action text NOT NULL; action_id bigint NOT NULL "
               "IDENTITY; done_at bigint NOT NULL; reason text NOT NULL; target text NOT NULL; who "
               "text NOT NULL"},
    table_text{"partition_state",
               "table; CHECK ((length(chain_head) = 32)); "
               "FOREIGN KEY (stream_id) REFERENCES stream(stream_id); "
               "PRIMARY KEY (stream_id); accepted bigint NOT NULL DEFAULT 0; "
               "chain_head bytea NOT NULL; conflict bigint NOT NULL DEFAULT 0; "
               "duplicate bigint NOT NULL DEFAULT 0; epoch bigint NOT NULL; "
               "next_offset bigint NOT NULL; rejected bigint NOT NULL DEFAULT 0; "
               "stream_id integer NOT NULL"},
    table_text{"place", "table; PRIMARY KEY (place_id); place_id bigint NOT NULL; site text; "
                        "study text"},
    table_text{"publication",
               "table; PRIMARY KEY (stream_id, purpose); next_offset bigint NOT NULL; "
               "purpose smallint NOT NULL; stream_id integer NOT NULL"},
    table_text{
        "regulatory_case",
        "table; PRIMARY KEY (case_key); case_key text NOT NULL; version_count bigint NOT NULL"},
    table_text{
        "regulatory_clock",
        "table; CHECK (((state >= 1) AND (state <= 4))); PRIMARY KEY (clock_id); UNIQUE "
        "(clock_key); index regulatory_clock_case; index regulatory_clock_next; index "
        "regulatory_clock_running; authority text NOT NULL; awareness_at bigint NOT NULL; "
        "case_key text NOT NULL; clock_id bigint NOT NULL IDENTITY; clock_key text NOT NULL; "
        "day_zero integer NOT NULL; due_at bigint NOT NULL; ended_at bigint NOT NULL; ended_by "
        "text NOT NULL; ended_by_person smallint NOT NULL; ended_reason text NOT NULL; kind "
        "text NOT NULL; made_at bigint NOT NULL; next_at bigint NOT NULL; partition integer NOT "
        "NULL; qualified_at bigint NOT NULL; record_offset bigint NOT NULL; reminders text NOT "
        "NULL; report_id text NOT NULL; revision bigint NOT NULL DEFAULT 0; site text NOT NULL; "
        "state smallint NOT NULL; study text NOT NULL; subject text NOT NULL; time_zone text "
        "NOT NULL; told_before bigint NOT NULL; topic text NOT NULL; version bigint NOT NULL"},
    table_text{"review_scope", "table; scales text NOT NULL"},
    table_text{
        "reviewed_form",
        "table; PRIMARY KEY (history_key, form_id); completed_at bigint NOT NULL; durable_at "
        "bigint NOT NULL; form_id text NOT NULL; history_key text NOT NULL; local_day "
        "integer NOT NULL; origin smallint NOT NULL; partition integer NOT NULL; "
        "produced_at bigint NOT NULL; raised text NOT NULL; record_offset bigint NOT NULL; "
        "scores text NOT NULL; site text NOT NULL; topic text NOT NULL; version bigint NOT "
        "NULL"},
    table_text{"rule", "table; PRIMARY KEY (rules_version, rule); authority text NOT NULL; "
                       "name text NOT NULL; rule integer NOT NULL; rules_version integer NOT NULL; "
                       "severity smallint NOT NULL; text text NOT NULL; variable text NOT NULL"},
    table_text{"schema_version", "table; PRIMARY KEY (version); "
                                 "applied_at timestamp with time zone NOT NULL DEFAULT now(); "
                                 "version integer NOT NULL"},
    table_text{"store_identity", "table; store_id text NOT NULL"},
    table_text{"stream", "table; PRIMARY KEY (stream_id); UNIQUE (topic, partition); "
                         "partition integer NOT NULL; stream_id integer NOT NULL IDENTITY; "
                         "topic text NOT NULL"},
    table_text{"subject",
               "table; PRIMARY KEY (subject_key, version); actarm text; actarmcd text; "
               "age text; ageu text; arm text; armcd text; bytes bytea NOT NULL; "
               "country text; dmdtc text; dmdy text; dsdecod text; dsstdtc text; "
               "dthdtc text; dthfl text; ethnic text; race text; "
               "record_offset bigint NOT NULL; record_timestamp bigint NOT NULL; "
               "rfendtc text; rficdtc text; rfpendtc text; rfstdtc text; rfxendtc text; "
               "rfxstdtc text; sex text; site text; siteid text; stream_id integer NOT NULL; "
               "study text; subject text; subject_key uuid NOT NULL; subjid text; "
               "time_zone text; version integer NOT NULL"}};

constexpr std::string_view separator = "; ";

} // namespace

std::vector<std::pair<std::string, std::string>> postgres_tables() {
  std::vector<std::pair<std::string, std::string>> facts;
  for (const auto& table : tables) {
    auto rest = table.facts;
    while (!rest.empty()) {
      const auto end = rest.find(separator);
      facts.emplace_back(table.name, rest.substr(0, end));
      rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + separator.size());
    }
  }
  return facts;
}

} // namespace aepro
