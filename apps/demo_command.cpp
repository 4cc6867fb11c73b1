/// aepro demo: everything in one process, to see the real pipeline at work.

#include "apps/commands.hpp"
#include "apps/demo_catcher.hpp"
#include "apps/demo_report.hpp"
#include "apps/node.hpp"
#include "apps/open_store.hpp"

#include "actors/publish/kafka_mock_cluster.hpp"
#include "actors/publish/kafka_producer.hpp"
#include "actors/simulate/trial_generator.hpp"
#include "messages/error_text.hpp"

#include <fmt/format.h>

#include <atomic>
#include <filesystem>
#include <thread>
#include <unistd.h>

namespace aepro {

namespace {

using namespace std::chrono_literals;
using steady = std::chrono::steady_clock;

constexpr const char* store_name = "aepro.db";

struct demo_options {
  std::uint64_t events = 20'000;
  double rate = 2'500;
  std::uint64_t seed = 1;
  std::string keep;
};

/// Where the demo's store lives: in a folder of its own that goes when the demo ends, or in --keep.
/// Throws where there can be none.
class demo_folder {
public:
  explicit demo_folder(const std::string& keep) : kept_(!keep.empty()) {
    if (kept_) {
      path_ = keep;
      std::error_code trouble;
      std::filesystem::create_directories(path_, trouble);
      if (trouble)
        throw std::runtime_error(fmt::format(
            "--keep {}: cannot be made a folder ({}); choose another", keep, trouble.message()));
      if (std::filesystem::exists(path_ / store_name))
        throw std::runtime_error(
            fmt::format("--keep {0}: holds a store already; choose another folder, "
                        "or remove {0}/{1}*",
                        keep, store_name));
      return;
    }
    auto name = (std::filesystem::temp_directory_path() / "aepro-demo-XXXXXX").string();
    if (mkdtemp(name.data()) == nullptr)
      throw std::runtime_error("cannot make a folder in " +
                               std::filesystem::temp_directory_path().string());
    path_ = name;
  }
  demo_folder(const demo_folder&) = delete;
  demo_folder& operator=(const demo_folder&) = delete;
  ~demo_folder() {
    std::error_code ignored; // A folder that cannot be removed harms nobody.
    if (!kept_)
      std::filesystem::remove_all(path_, ignored);
  }
  std::filesystem::path operator/(std::string_view name) const { return path_ / name; }

private:
  bool kept_;
  std::filesystem::path path_;
};

/// The simulated sites: a thread that publishes the synthetic trial at its rate.
class simulated_sites {
public:
  simulated_sites(const settings& values, const demo_options& options)
      : values_(values), options_(options), thread_([this] { publish(); }) {}
  simulated_sites(const simulated_sites&) = delete;
  simulated_sites& operator=(const simulated_sites&) = delete;
  ~simulated_sites() {
    stop_ = true;
    thread_.join();
  }

  /// The group is formed: latency says something from now on.
  void start() { consumer_is_ready_ = true; }
  std::uint64_t published() const { return published_; }
  bool finished() const { return finished_; }
  /// So many records are settled. Events wait until the subjects' data is: what is found must not
  /// depend on the rate.
  void note_settled(std::uint64_t records) { settled_ = records; }
  /// Valid once finished.
  steady::time_point started() const { return started_; }
  /// Valid once finished; empty: all went well.
  const std::string& failure() const { return failure_; }

private:
  void publish() {
    if (auto error = send_all())
      failure_ = error_text(error);
    finished_ = true;
  }

  caf::error send_all() {
    while (!stop_ && !consumer_is_ready_)
      std::this_thread::sleep_for(10ms);
    auto producer = kafka_producer::open(values_);
    if (!producer)
      return std::move(producer.error());
    trial_options trial;
    trial.events = options_.events;
    trial.seed = options_.seed;
    trial_generator generator(trial);
    simulated_record record;
    auto start = started_ = steady::now();
    while (!stop_ && generator.next(record)) {
      if (published_ == generator.subject_count()) {
        if (auto error = wait_until_settled(**producer))
          return error;
        start = steady::now() - time_of(published_);
      }
      auto outgoing = record.outgoing();
      outgoing.timestamp = 0; // The time of sending: what latency counts from.
      if (auto error = (*producer)->send(outgoing, 10s))
        return error;
      const auto sent = ++published_;
      if (const auto ahead = start + time_of(sent) - steady::now(); ahead > 2ms) {
        (*producer)->poll();
        std::this_thread::sleep_for(ahead);
      }
    }
    return (*producer)->flush(30s);
  }

  /// Returns how long after the first record the `number`-th is due.
  steady::duration time_of(std::uint64_t number) const {
    return std::chrono::duration_cast<steady::duration>(
        std::chrono::duration<double>(static_cast<double>(number) / options_.rate));
  }

  caf::error wait_until_settled(kafka_producer& producer) {
    auto error = producer.flush(30s);
    while (!error && !stop_ && settled_ < published_)
      std::this_thread::sleep_for(2ms);
    return error;
  }

  const settings& values_;
  demo_options options_;
  std::atomic<std::uint64_t> published_{0};
  std::atomic<std::uint64_t> settled_{0};
  std::atomic<bool> finished_{false};
  std::atomic<bool> stop_{false};
  std::atomic<bool> consumer_is_ready_{false};
  std::string failure_;
  steady::time_point started_;
  std::thread thread_;
};

settings demo_settings(const settings& loaded, const demo_folder& folder) {
  auto values = loaded;
  values.store = "sqlite:" + (folder / store_name).string();
  values.storage.connections = 1;
  values.storage.migrate_on_start = true;
  values.group = "aepro-demo";
  add_demo_desk(values);
  return values;
}

/// Runs until every published record is settled. Returns the node's last word, or why it failed.
std::variant<ingest_status, std::string> watch(node& running, simulated_sites& sites, bool quiet) {
  demo_progress progress(quiet);
  while (true) {
    std::this_thread::sleep_for(200ms);
    if (auto reason = running.stopped_because(); !reason.empty())
      return reason;
    const auto status = running.status();
    if (!status)
      continue;
    if (status->subjects_caught_up)
      sites.start();
    sites.note_settled(status->counts.total());
    progress.show(sites.published(), *status);
    if (!sites.finished())
      continue;
    if (!sites.failure().empty())
      return sites.failure();
    if (status->counts.total() >= sites.published())
      return *status;
  }
}

int demo(const common_options& common, const demo_options& options) {
  const auto loaded = load_settings_or_report(common);
  if (!loaded)
    return exit_failed;
  const demo_folder folder(options.keep);
  auto values = demo_settings(loaded->values, folder);
  if (const auto trouble = check_store_place(values)) {
    print_error(error_text(trouble));
    return exit_failed;
  }
  configure_log(values, true);
  auto broker = kafka_mock_cluster::start();
  if (!broker) {
    print_error(error_text(broker.error()));
    return exit_failed;
  }
  if (auto error = (*broker)->serve(values)) {
    print_error(error_text(error));
    return exit_failed;
  }
  demo_result result;
  {
    auto pipeline = pipeline_from(values);
    catch_alerts(pipeline);
    node running(std::move(pipeline));
    simulated_sites sites(values, options);
    auto last = watch(running, sites, common.quiet);
    if (const auto* reason = std::get_if<std::string>(&last)) {
      print_error(*reason);
      return exit_failed;
    }
    result.last = std::get<ingest_status>(last);
    result.published = sites.published();
    result.seconds = std::chrono::duration<double>(steady::now() - sites.started()).count();
    const auto settled = running.drain();
    if (!settled) {
      print_error("the pipeline did not settle in time");
      return exit_failed;
    }
    result.outbound = settled->published;
    result.told = settled->told;
  }
  result.kept_store = options.keep.empty() ? std::string{} : values.store;
  return report_demo(values, result, common.json);
}

} // namespace

void add_demo_command(CLI::App& app, command_line& line) {
  auto* command = app.add_subcommand(
      "demo", "See it work: broker, sites, pipeline and store in this one process");
  add_common_options(*command, line.common,
                     "aepro demo\naepro demo --events 100000 --rate 10000 --seed 7\naepro demo "
                     "--keep /tmp/aepro-demo",
                     {.brokers = false, .store = false});
  auto options = std::make_shared<demo_options>();
  command->add_option("--events", options->events, "How many events the simulated sites send")
      ->capture_default_str()
      ->check(CLI::Range(1, 10'000'000));
  command->add_option("--rate", options->rate, "Events per second")
      ->capture_default_str()
      ->check(CLI::Range(1.0, 1'000'000.0));
  command->add_option("--seed", options->seed, "The same seed gives the same trial")
      ->capture_default_str();
  command->add_option("--keep", options->keep, "Keep the store in this folder")->type_name("DIR");
  command->callback(
      [&line, options] { line.action = [&line, options] { return demo(line.common, *options); }; });
}

} // namespace aepro
