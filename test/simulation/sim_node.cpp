#include "sim_node.hpp"

#include "../support/actor_state.hpp"
#include "lane_watch.hpp"
#include "messages/error_text.hpp"

namespace aepro::simulation {

namespace {

using std::chrono::milliseconds;

caf::actor_system_config& testing(caf::actor_system_config& chosen) {
  chosen.set("caf.scheduler.policy", "testing");
  return chosen;
}

const caf::local_actor* actor_of(const caf::resumable& job) {
  return dynamic_cast<const caf::local_actor*>(&job);
}

/// What the watchdog waits for where it must not be the schedule's own slowness.
constexpr std::chrono::seconds long_patience{2};

/// Whether anything has happened after which a stage may say nothing for a while. Else the watchdog
/// would hide a mistake.
bool anything_hung(const trace& log) {
  for (const auto* kind :
       {"hang", "slow-writer", "pause-node", "clock-jump", "kill-actor", "throws",
        "throws-after-commit", "fail-over", "out-of-memory", "slow-outlet"})
    if (log.faults().contains(kind))
      return true;
  return false;
}

std::string_view name_of(const caf::actor& actor) {
  const auto* local =
      dynamic_cast<const caf::local_actor*>(caf::actor_cast<caf::abstract_actor*>(actor));
  return local == nullptr ? "" : local->name();
}

} // namespace

pipeline_options draw_options(draw& random) {
  pipeline_options options;
  options.storage.writers = 1 + random.below(3);
  options.storage.group_records_max = 1 + random.below(40);
  options.storage.detach_writers = false;
  options.registry.cache.entries_max = 1 + random.below(10);
  options.validation.workers = 1 + random.below(3);
  options.validation.detach_replacements = false;
  auto& ingest = options.ingest;
  ingest.poll_interval = milliseconds{50};
  ingest.commit_interval = milliseconds{random.between(50, 2'000)};
  ingest.store_check_interval = milliseconds{random.between(1'000, 20'000)};
  ingest.fenced_wait = milliseconds{random.between(500, 10'000)};
  ingest.intake.batch_records_max = 1 + random.below(10);
  ingest.intake.batches_in_flight_max = 1 + random.below(5);
  ingest.intake.deadline = milliseconds{random.between(500, 5'000)};
  ingest.intake.retry = {milliseconds{50}, milliseconds{random.between(100, 5'000)}};
  ingest.credit.batches_max = 3 + random.below(12);
  ingest.credit.bytes_max = 500 + random.below(10'000);
  options.storage.one_writes_at_a_time = random.chance(200);
  auto& shares = ingest.lanes.shares;
  for (auto& share : shares.values)
    share = 1 + random.below(33);
  options.storage.lanes = options.validation.lanes = ingest.lanes;
  ingest.subjects_topic = "aepro.subjects";
  ingest.catch_up_max = milliseconds{random.between(0, 5'000)};
  ingest.seed = random.next();
  ingest.stuck_after = 1 + random.below(4);
  options.validation.stuck_after =
      ingest.intake.deadline * static_cast<std::int64_t>(ingest.stuck_after);
  ingest.window = {random.chance(700), 1 + random.below(4), 0};
  ingest.hand_over_max =
      milliseconds{random.chance(800) ? random.between(1'000, 5'000) : random.between(0, 100)};
  draw more(ingest.seed);
  if (more.chance(300))
    ingest.intake.bytes_in_flight_max = 100 + more.below(2'000);
  ingest.delay_max = milliseconds{more.between(1, 10)};
  options.restarts = {random.chance(50) ? 1U : 20U, std::chrono::seconds{60}};
  options.detach_ingest = false;
  return options;
}

sim_cluster::sim_cluster(draw& random, trace& log, sim_broker& broker, sim_database& database,
                         sim_outbox& outbox, sim_people& people)
    : random_(random), log_(log), broker_(broker), database_(database), outbox_(outbox),
      people_(people), bounds_(log, database.model), system_(testing(configuration_)),
      scheduler_(dynamic_cast<caf::scheduler::test_coordinator&>(system_.scheduler())),
      self_(system_) {
}

/// The dead run once more, against a store that takes nothing: only so can their actors end.
sim_cluster::~sim_cluster() {
  database_.close();
  for (auto& node : nodes_) {
    caf::anon_send_exit(node.supervisor, caf::exit_reason::kill);
    node.supervisor = nullptr;
    node.actors.clear();
  }
  for (int rounds = 0; rounds < 3; ++rounds) {
    while (scheduler_.try_run_once()) {
    }
    scheduler_.advance_time(milliseconds{100});
  }
}

/// The two steps of deciding, either of which may find no memory. Deadlines are looked at before
/// each.
decide_steps sim_cluster::starving_steps(const std::string& node) {
  decide_steps steps;
  steps.prepare = [this, node](std::shared_ptr<record_batch> raw, const decide_options& options) {
    database_.deadlines.begins(*raw);
    database_.starve(node, "decoding");
    return aepro::prepare(std::move(raw), options);
  };
  steps.finish = [this, node](pending_batch pending, std::span<const subject_context_ptr> contexts,
                              const decide_options& options) {
    database_.deadlines.decided(node, *pending.batch->raw);
    database_.starve(node, "deciding");
    return aepro::finish(std::move(pending), contexts, options);
  };
  return steps;
}

void sim_cluster::start(std::size_t number) {
  auto options = draw_options(random_);
  const auto name = fmt::format("node {} ({})", number, nodes_.size() + 1);
  const node_limits limits{options.storage.group_records_max,
                           options.ingest.intake.batch_records_max, options.ingest.intake.deadline};
  options.storage.open = [this, name, limits] { return database_.connect(name, limits); };
  options.publisher = outbox_.options_for(name);
  options.notifier = people_.options_for(name);
  options.validation.steps = starving_steps(name);
  const source_watch watch{
      [this, name, patience = options.ingest.intake.deadline * options.ingest.stuck_after,
       pause = options.ingest.intake.retry.backoff_max](const stream_name& stream) {
        if (!was_rebuilt(name, stream))
          database_.model.given_up(stream, name);
        else if (patience >= long_patience && patience > pause &&
                 !anything_hung(log_)) // A pause of retries is a silence.
          log_.violated("{} claims {} anew after a silence, though nothing hung", name,
                        text_of(stream));
      },
      [this, patience = options.ingest.hand_over_max](const stream_name& stream,
                                                      std::int64_t read) {
        database_.model.released(stream, read, patience);
      },
      [this, name](const stream_name& stream, std::int64_t offset) {
        database_.deadlines.polled(name, stream, offset);
      }};
  options.ingest.open = [this, watch] { return make_sim_source(broker_, watch); };
  auto& node = nodes_.emplace_back();
  node.number = number;
  node.name = name;
  const auto before = system_.latest_actor_id();
  node.supervisor = system_.spawn<supervisor_impl>(options);
  for (auto id = before + 1; id <= system_.latest_actor_id(); ++id)
    owners_[id] = &node;
  self_->monitor(node.supervisor);
  log_.say("{} starts", name);
}

/// Whether the node claims the stream anew because its stages say nothing of it.
bool sim_cluster::was_rebuilt(const std::string& name, const stream_name& stream) const {
  for (const auto& node : nodes_) {
    if (node.name != name)
      continue;
    for (const auto& [id, address] : node.actors) {
      const auto actor = caf::actor_cast<caf::actor>(address);
      if (!actor || name_of(actor) != "aepro.ingest" || test::has_ended(actor))
        continue;
      const auto& streams = test::state_of<ingest_impl>(actor).streams;
      if (const auto found = streams.find(stream);
          found != streams.end() && found->second.was_rebuilt)
        return true;
    }
  }
  return false;
}

bool sim_cluster::may_run(const caf::resumable& job, time_point at) const {
  const auto* actor = actor_of(job);
  if (actor == nullptr)
    return true;
  if (hanging_.contains(actor->id()))
    return false;
  if (const auto slow = slow_until_.find(actor->id());
      slow != slow_until_.end() && at < slow->second)
    return false;
  const auto owner = owners_.find(actor->id());
  return owner == owners_.end() || (!owner->second->is_dead && owner->second->paused_until <= at);
}

bool sim_cluster::run_one() {
  auto& jobs = scheduler_.jobs;
  std::vector<std::ptrdiff_t> runnable;
  for (std::size_t i = 0; i < jobs.size(); ++i)
    if (may_run(*jobs[i], now()))
      runnable.push_back(static_cast<std::ptrdiff_t>(i));
  if (runnable.empty())
    return false;
  const auto chosen = jobs.begin() + random_.pick(runnable);
  std::rotate(jobs.begin(), chosen, chosen + 1);
  sim_node* owner = nullptr;
  if (auto* actor = dynamic_cast<caf::local_actor*>(jobs.front())) {
    log_.mix(actor->id());
    if (const auto found = owners_.find(actor->id()); found != owners_.end()) {
      owner = found->second;
      if (actor->name() != std::string_view{"aepro.supervisor"})
        owner->actors.try_emplace(actor->id(), actor->address());
    }
  }
  const auto before = system_.latest_actor_id();
  const auto ran =
      caf::intrusive_ptr<caf::resumable>{jobs.front()}; // Not gone while it is looked at.
  scheduler_.try_run_once();
  if (const auto* actor = actor_of(*ran)) {
    check_lanes(*actor, log_);
    bounds_.check(*actor);
    if (owner != nullptr)
      database_.deadlines.check(owner->name, *actor);
  }
  if (owner != nullptr)
    for (auto id = before + 1; id <= system_.latest_actor_id(); ++id)
      owners_[id] = owner;
  return true;
}

void sim_cluster::pass_time(milliseconds most) {
  const auto& schedule = scheduler_.clock().schedule;
  auto step = caf::timespan{most};
  if (!schedule.empty())
    step = std::clamp(caf::timespan{schedule.begin()->first - now()}, caf::timespan{1'000}, step);
  scheduler_.advance_time(step);
  log_.at(now());
  broker_.tick(now());
  outbox_.tick(now());
}

void sim_cluster::note_ended(const caf::down_msg& down) {
  for (auto& node : nodes_) {
    if (node.is_dead || node.supervisor.address() != down.source)
      continue;
    log_.say("node {} ended: {}", node.number, to_string(down.reason));
    node.is_dead = true;
    node.restarts_at = now() + milliseconds{random_.between(0, 2'000)};
  }
}

void sim_cluster::replace_ended() {
  for (bool more = true; more;) {
    more = false;
    self_->receive(
        [&](const caf::down_msg& down) {
          note_ended(down);
          more = true;
        },
        caf::after(caf::timespan{0}) >> [] {});
  }
  std::vector<std::size_t> due;
  for (auto& node : nodes_)
    if (node.is_dead && !node.is_replaced && node.restarts_at <= now()) {
      node.is_replaced = true;
      due.push_back(node.number);
    }
  for (const auto number : due)
    start(number);
}

std::vector<sim_node*> sim_cluster::living() {
  std::vector<sim_node*> found;
  for (auto& node : nodes_)
    if (!node.is_dead)
      found.push_back(&node);
  return found;
}

void sim_cluster::kill(sim_node& node, milliseconds down) {
  log_.fault("kill-node", "{} for {} ms", node.number, down.count());
  node.is_dead = true;
  node.restarts_at = now() + down;
}

void sim_cluster::stop(sim_node& node) {
  if (node.is_stopping)
    return;
  log_.fault("stop-node", "{}", node.number);
  node.is_stopping = true;
  caf::anon_send(node.supervisor, drain_atom_v);
}

void sim_cluster::pause(sim_node& node, milliseconds duration) {
  log_.fault("pause-node", "{} for {} ms", node.number, duration.count());
  node.paused_until = now() + duration;
}

void sim_cluster::kill_actor(sim_node& node) {
  std::vector<caf::actor> alive;
  for (const auto& [id, address] : node.actors)
    if (auto actor = caf::actor_cast<caf::actor>(address))
      alive.push_back(std::move(actor));
  if (alive.empty())
    return;
  const auto& chosen = random_.pick(alive);
  log_.fault("kill-actor", "{} of node {}", name_of(chosen), node.number);
  caf::anon_send_exit(chosen, caf::exit_reason::kill);
}

void sim_cluster::slow_down(sim_node& node, std::string_view actor_name, const char* kind,
                            milliseconds duration) {
  for (const auto& [id, address] : node.actors) {
    const auto actor = caf::actor_cast<caf::actor>(address);
    if (!actor || name_of(actor) != actor_name)
      continue;
    if (random_.chance(500))
      continue;
    log_.fault(kind, "{} of node {} for {} ms", id, node.number, duration.count());
    slow_until_[id] = now() + duration;
    return;
  }
}

/// Not a reader: without it no partition can be claimed anew.
void sim_cluster::hang(sim_node& node) {
  if (test::has_ended(node.supervisor))
    return;
  const auto& tree = test::state_of<supervisor_impl>(node.supervisor);
  const bool is_writer = random_.chance(500);
  std::vector<caf::actor_id> able;
  const auto add = [&](caf::actor_id id) {
    if (!hanging_.contains(id))
      able.push_back(id);
  };
  if (is_writer && tree.storage && !test::has_ended(tree.storage))
    for (const auto& writer : test::state_of<storage_impl>(tree.storage).writers)
      add(writer.id());
  if (!is_writer && tree.validation && !test::has_ended(tree.validation))
    for (const auto& worker : test::state_of<validation_impl>(tree.validation).workers)
      add(worker.handle.id());
  if (able.size() < 2)
    return;
  const auto id = random_.pick(able);
  log_.fault("hang", "{} {} of node {}", is_writer ? "writer" : "worker", id, node.number);
  hanging_.insert(id);
}

void sim_cluster::wake_all() {
  slow_until_.clear();
  for (auto& node : nodes_) {
    node.paused_until = {};
    if (node.is_dead)
      node.restarts_at = std::min(node.restarts_at, now());
  }
}

std::optional<ingest_status> sim_cluster::status_of(sim_node& node) {
  std::optional<ingest_status> answer;
  auto request = self_->request(node.supervisor, caf::infinite, status_atom_v);
  while (scheduler_.try_run_once()) {
  }
  request.receive([&](const ingest_status& status) { answer = status; }, [](const caf::error&) {});
  return answer;
}

} // namespace aepro::simulation
