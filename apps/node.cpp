#include "apps/node.hpp"

#include "apps/decide_options_of.hpp"
#include "apps/open_store.hpp"

#include "actors/acknowledge/kafka_acknowledgements.hpp"
#include "actors/common/log.hpp"
#include "actors/control/control_actor.hpp"
#include "actors/control/control_text.hpp"
#include "actors/ingest/kafka_source.hpp"
#include "actors/notifier/make_channel.hpp"
#include "actors/outbound/kafka_sink.hpp"
#include "actors/storage/clock_store.hpp"
#include "actors/storage/make_store.hpp"
#include "actors/storage/notification_store.hpp"
#include "actors/storage/publication_store.hpp"
#include "config/http_check.hpp"
#include "messages/error_text.hpp"

#include <caf/all.hpp>
#include <fmt/format.h>
#include <malloc.h>

#include <array>
#include <future>
#include <mutex>
#include <random>
#include <stdexcept>
#include <thread>
#include <unistd.h>

namespace aepro {

namespace {

/// For the supervisor, which itself waits up to twice two seconds for its stages.
constexpr std::chrono::seconds control_patience{6};

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
  options.window = {values.credits.adaptive, values.credits.batches_min, values.credits.batches_max};
  options.stuck_after = values.supervision.stuck_after;
  options.poll_interval = values.intake.poll_interval;
  options.commit_interval = values.intake.commit_interval;
  options.store_check_interval = values.intake.store_check_interval;
  options.subjects_topic = values.topics.subjects;
  options.catch_up_max = values.intake.subjects_wait;
  options.drain_max = values.drain_grace;
  options.hand_over_max = values.intake.hand_over_max;
  options.seed = std::random_device{}();
  return options;
}

/// The store may be down when the node starts: its schema is brought up at the first connection that works.
class node_store {
public:
  explicit node_store(const settings& values)
    : database_(open_store_of(values)), migrated_(!values.storage.migrate_on_start) {}

  caf::expected<std::unique_ptr<event_store>> connect() {
    const std::lock_guard lock{mutex_};
    if (auto failed = prepare())
      return failed;
    return (*database_)->connect();
  }

  caf::expected<std::unique_ptr<publication_store>> publish() {
    const std::lock_guard lock{mutex_};
    if (auto failed = prepare())
      return failed;
    return (*database_)->publish();
  }

  caf::expected<std::unique_ptr<notification_store>> notify() {
    const std::lock_guard lock{mutex_};
    if (auto failed = prepare())
      return failed;
    return (*database_)->notify();
  }

  caf::expected<std::unique_ptr<clock_store>> clocks() {
    const std::lock_guard lock{mutex_};
    if (auto failed = prepare())
      return failed;
    return (*database_)->clocks();
  }

private:
  caf::error prepare() {
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

publisher_options publisher_from(const settings& values, const std::shared_ptr<node_store>& store) {
  publisher_options options;
  options.open_store = [store] { return store->publish(); };
  options.open_outlet = [values] { return open_kafka_sink(values); };
  options.dead_letters_topic = values.topics.dead_letters;
  options.anchors_topic = values.topics.ledger_anchors;
  options.limits = {values.outbound.records_max, values.outbound.bytes_max};
  options.interval = values.outbound.interval;
  options.anchor_interval = values.anchors.interval;
  options.patience = values.outbound.patience;
  options.drain_max = values.drain_grace;
  options.retry = {values.retry.backoff_min, values.retry.backoff_max};
  options.seed = std::random_device{}();
  if (!values.anchors.key.empty())
    options.signer = signer_of(values);
  return options;
}

/// Who delivered an alert, in its attempts: a static member's name, else the machine's and the process's.
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

acknowledge_options acknowledge_from(const settings& values, const std::shared_ptr<node_store>& store) {
  acknowledge_options options;
  const bool has_topic = !values.topics.acknowledgements.empty();
  if (values.http.listen.empty() && !has_topic)
    return options; // By `aepro alerts ack` alone.
  options.open_store = [store] { return store->notify(); };
  if (has_topic)
    options.open_source = [values] { return open_kafka_acknowledgements(values); };
  options.links = links_from(values);
  options.rules = values.alerts;
  options.fallback_role = values.notifier.fallback_role;
  options.per_minute_max = values.http.per_minute_max;
  return options;
}

notifier_options notifier_from(const settings& values, const std::shared_ptr<node_store>& store) {
  notifier_options options;
  if (values.alerts.channels.empty())
    return options; // Alerts wait in the store.
  options.open_store = [store] { return store->notify(); };
  options.channel_opener = [values](const channel_settings& channel) {
    return [values, channel] { return make_channel(channel, values); };
  };
  const auto& own = values.notifier;
  options.rules = values.alerts;
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
  options.digests = {{own.digest_from, own.digest_max, own.digest_wait.count()}, own.digest_wait};
  options.drain_max = values.drain_grace;
  options.seed = std::random_device{}();
  return options;
}

clock_options clocks_from(const settings& values, const std::shared_ptr<node_store>& store) {
  clock_options options;
  if (values.clock_kinds.empty())
    return options; // Nothing is due to anybody.
  options.open_store = [store] { return store->clocks(); };
  options.planning = {"", values.clocks.time_zone, values.clock_kinds, values.notifier.alert_age_max};
  options.rules = values.alerts;
  options.interval = values.clocks.interval;
  options.case_versions_max = values.clocks.case_versions_max;
  return options;
}

} // namespace

pipeline_options pipeline_from(const settings& values) {
  pipeline_options options;
  const auto store = std::make_shared<node_store>(values);
  options.storage.open = [store] { return store->connect(); };
  options.storage.writers = values.storage.connections;
  options.storage.breaker = std::make_shared<store_breaker>(values.storage.probe_interval);
  options.storage.group_records_max = values.storage.group_records_max;
  options.storage.lanes = options.validation.lanes = lanes_from(values);
  options.storage.one_writes_at_a_time = values.store.starts_with("sqlite:");
  options.registry.cache = {values.registry.entries_max, values.registry.age_max,
                            values.registry.negative_age_max};
  options.validation.decide = decide_options_of(values);
  options.validation.workers = values.validation.workers > 0
                                 ? values.validation.workers
                                 : std::max(1U, std::thread::hardware_concurrency());
  options.validation.segment.compression_level = static_cast<int>(values.storage.compression_level);
  options.storage.segment = options.validation.segment;
  options.ingest = ingest_from(values);
  options.publisher = publisher_from(values, store);
  options.notifier = notifier_from(values, store);
  options.clocks = clocks_from(values, store);
  options.acknowledge = acknowledge_from(values, store);
  options.restarts = {values.supervision.restarts_max, values.supervision.restart_window};
  options.validation.restarts = options.restarts;
  const auto slowest = std::max({values.lanes.adverse_events.deadline, values.lanes.questionnaire_responses.deadline,
                                 values.lanes.subjects.deadline});
  options.validation.stuck_after = slowest * static_cast<std::int64_t>(values.supervision.stuck_after);
  options.storage.stuck_after = options.validation.stuck_after;
  options.stop_grace = values.supervision.stop_grace;
  return options;
}

void configure_log(const settings& values, bool quiet) {
  static const std::map<std::string, log::level> levels{{"debug", log::level::debug},
                                                        {"info", log::level::info},
                                                        {"warn", log::level::warn},
                                                        {"error", log::level::error},
                                                        {"off", log::level::off}};
  const auto level = levels.at(values.log.level);
  log::configure(quiet ? std::max(level, log::level::error) : level, values.log.format == "json");
}

struct node::impl {
  explicit impl(pipeline_options options)
    : abandoned(options.abandoned),
      system(configured(configuration)),
      self(system),
      drain_wanted(options.drain_wanted),
      acknowledging(options.acknowledge.place) {
    supervisor = system.spawn<supervisor_impl>(std::move(options));
    self->monitor(supervisor);
  }

  /// Without a limit on throughput two busy actors starve the others of two cores; work stealing would poll
  /// while idle. Batches are megabytes that come and go: their memory is kept rather than mapped anew.
  static caf::actor_system_config& configured(caf::actor_system_config& chosen) {
    constexpr int keep_bytes = 32 << 20;
    mallopt(M_MMAP_THRESHOLD, keep_bytes);
    mallopt(M_TRIM_THRESHOLD, keep_bytes);
    mallopt(M_ARENA_MAX, 4);
    chosen.set("caf.scheduler.policy", "sharing");
    chosen.set("caf.scheduler.max-throughput", 20);
    chosen.set("caf.scheduler.max-threads", std::max<std::size_t>(2, std::thread::hardware_concurrency()));
    return chosen;
  }

  void end_control() {
    if (control)
      caf::anon_send_exit(control, caf::exit_reason::user_shutdown);
    control = nullptr;
  }

  void note_down() {
    self->receive(
      [this](const caf::down_msg& message) {
        down = true;
        reason = error_text(message.reason);
      },
      caf::after(std::chrono::seconds{0}) >> [] {});
  }

  std::shared_ptr<std::atomic<std::size_t>> abandoned; ///< Stages that did not stop.
  caf::actor_system_config configuration;
  caf::actor_system system;
  caf::scoped_actor self;
  supervisor_actor supervisor;
  control_actor control;
  std::shared_ptr<const std::atomic<bool>> drain_wanted;
  std::shared_ptr<const acknowledge_place> acknowledging;
  bool down = false;
  std::string reason;
};

node::node(pipeline_options options) {
  static std::once_flag once;
  std::call_once(once, [] {
    caf::init_global_meta_objects<caf::id_block::aepro>();
    caf::core::init_global_meta_objects();
  });
  impl_ = std::make_unique<impl>(std::move(options));
}

node::~node() {
  if (!impl_->down)
    caf::anon_send_exit(impl_->supervisor, caf::exit_reason::kill);
  impl_->supervisor = nullptr;
  impl_->end_control();
}

control_handler node::control(node_identity identity) {
  impl_->control = impl_->system.spawn<control_impl>(impl_->supervisor, std::move(identity), control_patience);
  // Only the address: a handle that somebody still holds would keep the actor system from ending.
  return [address = impl_->control.address()](const std::string& line, std::uint32_t uid, control_answer answer) {
    auto request = parse_request(line);
    if (const auto* wrong = std::get_if<std::string>(&request))
      return answer(outcome_line({false, *wrong}));
    const auto target = caf::actor_cast<control_actor>(address);
    if (!target)
      return answer(outcome_line({false, "the node has stopped"}));
    auto question = std::make_shared<control_question>();
    question->command = std::get<control_command>(std::move(request));
    question->command.uid = uid;
    question->answer = std::move(answer);
    caf::anon_send(target, std::move(question));
  };
}

std::shared_ptr<const acknowledge_place> node::acknowledging() const {
  return impl_->acknowledging;
}

bool node::drain_wanted() const {
  return *impl_->drain_wanted;
}

std::optional<ingest_status> node::status() {
  std::optional<ingest_status> answer;
  if (impl_->down)
    return answer;
  caf::scoped_actor asker{impl_->system}; // An answer that comes too late ends with it.
  asker->request(impl_->supervisor, std::chrono::seconds{1}, status_atom_v)
    .receive([&answer](const ingest_status& status) { answer = status; }, [](const caf::error&) {});
  return answer;
}

std::string node::stopped_because() {
  impl_->note_down();
  return impl_->down ? impl_->reason : std::string{};
}

std::size_t node::left_behind(std::chrono::milliseconds grace) {
  constexpr std::chrono::milliseconds look_interval{5};
  impl_->end_control();
  const auto until = std::chrono::steady_clock::now() + grace;
  const auto running = [this] { return impl_->system.registry().running() - 1; }; // But the one that asks.
  while (running() > impl_->abandoned->load() && std::chrono::steady_clock::now() < until)
    std::this_thread::sleep_for(look_interval);
  return running();
}

std::optional<drain_status> node::drain(const std::function<void(const ingest_status&)>& answered) {
  constexpr std::chrono::milliseconds look_interval{100};
  auto drained = std::async(std::launch::async, [this] {
    caf::scoped_actor asker{impl_->system};
    std::optional<drain_status> settled;
    asker->request(impl_->supervisor, caf::infinite, drain_atom_v)
      .receive([&settled](const drain_status& status) { settled = status; }, [](const caf::error&) {});
    return settled;
  });
  while (drained.wait_for(look_interval) != std::future_status::ready)
    if (answered)
      if (const auto now = status())
        answered(*now);
  auto settled = drained.get();
  impl_->down = true;
  return settled;
}

} // namespace aepro
