#pragma once

/// Every setting of aepro as plain values. Names, units, ranges, defaults and help:
/// config/settings_table.cpp.

#include "config/clock_settings.hpp"
#include "config/notifier_settings.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace aepro {

struct topic_settings {
  std::string adverse_events, questionnaire_responses, subjects; ///< In.
  std::string dead_letters, ledger_anchors;                      ///< Out.
  std::string acknowledgements;                                  ///< In; empty: none.
  std::size_t partitions;
  std::size_t replication; ///< 0: the broker's default.
};

struct batch_settings {
  std::size_t records_max;
  std::size_t bytes_max;
  std::chrono::milliseconds age_max;
};

/// What may be between ingest and the store at one time.
struct credit_settings {
  std::size_t partition_batches_max, partition_bytes_max;
  std::size_t batches_max, bytes_max;
  bool adaptive; ///< Whether batches_max is an upper end only, and the store's latency says how
                 ///< many.
  std::size_t batches_min; ///< At least so many, whatever the latency.
};

struct lane_settings {
  std::chrono::milliseconds deadline;
  std::size_t share; ///< Percent of credits, workers and connections.
};

struct lanes_settings {
  lane_settings adverse_events, questionnaire_responses, subjects;
  std::chrono::milliseconds
      delay_max; ///< That other lanes may add to an adverse event's latency; 0: any.
};

struct intake_settings {
  std::chrono::milliseconds poll_interval, commit_interval, hand_over_max, store_check_interval;
  std::chrono::milliseconds subjects_wait;
  std::size_t value_bytes_max, answers_max;
  bool reject_unknown_subjects;
  std::vector<std::string> studies; ///< Empty: all.
};

struct validation_settings {
  std::size_t workers; ///< 0: one per core.
};

struct storage_settings {
  std::size_t connections;
  std::size_t group_records_max;
  std::int64_t compression_level; ///< Of zstd.
  bool migrate_on_start;
  std::chrono::milliseconds clock_difference_max;
  std::chrono::milliseconds call_max;
  std::chrono::milliseconds
      probe_interval; ///< The breaker lets a request through at least so often.
  std::string password_file;
  std::string password; ///< Read from password_file or the environment; never shown.
};

struct retry_settings {
  std::chrono::milliseconds backoff_min, backoff_max;
  std::size_t budget; ///< Retries a minute, of all partitions.
};

/// What decisions depend on beside the intake's limits.
struct decide_settings {
  std::string phq9_missing;                 ///< none, two: items that may be missing for a total.
  std::vector<std::string> causality_terms; ///< STUDY=TERM|TERM|...
  std::vector<std::string> optional_rules;  ///< Rule numbers.
  std::vector<std::string> score_alerts;    ///< SCALE>=NUMBER:URGENCY.
  std::chrono::milliseconds clock_skew_max;
};

/// What the node publishes: dead letters and anchors.
struct outbound_settings {
  std::chrono::milliseconds interval, patience;
  std::size_t records_max, bytes_max;
};

struct anchor_settings {
  std::chrono::milliseconds interval;
  std::string key_file;
  std::string key; ///< Read from key_file: a private key in PEM; never shown.
};

/// How alerts are brought to people; who and by what is in the sections channels, recipients and
/// alert_rules.
struct notifier_settings {
  std::chrono::milliseconds interval, lease, alarm_after, alert_age_max;
  std::size_t in_flight_max;
  std::string fallback_role;
  std::chrono::milliseconds immediate_delivery, urgent_delivery, routine_delivery;
  std::chrono::milliseconds immediate_acknowledgement, urgent_acknowledgement,
      routine_acknowledgement;
  std::chrono::milliseconds backoff_min, backoff_max;
  std::size_t digest_from, digest_max;
  std::chrono::milliseconds digest_wait;
};

/// Regulatory clocks; what is due to whom is in the section clocks.kinds.
struct clock_settings {
  std::string time_zone; ///< Of the sponsor; an IANA name.
  std::chrono::milliseconds interval;
  std::size_t case_versions_max;
};

/// Forms that are compared with others of their subject.
struct review_settings {
  std::vector<std::string> score_changes; ///< SCALE>=+NUMBER [since previous]:URGENCY.
  std::chrono::milliseconds interval;
  std::size_t forms_max;
};

/// Where people acknowledge by the links of their messages.
struct http_settings {
  std::string listen;     ///< HOST:PORT; empty: nowhere.
  std::string public_url; ///< What links begin with; empty: messages have none.
  std::string link_key_file;
  std::string link_keys; ///< Read from link_key_file, a line each: the first signs, all verify;
                         ///< never shown.
  std::chrono::milliseconds link_valid_for, request_max;
  std::size_t connections_max, request_bytes_max, per_minute_max;
  bool plain; ///< Whether addresses beyond this machine may be served without TLS.
  std::string certificate_file, key_file;
  std::string certificate, key; ///< Read from them: PEM; the key is never shown.
};

struct registry_settings {
  std::size_t entries_max;
  std::chrono::milliseconds age_max, negative_age_max;
};

struct supervision_settings {
  std::size_t restarts_max;
  std::chrono::milliseconds restart_window, stop_grace;
  std::size_t stuck_after; ///< Deadlines of its lane without an answer, after which a partition is
                           ///< claimed anew.
};

struct control_settings {
  std::string socket; ///< A path; auto: aepro's own place; empty: none.
};

struct log_settings {
  std::string level;  ///< debug, info, warn, error, off.
  std::string format; ///< text, json.
};

struct settings {
  std::string brokers; ///< HOST:PORT,...; empty: not said.
  std::string store;   ///< sqlite:PATH or postgresql://...
  std::string group;
  std::string instance_id; ///< Static membership; empty: a dynamic member.
  topic_settings topics;
  batch_settings batch;
  credit_settings credits;
  lanes_settings lanes;
  intake_settings intake;
  validation_settings validation;
  storage_settings storage;
  retry_settings retry;
  registry_settings registry;
  decide_settings decide;
  outbound_settings outbound;
  anchor_settings anchors;
  notifier_settings notifier;
  clock_settings clocks;
  std::vector<clock_kind> clock_kinds =
      default_clock_kinds(); ///< The section clocks.kinds of the file.
  review_settings review;
  http_settings http;
  notifier_rules alerts; ///< The sections channels, recipients and alert_rules of the file.
  supervision_settings supervision;
  control_settings control;
  log_settings log;
  std::chrono::milliseconds drain_grace;

  /// librdkafka properties: aepro's safe defaults, then those under `kafka:`.
  std::map<std::string, std::string> kafka;
  /// librdkafka properties read from `kafka.*_file` or the environment; never shown.
  std::map<std::string, std::string> kafka_secrets;

  /// Every value as the table's default says.
  settings();
};

} // namespace aepro
