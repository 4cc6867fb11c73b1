#pragma once

/// The whole pipeline on CAF's test coordinator: simulated clock, one thread, scripted broker, real
/// memory store.

#include "actors/storage/memory_store.hpp"
#include "actors/supervisor/supervisor_actor.hpp"
#include "faulty_store.hpp"
#include "scripted_source.hpp"

#include <caf/scheduler/test_coordinator.hpp>

namespace aepro::test {

class actor_fixture {
public:
  actor_fixture()
      : system(testing(configuration)),
        scheduler(dynamic_cast<caf::scheduler::test_coordinator&>(system.scheduler())),
        self(system), database(make_memory_database()) {
    options.storage.open = [this]() -> caf::expected<std::unique_ptr<event_store>> {
      auto connected = database->connect_with([this] {
        return insertion_instant{wall_clock(), scheduler.clock().now()};
      });
      return std::unique_ptr<event_store>{
          std::make_unique<faulty_store>(std::move(connected), faults)};
    };
    options.storage.writers = 2;
    options.storage.detach_writers = false;
    options.validation.detach_replacements = false;
    options.detach_ingest = false;
    options.ingest.open = [this] { return std::make_unique<scripted_source>(broker); };
    options.ingest.commit_interval = std::chrono::milliseconds{100};
    options.ingest.intake.batch_records_max = 10;
  }

  ~actor_fixture() {
    if (supervisor)
      caf::anon_send_exit(supervisor, caf::exit_reason::kill);
    supervisor = nullptr;
    advance(std::chrono::milliseconds{100});
  }

  void start() {
    supervisor = system.spawn<supervisor_impl>(options);
    self->monitor(supervisor);
    scheduler.run();
  }

  /// Moves the clock in steps of a poll and delivers all messages.
  void advance(std::chrono::milliseconds duration) {
    for (auto passed = std::chrono::milliseconds{0}; passed < duration;
         passed += std::chrono::milliseconds{5}) {
      scheduler.advance_time(std::chrono::milliseconds{5});
      scheduler.run();
    }
  }

  ingest_status status() {
    ingest_status answer;
    auto request = self->request(supervisor, caf::infinite, status_atom_v);
    scheduler.run();
    request.receive([&answer](const ingest_status& now) { answer = now; },
                    [](const caf::error&) {});
    return answer;
  }

  /// Tells the node to drain, and lets `duration` pass. Returns its last words; the node is gone
  /// then.
  drain_status drain(std::chrono::milliseconds duration) {
    drain_status last;
    auto request = self->request(supervisor, caf::infinite, drain_atom_v);
    advance(duration);
    request.receive([&last](const drain_status& answer) { last = answer; },
                    [](const caf::error&) {});
    supervisor = nullptr;
    return last;
  }

  /// Returns the store's position of a stream; -1: none.
  std::int64_t stored_offset(const stream_name& stream) {
    auto store = database->connect();
    const auto states = (*store)->partitions();
    for (const auto& state : *states)
      if (state.stream == stream)
        return state.next_offset;
    return -1;
  }

  static caf::actor_system_config& testing(caf::actor_system_config& chosen) {
    chosen.set("caf.scheduler.policy", "testing");
    return chosen;
  }

  scripted_broker broker;
  fault_plan faults;
  pipeline_options options;
  caf::actor_system_config configuration;
  caf::actor_system system;
  caf::scheduler::test_coordinator& scheduler;
  caf::scoped_actor self;
  std::unique_ptr<memory_database> database;
  supervisor_actor supervisor;
};

} // namespace aepro::test
