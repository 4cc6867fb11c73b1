#include "apps/node.hpp"

#include "actors/common/log.hpp"
#include "actors/control/control_actor.hpp"
#include "actors/control/control_text.hpp"
#include "messages/error_text.hpp"

#include <caf/all.hpp>
#include <malloc.h>

#include <algorithm>
#include <atomic>
#include <future>
#include <map>
#include <mutex>
#include <thread>

namespace aepro {

namespace {

/// For the supervisor, which itself waits up to twice two seconds for its stages.
constexpr std::chrono::seconds control_patience{6};

} // namespace

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
      : abandoned(options.abandoned), system(configured(configuration)), self(system),
        drain_wanted(options.drain_wanted), acknowledging(options.acknowledge.place) {
    supervisor = system.spawn<supervisor_impl>(std::move(options));
    self->monitor(supervisor);
  }

  /// Without a limit on throughput two busy actors starve the others of two cores; work stealing
  /// would poll while idle. Batches are megabytes that come and go: their memory is kept rather
  /// than mapped anew.
  static caf::actor_system_config& configured(caf::actor_system_config& chosen) {
    constexpr int keep_bytes = 32 << 20;
    mallopt(M_MMAP_THRESHOLD, keep_bytes);
    mallopt(M_TRIM_THRESHOLD, keep_bytes);
    mallopt(M_ARENA_MAX, 4);
    chosen.set("caf.scheduler.policy", "sharing");
    chosen.set("caf.scheduler.max-throughput", 20);
    chosen.set("caf.scheduler.max-threads",
               std::max<std::size_t>(2, std::thread::hardware_concurrency()));
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
  impl_->control =
      impl_->system.spawn<control_impl>(impl_->supervisor, std::move(identity), control_patience);
  // Only the address: a handle that somebody still holds would keep the actor system from ending.
  return [address = impl_->control.address()](const std::string& line, std::uint32_t uid,
                                              control_answer answer) {
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
      .receive([&answer](const ingest_status& status) { answer = status; },
               [](const caf::error&) {});
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
  const auto running = [this] {
    return impl_->system.registry().running() - 1;
  }; // But the one that asks.
  while (running() > impl_->abandoned->load() && std::chrono::steady_clock::now() < until)
    std::this_thread::sleep_for(look_interval);
  return running();
}

std::optional<drain_status> node::drain(const std::function<void(const ingest_status&)>& answered) {
  constexpr std::chrono::milliseconds look_interval{100};
  auto drained = std::async(std::launch::async, [this] {
    caf::scoped_actor asker{impl_->system};
    std::optional<drain_status> settled;
    // The supervisor itself ends a drain when its time is up.
    asker->request(impl_->supervisor, caf::infinite, drain_atom_v)
        .receive([&settled](const drain_status& status) { settled = status; },
                 [](const caf::error&) {});
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
