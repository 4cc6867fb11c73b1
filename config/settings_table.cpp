#include "config/setting_rows.hpp"

#include <algorithm>
#include <vector>

namespace aepro {

namespace {

using namespace setting_rows;

const setting_row intake_rows[] = {
    // Where
    {"brokers", text, "", "", 0, 0, "",
     "Kafka bootstrap servers, HOST:PORT separated by commas. Needed by every command that talks "
     "to Kafka.",
     "", at<&settings::brokers>},
    {"store", text, "", "sqlite:aepro.sqlite", 0, 0, "",
     "The store: sqlite:PATH, or postgresql://USER@HOST:PORT/DATABASE without a password "
     "(storage.password_file names it).",
     "", at<&settings::store>},
    {"group", text, "", "aepro", 0, 0, "",
     "Kafka consumer group; nodes of one group share the partitions.", "", at<&settings::group>},
    {"instance_id", text, "", "", 0, 0, "",
     "Name of this node in the group (static membership): its partitions wait for it through a "
     "restart. "
     "Must differ between nodes. Empty: a dynamic member.",
     "", at<&settings::instance_id>},
    // Topics
    {"topics.adverse_events", text, "", "aepro.adverse-events", 0, 0, "",
     "Topic of adverse events, in.", "", at<&settings::topics, &topic_settings::adverse_events>},
    {"topics.questionnaire_responses", text, "", "aepro.questionnaire-responses", 0, 0, "",
     "Topic of questionnaire responses, in.", "",
     at<&settings::topics, &topic_settings::questionnaire_responses>},
    {"topics.subjects", text, "", "aepro.subjects", 0, 0, "",
     "Topic of subjects' reference data, in.", "",
     at<&settings::topics, &topic_settings::subjects>},
    {"topics.dead_letters", text, "", "aepro.dead-letters", 0, 0, "",
     "Topic of rejected records, out.", "", at<&settings::topics, &topic_settings::dead_letters>},
    {"topics.ledger_anchors", text, "", "aepro.ledger-anchors", 0, 0, "",
     "Topic to which the ledger's heads are published, out.", "",
     at<&settings::topics, &topic_settings::ledger_anchors>},
    {"topics.acknowledgements", text, "", "", 0, 0, "",
     "Topic in which systems acknowledge alerts, in; for example aepro.acknowledgements "
     "(docs/alerts.md). Whoever may "
     "write to it may acknowledge. Empty: none.",
     "", at<&settings::topics, &topic_settings::acknowledgements>},
    {"topics.partitions", count, "partitions", "4", 1, 10000, "",
     "Partitions of each topic that `aepro topics create` makes.",
     "More nodes and cores can share the work; more hash chains, and smaller batches at a low "
     "rate. "
     "Changing it later moves subjects to other partitions.",
     at<&settings::topics, &topic_settings::partitions>},
    {"topics.replication", count, "replicas", "0", 0, 100, "",
     "Replicas of each topic that `aepro topics create` makes; 0: the broker's default.",
     "Survives the loss of more brokers; more disk and network on the brokers.",
     at<&settings::topics, &topic_settings::replication>},
    // Batches and credits
    {"batch.records_max", count, "records", "1000", 1, 100000, "", "Most records in a batch.",
     "Less work per record in the store; a batch takes longer, and more is repeated after a "
     "failure.",
     at<&settings::batch, &batch_settings::records_max>},
    {"batch.bytes_max", bytes, "", "1MiB", 64 * kibibyte, gibibyte, "",
     "Most bytes (keys, headers, values) in a batch; a single larger record makes a batch of its "
     "own.",
     "Less work per record with large records; more memory.",
     at<&settings::batch, &batch_settings::bytes_max>},
    {"batch.age_max", duration, "", "1ms", 0, 10 * second, "",
     "Longest wait of a batch's first record for others to join it.",
     "Fuller batches at a low rate; every record waits so much longer.",
     at<&settings::batch, &batch_settings::age_max>},
    {"credits.partition_batches_max", count, "batches", "4", 1, 1000, "",
     "Batches of one partition between ingest and the store.",
     "Keeps the stages busy when the store's answers vary; more memory, more to repeat after a "
     "failure.",
     at<&settings::credits, &credit_settings::partition_batches_max>},
    {"credits.partition_bytes_max", bytes, "", "4MiB", 64 * kibibyte, 16 * gibibyte, "",
     "Bytes of one partition between ingest and the store.", "As above, for large records; memory.",
     at<&settings::credits, &credit_settings::partition_bytes_max>},
    {"credits.batches_max", count, "batches", "64", 3, 10000, "",
     "Batches of all partitions between ingest and the store; each lane keeps its share, one at "
     "least.",
     "More partitions are served at a time; memory, and longer waits behind others.",
     at<&settings::credits, &credit_settings::batches_max>},
    {"credits.bytes_max", bytes, "", "16MiB", 64 * kibibyte, 64 * gibibyte, "",
     "Bytes of all partitions between ingest and the store.", "More partitions at a time; memory.",
     at<&settings::credits, &credit_settings::bytes_max>},
    {"credits.adaptive", flag, "", "true", 0, 0, "",
     "Whether credits.batches_max is an upper end only: while batches take longer than usual to "
     "become durable, fewer "
     "are in flight.",
     "", at<&settings::credits, &credit_settings::adaptive>},
    {"credits.batches_min", count, "batches", "16", 3, 10000, "",
     "So many may be in flight whatever the store's latency, though not more than "
     "credits.batches_max.",
     "Throughput suffers less from a latency that varies; a slow store has more waiting before it.",
     at<&settings::credits, &credit_settings::batches_min>},
    // Lanes
    {"lanes.adverse_events.deadline", duration, "", "5s", 10, hour, "",
     "Time from polling an adverse event to its durability; then what it waits for is ended and "
     "tried again, and health turns red. If its sender set no deadline it is marked late "
     "(lateness_ms), and the alert delayed-adverse-event becomes due.",
     "A slow store is given longer; slowness is noticed later.",
     at<&settings::lanes, &lanes_settings::adverse_events, &lane_settings::deadline>},
    {"lanes.questionnaire_responses.deadline", duration, "", "30s", 10, hour, "",
     "The same for questionnaire responses, without the alert.", "As above.",
     at<&settings::lanes, &lanes_settings::questionnaire_responses, &lane_settings::deadline>},
    {"lanes.subjects.deadline", duration, "", "30s", 10, hour, "",
     "The same for subjects' reference data.", "As above.",
     at<&settings::lanes, &lanes_settings::subjects, &lane_settings::deadline>},
    {"lanes.adverse_events.share", count, "percent", "25", 1, 90, "",
     "Share that is kept for adverse events: of credits, of the validation workers' places and of "
     "storage.connections (one at least, where there are two). Adverse events go first in any "
     "case.",
     "Adverse events wait less behind a flood of forms; forms are slower even when no adverse "
     "event comes.",
     at<&settings::lanes, &lanes_settings::adverse_events, &lane_settings::share>},
    {"lanes.questionnaire_responses.share", count, "percent", "25", 1, 90, "",
     "Share that questionnaire responses keep of credits, and get of what workers and connections "
     "do, however many adverse events come.",
     "Forms go on faster during a flood of adverse events, which wait longer.",
     at<&settings::lanes, &lanes_settings::questionnaire_responses, &lane_settings::share>},
    {"lanes.subjects.share", count, "percent", "5", 1, 90, "",
     "The same for subjects' reference data.", "As above.",
     at<&settings::lanes, &lanes_settings::subjects, &lane_settings::share>},
    {"lanes.delay_max", duration, "", "10ms", 0, 60'000, "",
     "What other lanes may add to the time from Kafka to the store of an adverse event, beyond "
     "twice the least of the "
     "last minute. Where it is more, fewer of their batches are in flight, one each at least, "
     "until adverse events are "
     "quick again or none come; 0ms: they are never slowed.",
     "Forms and subjects go on faster beside adverse events, which wait longer.",
     at<&settings::lanes, &lanes_settings::delay_max>},
    // Intake
    {"intake.poll_interval", duration, "", "5ms", 1, 100, "",
     "Longest time between two looks at Kafka. Records that come wake the node at once, whatever "
     "this is.",
     "Fewer wake-ups on an idle node; time limits (batch.age_max, retries) are kept less exactly.",
     at<&settings::intake, &intake_settings::poll_interval>},
    {"intake.commit_interval", duration, "", "1s", 100, hour, "",
     "How often offsets are committed to Kafka. They only inform lag tools: the store's are the "
     "truth.",
     "Less work for the broker; lag tools see older figures.",
     at<&settings::intake, &intake_settings::commit_interval>},
    {"intake.store_check_interval", duration, "", "10s", second, hour, "",
     "How often a node looks whether the store still has what it has settled: a fail-over or a "
     "restored backup may lack "
     "the last commits, which are then read again.",
     "Fewer queries; what a quiet partition has lost is read again later. Partitions that are "
     "written to notice at once.",
     at<&settings::intake, &intake_settings::store_check_interval>},
    {"intake.hand_over_max", duration, "", "2s", 0, minute, "",
     "Time for what is in flight of a partition to become durable when the group wants it back, "
     "before it is handed "
     "over all the same.",
     "The next owner reads less again; while the store hangs, a rebalance takes longer, and the "
     "node's other partitions "
     "fetch nothing meanwhile.",
     at<&settings::intake, &intake_settings::hand_over_max>},
    {"intake.subjects_wait", duration, "", "30s", 0, hour, "",
     "Longest wait at the start for the subjects topic to be caught up before events are taken.",
     "Events of new subjects find their reference data after a long outage; a slower start while "
     "it lasts.",
     at<&settings::intake, &intake_settings::subjects_wait>},
    {"intake.value_bytes_max", bytes, "", "1MiB", kibibyte, 64 * mebibyte, "",
     "Largest value of a record; larger ones are rejected, with the raw bytes kept.",
     "Larger forms pass; more memory per record.",
     at<&settings::intake, &intake_settings::value_bytes_max>},
    {"intake.answers_max", count, "answers", "10000", 1, 1000000, "",
     "Most answers of a questionnaire response; longer ones are rejected.",
     "Larger forms pass; more time and memory per record.",
     at<&settings::intake, &intake_settings::answers_max>},
    {"intake.reject_unknown_subjects", flag, "", "false", 0, 0, "",
     "Whether an event of a subject without reference data is rejected instead of accepted with a "
     "finding.",
     "", at<&settings::intake, &intake_settings::reject_unknown_subjects>},
    {"intake.studies", list, "", "", 0, 0, "",
     "The studies that are taken; events of others are rejected. Empty: all.", "",
     at<&settings::intake, &intake_settings::studies>},
    // Decisions
    {"decide.phq9_missing", choice, "", "two", 0, 0, "none|two",
     "How many of PHQ-9's nine items may be missing for a total, which is then the mean of the "
     "others "
     "times nine.",
     "", at<&settings::decide, &decide_settings::phq9_missing>},
    {"decide.causality_terms", list, "", "", 0, 0, "",
     "Terms that a study takes for AEREL, as STUDY=TERM|TERM; several studies separated by commas. "
     "A "
     "study that is not named takes any term.",
     "", at<&settings::decide, &decide_settings::causality_terms>},
    {"decide.optional_rules", list, "", "", 0, 0, "",
     "Numbers of optional rules to apply (docs/rules.md); by default they are left out, because "
     "they "
     "would flood adverse events with findings.",
     "", at<&settings::decide, &decide_settings::optional_rules>},
    {"decide.score_alerts", list, "", "", 0, 0, "",
     "Thresholds of scores that raise the alert score-threshold, as SCALE>=NUMBER:URGENCY or "
     "SCALE<=NUMBER:URGENCY, for example PHQ-9>=20:urgent; several separated by commas.",
     "", at<&settings::decide, &decide_settings::score_alerts>},
    {"decide.clock_skew_max", duration, "", "5min", 0, 24 * hour, "",
     "How far an instant may be ahead of the record's Kafka timestamp before it counts as in the "
     "future.",
     "Devices with wrong clocks give fewer findings; entries dated ahead are seen less.",
     at<&settings::decide, &decide_settings::clock_skew_max>},
    // Stages
    {"validation.workers", count, "workers", "2", 0, 256, "",
     "Workers that decide on batches in parallel; 0: one per core.",
     "More throughput where cores are idle; memory, and less room for broker and database beside "
     "it.",
     at<&settings::validation, &validation_settings::workers>},
    {"storage.connections", count, "connections", "3", 1, 64, "",
     "Connections to the store that write at the same time (SQLite lets one write at a time). Of "
     "two or more, one at "
     "least is kept for adverse events: lanes.adverse_events.share.",
     "More throughput on PostgreSQL up to about four; load on the database.",
     at<&settings::storage, &storage_settings::connections>},
    {"storage.clock_difference_max", duration, "", "5min", second, 24 * hour, "",
     "Largest difference between the node's clock and PostgreSQL's that is nobody's concern; with "
     "SQLite, that of "
     "whoever stamps Kafka's records, the broker or the producers. Above it: a warning, about once "
     "a minute, and with SQLite too lateness is judged by that clock; with PostgreSQL it always "
     "is.",
     "A node's wrong clock is noticed later; with SQLite events may be marked late that are not.",
     at<&settings::storage, &storage_settings::clock_difference_max>},
    {"storage.call_max", duration, "", "10s", 100, hour, "",
     "Longest wait for the store where no deadline of a lane counts: claims, look-ups, and what "
     "publishing, alerts and "
     "clocks ask of it.",
     "A store that is only slow is given longer; one that hangs is noticed later.",
     at<&settings::storage, &storage_settings::call_max>},
    {"storage.probe_interval", duration, "", "500ms", 10, 60 * second, "",
     "Longest time that a store which has been failing is left alone while there is work for it "
     "(docs/operate.md).",
     "Less load on a failing store; its recovery is noticed later.",
     at<&settings::storage, &storage_settings::probe_interval>},
    {"storage.group_records_max", count, "records", "20000", 1, 1000000, "",
     "Most records of one transaction, which may hold several batches.",
     "Fewer transactions when the store is slower than the intake; longer ones.",
     at<&settings::storage, &storage_settings::group_records_max>},
    {"storage.compression_level", integer, "", "-1", -7, 19, "",
     "zstd level of the ledger's segments.", "Smaller segments; CPU per record.",
     at<&settings::storage, &storage_settings::compression_level>},
    {"storage.migrate_on_start", flag, "", "true", 0, 0, "",
     "Whether `aepro run` brings an older schema up to date; else it asks for `aepro migrate`.", "",
     at<&settings::storage, &storage_settings::migrate_on_start>},
    {"storage.password_file", file, "", "", 0, 0, "",
     "File with the store's password. A relative name is looked up in $CREDENTIALS_DIRECTORY, then "
     "beside "
     "the settings file. Without it, the environment's AEPRO_STORAGE_PASSWORD counts.",
     "", at<&settings::storage, &storage_settings::password_file>},
    {"retry.backoff_min", duration, "", "50ms", 1, hour, "",
     "First wait before a failed batch is tried again.",
     "Less load on a failing store; slower recovery.",
     at<&settings::retry, &retry_settings::backoff_min>},
    {"retry.backoff_max", duration, "", "10s", 1, hour, "",
     "Longest wait between tries; it doubles up to here.",
     "Less load on a failing store; slower recovery.",
     at<&settings::retry, &retry_settings::backoff_max>},
    {"retry.budget", count, "retries", "600", 1, 1000000, "",
     "Retries of all partitions that a node may spend at once; the budget refills within a minute. "
     "While it is spent, "
     "each retry waits retry.backoff_max.",
     "A failing store with many partitions is asked more often.",
     at<&settings::retry, &retry_settings::budget>},
    {"registry.entries_max", count, "subjects", "20000", 100, 10000000, "",
     "Subjects whose reference data is kept in memory.",
     "Fewer look-ups in the store with many subjects; about 1 KiB of memory each.",
     at<&settings::registry, &registry_settings::entries_max>},
    {"registry.age_max", duration, "", "10min", 0, 24 * hour, "",
     "How long reference data is used before it is looked up again; changes seen in the subjects "
     "topic "
     "are taken at once.",
     "Fewer look-ups; a change made through another node is seen later.",
     at<&settings::registry, &registry_settings::age_max>},
    {"registry.negative_age_max", duration, "", "5s", 0, 24 * hour, "",
     "The same for subjects that are not known.", "Fewer look-ups; a new subject is seen later.",
     at<&settings::registry, &registry_settings::negative_age_max>},
    // Outputs
    {"outbound.interval", duration, "", "1s", 10, hour, "",
     "How often the store is asked for dead letters to publish, while there are none.",
     "Fewer queries; dead letters are published later.",
     at<&settings::outbound, &outbound_settings::interval>},
    {"outbound.records_max", count, "records", "500", 1, 100000, "",
     "Dead letters of a partition that are published at a time.",
     "Fewer round trips; more is published twice after a failure.",
     at<&settings::outbound, &outbound_settings::records_max>},
    {"outbound.bytes_max", bytes, "", "4MiB", kibibyte, gibibyte, "",
     "Bytes of a partition's dead letters that are published at a time; a single larger one goes "
     "alone.",
     "As above; memory.", at<&settings::outbound, &outbound_settings::bytes_max>},
    {"outbound.patience", duration, "", "10s", 100, hour, "",
     "Longest wait for the broker to acknowledge what is published, before it is tried again.",
     "Fewer records are published twice while the broker is slow; a slower stop while it is away.",
     at<&settings::outbound, &outbound_settings::patience>},
    {"anchors.interval", duration, "", "1min", 100, 24 * hour, "",
     "How often the heads of hash chains that have moved are published.",
     "Fewer records; a rewrite of what is younger than the last anchor cannot be seen by it.",
     at<&settings::anchors, &anchor_settings::interval>},
    {"anchors.key_file", file, "", "", 0, 0, "",
     "File with the Ed25519 private key (PEM, without passphrase) that signs anchors. A relative "
     "name is "
     "looked up as for storage.password_file. Empty: anchors are not signed, and whoever may write "
     "to the "
     "topic can forge them.",
     "", at<&settings::anchors, &anchor_settings::key_file>},
    {"drain_grace", duration, "", "20s", 0, hour, "",
     "Time from the word to stop to the end of the node, whatever does not answer: a third of it, "
     "6s at most, is for "
     "calls that hang and for leaving the group, the rest for what is in flight to settle, to be "
     "published and told. Below 6s that third may not do: up to 3s more then.",
     "Less is repeated by the next node; a slower stop while the store hangs.",
     at<&settings::drain_grace>},
};

const setting_row operation_rows[] = {
    {"supervision.restarts_max", count, "restarts", "10", 0, 1000, "",
     "Restarts of stages within supervision.restart_window; one more, and the node drains as far "
     "as it goes and ends.",
     "A crash that comes again is ridden out longer; whoever starts nodes learns of it later.",
     at<&settings::supervision, &supervision_settings::restarts_max>},
    {"supervision.restart_window", duration, "", "1min", second, 24 * hour, "",
     "The time in which restarts are counted.", "Fewer restarts are allowed in the same time.",
     at<&settings::supervision, &supervision_settings::restart_window>},
    {"supervision.stop_grace", duration, "", "15s", 100, 10 * minute, "",
     "Time for a stage to stop when it is told to. One that does not is left behind, which is "
     "logged as an error, "
     "and the node goes on without it.",
     "A call that hangs gets longer to return; a restart or a stop waits longer for it.",
     at<&settings::supervision, &supervision_settings::stop_grace>},
    {"supervision.stuck_after", count, "deadlines", "3", 1, 20, "",
     "A partition of whose batches nothing was answered for so many of its lane's deadlines is "
     "claimed anew and read "
     "again from where the store stands. If that does not help, the node's health turns red.",
     "A stage or store that is only slow gets more time; one that hangs holds its partitions "
     "longer.",
     at<&settings::supervision, &supervision_settings::stuck_after>},
    {"control.socket", text, "", "auto", 0, 0, "",
     "Unix domain socket on which `aepro run` answers `aepro status` and `aepro ctl` of the same "
     "user. auto: named "
     "after group and instance_id, in the folder aepro of $RUNTIME_DIRECTORY, else of "
     "$XDG_RUNTIME_DIR, else in "
     "/tmp/aepro-UID. Empty: none.",
     "", at<&settings::control, &control_settings::socket>},
    {"log.level", choice, "", "info", 0, 0, "debug|info|warn|error|off",
     "What is logged, on stderr.", "", at<&settings::log, &log_settings::level>},
    {"log.format", choice, "", "text", 0, 0, "text|json", "How a log line looks.", "",
     at<&settings::log, &log_settings::format>},
};

} // namespace

std::span<const setting_row> settings_table() {
  static const auto all = [] {
    std::vector<setting_row> rows(std::begin(intake_rows), std::end(intake_rows));
    rows.insert(rows.end(), people_settings().begin(), people_settings().end());
    rows.insert(rows.end(), std::begin(operation_rows), std::end(operation_rows));
    return rows;
  }();
  return all;
}

const setting_row* find_setting(std::string_view name) {
  const auto rows = settings_table();
  const auto found = std::ranges::find(rows, name, &setting_row::name);
  return found == rows.end() ? nullptr : &*found;
}

} // namespace aepro
