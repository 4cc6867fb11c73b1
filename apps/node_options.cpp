/// What the settings say of a node's actors.

#include "apps/decide_options_of.hpp"
#include "apps/node.hpp"
#include "apps/open_store.hpp"

#include "actors/acknowledge/kafka_acknowledgements.hpp"
#include "actors/ingest/kafka_source.hpp"
#include "actors/notifier/make_channel.hpp"
#include "actors/notifier/rule_examples.hpp"
#include "actors/outbound/kafka_sink.hpp"
#include "actors/review/review_settings.hpp"
#include "actors/storage/clock_store.hpp"
#include "actors/storage/make_store.hpp"
#include "actors/storage/notification_store.hpp"
#include "actors/storage/publication_store.hpp"
#include "actors/storage/review_store.hpp"
#include "config/http_check.hpp"

#include <fmt/format.h>

#include <array>
#include <mutex>
#include <random>
#include <stdexcept>
#include <thread>
#include <unistd.h>

namespace aepro {

namespace {

lane_plan lanes_from(const settings& values) {
  lane_plan lanes{values.topics.adverse_events, values.topics.subjects, {}};
  lanes.shares[lane::adverse_events] = values.lanes.adverse_events.share;
  lanes.shares[lane::subjects] = values.lanes.subjects.share;
  lanes.shares[lane::questionnaire_responses] = values.lanes.questionnaire_responses.share;
  return lanes;
}

ingest_options ingest_from(const settings& values) {
  ingest_options options;
  options.open = [values] { return make_kafka_source(values); };
  options.intake = {values.batch.records_max,
                    values.batch.bytes_max,
                    values.batch.age_max,
                    values.credits.partition_batches_max,
                    values.credits.partition_bytes_max,
                    values.lanes.questionnaire_responses.deadline,
                    {values.retry.backoff_min, values.retry.backoff_max}};
  options.deadlines = {{values.topics.adverse_events, values.lanes.adverse_events.deadline},
                       {values.topics.subjects, values.lanes.subjects.deadline}};
  options.retry_budget = values.retry.budget;
  options.credit = {values.credits.batches_max, values.credits.bytes_max};
  options.lanes = lanes_from(values);
  options.delay_max = values.lanes.delay_max;
  options.window = {values.credits.adaptive, values.credits.batches_min,
                    values.credits.batches_max};
  options.stuck_after = values.supervision.stuck_after;
  options.poll_interval = values.intake.poll_interval;
  options.commit_interval = values.intake.commit_interval;
  options.store_check_interval = values.intake.store_check_interval;
  options.subjects_topic = values.topics.subjects;
  options.catch_up_max = values.intake.subjects_wait;
  options.hand_over_max = values.intake.hand_over_max;
  options.seed = std::random_device{}();
  return options;
}

/// The store may be down when the node starts: its schema is brought up at the first connection
/// that works.
class node_store {
public:
  node_store(const settings& values, store_sharing shared)
      : database_(open_store_of(values, std::move(shared))),
        migrated_(!values.storage.migrate_on_start) {}

  caf::expected<std::unique_ptr<event_store>> connect() { return open(&store_database::connect); }
  caf::expected<std::unique_ptr<publication_store>> publish() {
    return open(&store_database::publish);
  }
  caf::expected<std::unique_ptr<notification_store>> notify() {
    return open(&store_database::notify);
  }
  caf::expected<std::unique_ptr<clock_store>> clocks() { return open(&store_database::clocks); }
  caf::expected<std::unique_ptr<review_store>> reviews() { return open(&store_database::reviews); }

private:
  template <class Store>
  caf::expected<std::unique_ptr<Store>>
  open(caf::expected<std::unique_ptr<Store>> (store_database::*how)()) {
    if (auto failed = prepare())
      return failed;
    return (database_->get()->*how)();
  }

  /// One stage brings the schema up; the others wait for it.
  caf::error prepare() {
    const std::lock_guard lock{mutex_};
    if (!database_)
      return database_.error();
    if (migrated_)
      return {};
    if (auto done = (*database_)->migrate(); !done)
      return std::move(done.error());
    migrated_ = true;
    return {};
  }

  std::mutex mutex_; ///< Stages open their connections on threads of their own.
  caf::expected<std::unique_ptr<store_database>> database_;
  bool migrated_;
};

/// The key was checked when the settings were loaded.
std::shared_ptr<const anchor_signer> signer_of(const settings& values) {
  auto made = anchor_signer::from_pem(values.anchors.key);
  if (const auto* wrong = std::get_if<std::string>(&made))
    throw std::invalid_argument(fmt::format("{} {}", values.anchors.key_file, *wrong));
  return std::make_shared<const anchor_signer>(std::get<anchor_signer>(std::move(made)));
}

publisher_options publisher_from(const settings& values, const std::shared_ptr<node_store>& store,
                                 const call_limit_ptr& limit) {
  publisher_options options;
  options.open_store = [store] { return store->publish(); };
  options.open_outlet = [values, limit] { return open_kafka_sink(values, limit); };
  options.dead_letters_topic = values.topics.dead_letters;
  options.anchors_topic = values.topics.ledger_anchors;
  options.limits = {values.outbound.records_max, values.outbound.bytes_max};
  options.interval = values.outbound.interval;
  options.anchor_interval = values.anchors.interval;
  options.patience = values.outbound.patience;
  options.retry = {values.retry.backoff_min, values.retry.backoff_max};
  options.seed = std::random_device{}();
  if (!values.anchors.key.empty())
    options.signer = signer_of(values);
  return options;
}

/// Who delivered an alert, in its attempts: a static member's name, else the machine's and the
/// process's.
std::string node_name(const settings& values) {
  if (!values.instance_id.empty())
    return values.instance_id;
  std::array<char, 256> host{};
  gethostname(host.data(), host.size() - 1);
  return fmt::format("{}:{}", host.data(), getpid());
}

link_options links_from(const settings& values) {
  const auto& http = values.http;
  return {http.public_url, link_keys_of(http.link_keys), http.link_valid_for};
}

acknowledge_options acknowledge_from(const settings& values,
                                     const std::shared_ptr<node_store>& store) {
  acknowledge_options options;
  const bool has_topic = !values.topics.acknowledgements.empty();
  if (values.http.listen.empty() && !has_topic)
    return options; // By `aepro alerts ack` alone.
  options.open_store = [store] { return store->notify(); };
  if (has_topic)
    options.open_source = [values] { return open_kafka_acknowledgements(values); };
  options.links = links_from(values);
  options.rules = without_examples(values.alerts);
  options.fallback_role = values.notifier.fallback_role;
  options.per_minute_max = values.http.per_minute_max;
  return options;
}

digest_options digests_from(const notifier_settings& own) {
  return {{own.digest_from, own.digest_max, own.digest_wait.count()}, own.digest_wait};
}

notifier_options notifier_from(const settings& values, const std::shared_ptr<node_store>& store,
                               const call_limit_ptr& limit) {
  notifier_options options;
  if (values.alerts.channels.empty())
    return options; // Alerts wait in the store.
  options.open_store = [store] { return store->notify(); };
  options.channel_opener = [values, limit](const channel_settings& channel) {
    return [values, limit, channel] { return make_channel(channel, values, limit); };
  };
  const auto& own = values.notifier;
  options.rules = without_examples(values.alerts);
  options.links = links_from(values);
  options.node = node_name(values);
  options.fallback_role = own.fallback_role;
  options.escalation = {{own.immediate_delivery, own.immediate_acknowledgement},
                        {own.urgent_delivery, own.urgent_acknowledgement},
                        {own.routine_delivery, own.routine_acknowledgement},
                        own.backoff_min,
                        own.backoff_max};
  options.age_max = own.alert_age_max;
  options.alarm_after = own.alarm_after;
  options.interval = own.interval;
  options.lease = own.lease;
  options.in_flight_max = own.in_flight_max;
  options.digests = digests_from(own);
  options.seed = std::random_device{}();
  return options;
}

clock_options clocks_from(const settings& values, const std::shared_ptr<node_store>& store) {
  clock_options options;
  if (values.clock_kinds.empty())
    return options; // Nothing is due to anybody.
  options.open_store = [store] { return store->clocks(); };
  options.planning = {"", values.clocks.time_zone, values.clock_kinds,
                      values.notifier.alert_age_max};
  options.rules = without_examples(values.alerts);
  options.interval = values.clocks.interval;
  options.case_versions_max = values.clocks.case_versions_max;
  return options;
}

review_options reviews_from(const settings& values, const std::shared_ptr<node_store>& store) {
  review_options options;
  options.changes = {score_changes_of(values), values.review.forms_max};
  if (values.alerts.channels.empty() || options.changes.changes.empty())
    return options; // Forms wait in the store.
  options.open_store = [store] { return store->reviews(); };
  options.audience = {without_examples(values.alerts),
                      {"", values.notifier.alert_age_max},
                      values.notifier.fallback_role,
                      digests_from(values.notifier)};
  options.interval = values.review.interval;
  if (values.store.starts_with("sqlite:")) { // One writes at a time, and the intake comes first.
    options.page.forms_max = 20;
    options.rest = std::chrono::milliseconds{20};
  }
  return options;
}

} // namespace

pipeline_options pipeline_from(const settings& values) {
  pipeline_options options;
  const auto clock = store_clock_of(values);
  const auto store = std::make_shared<node_store>(values, store_sharing{options.calls, clock});
  const bool is_sqlite = values.store.starts_with("sqlite:");
  options.storage.open = [store] { return store->connect(); };
  options.storage.writers = values.storage.connections;
  options.storage.breaker = std::make_shared<store_breaker>(values.storage.probe_interval);
  options.storage.group_records_max = values.storage.group_records_max;
  options.storage.lanes = options.validation.lanes = lanes_from(values);
  options.storage.one_writes_at_a_time = is_sqlite;
  options.registry.cache = {values.registry.entries_max, values.registry.age_max,
                            values.registry.negative_age_max};
  options.validation.decide = decide_options_of(values);
  options.validation.workers = values.validation.workers > 0
                                   ? values.validation.workers
                                   : std::max(1U, std::thread::hardware_concurrency());
  options.validation.segment.compression_level = static_cast<int>(values.storage.compression_level);
  options.storage.segment = options.validation.segment;
  options.ingest = ingest_from(values);
  options.ingest.clock = clock;
  options.ingest.stamps_tell_time = is_sqlite;
  options.publisher = publisher_from(values, store, options.calls);
  options.notifier = notifier_from(values, store, options.calls);
  options.clocks = clocks_from(values, store);
  options.reviews = reviews_from(values, store);
  options.acknowledge = acknowledge_from(values, store);
  options.restarts = {values.supervision.restarts_max, values.supervision.restart_window};
  options.validation.restarts = options.restarts;
  const auto slowest =
      std::max({values.lanes.adverse_events.deadline, values.lanes.questionnaire_responses.deadline,
                values.lanes.subjects.deadline});
  options.validation.stuck_after =
      slowest * static_cast<std::int64_t>(values.supervision.stuck_after);
  options.storage.stuck_after = options.validation.stuck_after;
  options.drain_max = values.drain_grace;
  options.stop_grace = values.supervision.stop_grace;
  return options;
}

} // namespace aepro
