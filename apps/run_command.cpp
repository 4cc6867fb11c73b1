#include "apps/commands.hpp"
#include "apps/control_access.hpp"
#include "apps/node.hpp"
#include "apps/open_store.hpp"
#include "apps/run_report.hpp"
#include "messages/error_text.hpp"

#include <fmt/format.h>

#include <csignal>
#include <chrono>
#include <memory>

namespace aepro {

namespace {

volatile std::sig_atomic_t stop_signals = 0;

void on_stop_signal(int) {
  stop_signals = stop_signals + 1;
  if (stop_signals > 1)
    _exit(exit_failed); // A second signal stops hard: nothing is lost, the store is the truth.
}

void watch_signals() {
  struct sigaction action {};
  action.sa_handler = on_stop_signal;
  sigaction(SIGTERM, &action, nullptr);
  sigaction(SIGINT, &action, nullptr);
}

/// Ends early at a signal.
void pause_until_next_status(int milliseconds) {
  const timespec pause{0, milliseconds * 1'000'000L};
  nanosleep(&pause, nullptr);
}

int run(const common_options& options, double until_idle) {
  const auto loaded = load_settings_or_report(options);
  if (!loaded || !require_brokers(loaded->values))
    return exit_failed;
  if (const auto trouble = check_store_place(loaded->values)) {
    print_error(error_text(trouble));
    return exit_failed;
  }
  configure_log(loaded->values, options.quiet);
  auto listening = listen_for_control(loaded->values);
  if (!listening) {
    print_error(error_text(listening.error()));
    return exit_failed;
  }
  watch_signals();
  run_milestones milestones(std::chrono::system_clock::now());
  node running(pipeline_from(loaded->values));
  const auto control = std::move(*listening); // Ends before the node does.
  if (control)
    control->serve(running.control(identity_of(loaded->values)));
  ingest_status last;
  for (;;) {
    const bool is_stopping = stop_signals != 0 || running.drain_wanted();
    if (const auto reason = running.stopped_because(); !reason.empty()) {
      print_error(fmt::format("the node stopped: {}", reason));
      return exit_failed;
    }
    if (auto now = running.status()) {
      last = std::move(*now);
      milestones.note(last, std::chrono::system_clock::now());
      if (until_idle > 0 && last.idle_seconds >= until_idle)
        break;
    }
    if (is_stopping)
      break;
    pause_until_next_status(options.json && !milestones.is_reading() ? 10 : 100);
  }
  const auto settled = running.drain();
  if (settled && settled->intake) { // Much may have been settled since the last status.
    last = *settled->intake;
    milestones.note(last, settled->intake_at);
  }
  const auto published = settled ? std::optional(settled->published) : std::nullopt;
  if (options.json)
    print_answer(run_report(last, milestones, published).dump(2));
  else if (!options.quiet)
    fmt::print(stderr, "{}\n", run_summary(last, published));
  return settled ? exit_good : exit_failed;
}

} // namespace

void add_run_command(CLI::App& app, command_line& line) {
  auto* command = app.add_subcommand("run", "Run a node: Kafka in, store out, until it is told to stop");
  add_common_options(*command, line.common,
                     "aepro run --brokers localhost:9092 --store postgresql://aepro@localhost/aepro\n"
                     "aepro run --config /etc/aepro/aepro.yaml\n"
                     "aepro run --config aepro.yaml --until-idle 5");
  auto until_idle = std::make_shared<double>(0);
  command->add_option("--until-idle", *until_idle,
                      "End with 0 when nothing has come for so many seconds and all is settled")
    ->check(CLI::PositiveNumber);
  command->callback([&line, until_idle] {
    line.action = [&line, until_idle] { return run(line.common, *until_idle); };
  });
}

} // namespace aepro
