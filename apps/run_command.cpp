#include "actors/common/log.hpp"
#include "actors/publish/kafka_topics.hpp"
#include "apps/commands.hpp"
#include "apps/control_access.hpp"
#include "apps/examples_of.hpp"
#include "apps/link_access.hpp"
#include "apps/node.hpp"
#include "apps/open_store.hpp"
#include "apps/run_report.hpp"
#include "apps/service_notifier.hpp"
#include "messages/error_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <charconv>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string_view>

#include <unistd.h>

namespace aepro {

namespace {

volatile std::sig_atomic_t stop_signals = 0;

/// As the node said last; lock-free, for the signal handler.
std::atomic<std::uint64_t> last_in_flight = 0;

/// Only what a signal handler may do: no allocation, no stdio.
void say_stopped_hard() {
  std::array<char, 200> line{};
  auto* end = line.data();
  const auto add = [&end](std::string_view text) {
    end = std::copy(text.begin(), text.end(), end);
  };
  add("aepro: a second signal: stopped hard with ");
  end = std::to_chars(end, line.data() + line.size(), last_in_flight.load()).ptr;
  add(" records in flight; they stay in Kafka, and are read again by whoever has their partitions "
      "next\n");
  [[maybe_unused]] const auto written =
      write(STDERR_FILENO, line.data(), static_cast<std::size_t>(end - line.data()));
}

void on_stop_signal(int) {
  stop_signals = stop_signals + 1;
  if (stop_signals > 1) { // Nothing is lost: the store is the truth.
    say_stopped_hard();
    _exit(exit_failed);
  }
}

void watch_signals() {
  struct sigaction action {};
  action.sa_handler = on_stop_signal;
  sigaction(SIGTERM, &action, nullptr);
  sigaction(SIGINT, &action, nullptr);
  std::signal(SIGPIPE, SIG_IGN); // Nobody may read its log any more: the node goes on.
}

/// Ends early at a signal.
void pause_until_next_status(int milliseconds) {
  const timespec pause{0, milliseconds * 1'000'000L};
  nanosleep(&pause, nullptr);
}

/// Returns how many of the node's actors do not end, and says so: their calls to the store or the
/// broker do not return.
std::size_t await_end(node& stopped, std::chrono::milliseconds grace) {
  const auto left = stopped.left_behind(grace);
  if (left > 0)
    print_error(fmt::format(
        "{} of the node's actors did not end within {} ms: calls to the store or the broker do not "
        "return; the process ends without them",
        left, grace.count()));
  return left;
}

/// Ends the process at once where actors were left behind: nobody could wait for them.
int leave(std::size_t left, int exit_code) {
  if (left == 0)
    return exit_code;
  std::fflush(nullptr);
  std::_Exit(exit_failed);
}

/// Ready is a node that is in its group and has claimed what it was given.
bool is_ready(const ingest_status& status) {
  return status.assigned_once &&
         std::ranges::none_of(status.streams, [](const stream_status& stream) {
           return stream.state == stream_state::claiming;
         });
}

/// The node has answered: the service manager, where there is one, learns that it lives.
void tell(service_notifier& manager, const ingest_status& status) {
  last_in_flight = in_flight(status);
  const auto text =
      fmt::format("{} partitions; {} records stored, {} in flight, {} tried again",
                  status.streams.size(), status.counts.total(), in_flight(status), status.retries);
  if (is_ready(status))
    manager.ready(text);
  manager.alive(text, std::chrono::steady_clock::now());
}

/// A rule that does not do what is written beside it tells more than a node that does not run.
void warn_of_examples(const settings& values) {
  for (const auto& one : failures_of(examples_of(values)))
    log::warn("run", "example-failed", "{}", to_string(one));
}

/// Nothing comes from a topic that is missing, nor from a broker that is gone: that is no end.
caf::error find_silent_topics(const settings& values) {
  constexpr std::chrono::seconds patience{10};
  const auto& topics = values.topics;
  return require_topics(
      values, {topics.adverse_events, topics.questionnaire_responses, topics.subjects}, patience);
}

/// Drains the node and says what became of it. Returns the process's exit code.
int end_run(node& running, const common_options& options, service_notifier& manager,
            run_milestones& milestones, ingest_status last, bool is_stopping,
            std::chrono::milliseconds grace) {
  const auto at_signal = is_stopping ? std::optional(in_flight(last)) : std::nullopt;
  manager.stopping(fmt::format("draining {} records in flight", in_flight(last)));
  const auto settled = running.drain([&manager](const ingest_status& now) { tell(manager, now); });
  if (settled && settled->intake) { // Much may have been settled since the last status.
    last = *settled->intake;
    milestones.note(last, settled->intake_at);
  }
  const auto published = settled ? std::optional(settled->published) : std::nullopt;
  const auto told = settled ? std::optional(settled->told) : std::nullopt;
  if (options.json)
    print_answer(run_report(last, milestones, at_signal, published, told).dump(2));
  else if (!options.quiet)
    say(fmt::format("{}\n", run_summary(last, at_signal, published, told)));
  const auto left = await_end(running, grace);
  if (settled && settled->failure.empty())
    return leave(left, exit_good);
  print_error("the node stopped: " +
              (settled ? settled->failure : "it gave no answer")); // The cause comes last.
  return leave(left, exit_failed);
}

int run(const common_options& options, double until_idle) {
  watch_signals(); // Told to stop while it starts, it drains as soon as it has.
  const auto loaded = load_settings_or_report(options);
  if (!loaded || !require_brokers(loaded->values))
    return exit_failed;
  if (const auto trouble = check_store_place(loaded->values)) {
    print_error(error_text(trouble));
    return exit_failed;
  }
  configure_log(loaded->values, options.quiet);
  warn_of_examples(loaded->values);
  auto listening = listen_for_control(loaded->values);
  if (!listening) {
    print_error(error_text(listening.error()));
    return exit_failed;
  }
  auto listening_for_links = listen_for_links(loaded->values);
  if (!listening_for_links) {
    print_error(error_text(listening_for_links.error()));
    return exit_failed;
  }
  run_milestones milestones(std::chrono::system_clock::now());
  const auto grace = loaded->values.supervision.stop_grace;
  auto manager = service_notifier::from_environment();
  node running(pipeline_from(loaded->values));
  const auto control = std::move(*listening); // Ends before the node does.
  if (control)
    control->serve(running.control(identity_of(loaded->values)));
  const auto links = std::move(*listening_for_links);
  if (links)
    links->serve(answer_by(running));
  ingest_status last;
  bool is_stopping = false;
  caf::error silent;
  for (;;) {
    is_stopping = stop_signals != 0 || running.drain_wanted();
    if (const auto reason = running.stopped_because(); !reason.empty()) {
      const auto left = await_end(running, grace);
      print_error(fmt::format("the node stopped: {}", reason)); // The cause comes last.
      return leave(left, exit_failed);
    }
    if (auto now = running.status()) {
      last = std::move(*now);
      milestones.note(last, std::chrono::system_clock::now());
      tell(manager, last);
      if (until_idle > 0 && last.idle_seconds >= until_idle) {
        silent = find_silent_topics(loaded->values);
        break;
      }
    }
    if (is_stopping)
      break;
    pause_until_next_status(options.json && !milestones.is_reading() ? 10 : 100);
  }
  const auto ended =
      end_run(running, options, manager, milestones, std::move(last), is_stopping, grace);
  if (!silent || ended != exit_good)
    return ended;
  print_error("not everything was read: " + error_text(silent));
  return exit_failed;
}

} // namespace

void add_run_command(CLI::App& app, command_line& line) {
  auto* command =
      app.add_subcommand("run", "Run a node: Kafka in, store out, until it is told to stop");
  add_common_options(
      *command, line.common,
      "aepro run --brokers localhost:9092 --store postgresql://aepro@localhost/aepro\n"
      "aepro run --config /etc/aepro/aepro.yaml\n"
      "aepro run --config aepro.yaml --until-idle 5");
  auto until_idle = std::make_shared<double>(0);
  command
      ->add_option(
          "--until-idle", *until_idle,
          "End with 0 when nothing has come for so many seconds and all is settled (2: a topic "
          "is missing or the brokers do not answer)")
      ->check(CLI::Range(1e-3, 1e9))
      ->check([](const std::string& text) {
        return text.find_first_of("nN") == text.npos ? "" : "not a number";
      });
  command->callback([&line, until_idle] {
    line.action = [&line, until_idle] { return run(line.common, *until_idle); };
  });
}

} // namespace aepro
