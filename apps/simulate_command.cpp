/// aepro simulate: a synthetic trial to Kafka, with what must become of each record.

#include "apps/commands.hpp"
#include "apps/progress.hpp"
#include "messages/error_text.hpp"

#include "actors/audit/expectation.hpp"
#include "actors/publish/kafka_producer.hpp"
#include "actors/publish/kafka_topics.hpp"
#include "actors/publish/sdtm_mapping.hpp"
#include "actors/simulate/trial_generator.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <fstream>
#include <memory>
#include <thread>

namespace aepro {

namespace {

using namespace std::chrono_literals;

constexpr auto connect_patience = 15s;
constexpr auto delivery_patience = 60s;

struct share_row {
  const char* flag;
  double trouble_shares::*share;
  const char* help;
};
constexpr share_row share_rows[] = {
    {"--duplicates", &trouble_shares::duplicate, "sent twice with the same content"},
    {"--conflicts", &trouble_shares::conflict, "sent again under the same id with other content"},
    {"--undecodable", &trouble_shares::undecodable, "bytes that are no Event"},
    {"--empty", &trouble_shares::empty, "tombstones and empty values"},
    {"--malformed", &trouble_shares::malformed,
     "unknown content type, no body, no id, no term, no subject"},
    {"--unknown-subjects", &trouble_shares::unknown_subject, "of a subject without reference data"},
    {"--serious", &trouble_shares::serious, "of adverse events: AESER = Y with a criterion"},
    {"--quiet-deaths", &trouble_shares::quiet_death, "of adverse events: a death with AESER = N"},
    {"--follow-ups", &trouble_shares::follow_up, "of adverse events: a later version of a report"},
    {"--nullifications", &trouble_shares::nullification, "of adverse events: a report taken back"},
    {"--item-9", &trouble_shares::item_9, "of PHQ-9 forms: item 9 above 0"},
    {"--wrong-totals", &trouble_shares::wrong_total, "of forms: the device shows a wrong total"},
    {"--skipped", &trouble_shares::skipped, "of forms: questions without an answer"},
    {"--late", &trouble_shares::late, "of forms: outside the visit's window"},
};

struct simulate_options {
  trial_options trial;
  double rate = 0; ///< Records a second; 0: as fast as the brokers take them.
  std::string expect_file, ids = "v7", start;
  bool no_trouble = false, no_trace = false, no_numbers = false, dry_run = false;
};

struct simulation_counts {
  std::uint64_t records = 0, value_bytes = 0;
  std::uint64_t accepted = 0, rejected = 0, duplicate = 0, conflict = 0;

  void add(const simulated_record& record) {
    ++records;
    value_bytes += record.value.size();
    switch (record.verdict) {
      case verdict::accepted: ++accepted; break;
      case verdict::rejected: ++rejected; break;
      case verdict::duplicate: ++duplicate; break;
      case verdict::conflict: ++conflict; break;
    }
  }
};

/// Sends at the rate asked: record n at start + n / rate.
class pace {
public:
  explicit pace(double rate) : rate_(rate), start_(std::chrono::steady_clock::now()) {}

  /// Waits for the n-th record's time; serves deliveries meanwhile.
  void wait(std::uint64_t n, kafka_producer* producer) const {
    if (rate_ <= 0)
      return;
    const auto due = start_ + std::chrono::nanoseconds(
                                  static_cast<std::int64_t>(static_cast<double>(n) * 1e9 / rate_));
    if (std::chrono::steady_clock::now() + 1ms >= due)
      return;
    if (producer)
      producer->poll();
    std::this_thread::sleep_until(due);
  }

  double seconds() const {
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start_).count();
  }

private:
  double rate_;
  std::chrono::steady_clock::time_point start_;
};

int fail(const std::string& text) {
  print_error(text);
  return exit_failed;
}

bool prepare(simulate_options& options, const settings& values) {
  options.trial.random_ids = options.ids == "v4";
  options.trial.trace_context = !options.no_trace;
  options.trial.record_numbers = !options.no_numbers;
  options.trial.adverse_events_topic = values.topics.adverse_events;
  options.trial.responses_topic = values.topics.questionnaire_responses;
  options.trial.subjects_topic = values.topics.subjects;
  if (options.start.empty())
    return true;
  const auto instant = parse_instant(options.start);
  if (instant)
    options.trial.start = instant->unix_milliseconds();
  return instant.has_value();
}

void print_result(const common_options& common, const simulate_options& options,
                  const simulation_counts& counts, std::uint64_t delivered, double seconds) {
  if (common.json) {
    const nlohmann::ordered_json out{{"records", counts.records},
                                     {"delivered", delivered},
                                     {"seconds", seconds},
                                     {"value_bytes", counts.value_bytes},
                                     {"seed", options.trial.seed},
                                     {"expected",
                                      {{"accepted", counts.accepted},
                                       {"rejected", counts.rejected},
                                       {"duplicate", counts.duplicate},
                                       {"conflict", counts.conflict}}}};
    print_answer(out.dump(2));
    return;
  }
  fmt::print("{} records in {:.1f} s ({:.0f}/s, {:.0f} bytes each), {} delivered\n", counts.records,
             seconds, static_cast<double>(counts.records) / seconds,
             static_cast<double>(counts.value_bytes) / static_cast<double>(counts.records),
             delivered);
  fmt::print("expected: {} accepted, {} rejected, {} duplicates, {} conflicts\n", counts.accepted,
             counts.rejected, counts.duplicate, counts.conflict);
}

caf::expected<std::unique_ptr<kafka_producer>> open_producer(const settings& values) {
  const auto& topics = values.topics;
  if (auto error = require_topics(
          values, {topics.adverse_events, topics.questionnaire_responses, topics.subjects},
          connect_patience))
    return error;
  return kafka_producer::open(values);
}

int run_simulate(const common_options& common, simulate_options options) {
  const auto loaded = load_settings_or_report(common);
  if (!loaded || (!options.dry_run && !require_brokers(loaded->values)))
    return exit_failed;
  const auto trouble = find_share_trouble(options.trial.troubles);
  if (!trouble.empty()) {
    print_error(trouble);
    return exit_usage;
  }
  if (!prepare(options, loaded->values)) {
    print_error("--start: expected an instant such as 2025-01-01T00:00:00Z");
    return exit_usage;
  }
  std::unique_ptr<kafka_producer> producer;
  if (!options.dry_run) {
    auto opened = open_producer(loaded->values);
    if (!opened)
      return fail(error_text(opened.error()));
    producer = std::move(*opened);
  }
  trial_generator trial(options.trial);
  std::ofstream expect;
  if (!options.expect_file.empty()) {
    expect.open(options.expect_file, std::ios::binary);
    expect << expectation_header(options.trial.seed, trial.size());
  }
  simulation_counts counts;
  progress_line progress(common.quiet);
  const pace speed(options.rate);
  for (simulated_record record; trial.next(record);) {
    speed.wait(counts.records, producer.get());
    if (expect.is_open())
      expect << expectation_line(record.expectation(), record.value);
    if (producer) {
      auto out = record.outgoing();
      out.timestamp = 0; // The broker's lag tools and our latency figures need the time of sending.
      if (const auto error = producer->send(out, delivery_patience))
        return fail(error_text(error));
      if (producer->first_failure())
        break;
    }
    counts.add(record);
    progress.show([&] { return fmt::format("{} of {} records", counts.records, trial.size()); });
  }
  progress.clear();
  const auto error = producer ? producer->flush(delivery_patience) : caf::error();
  expect.close();
  if (error)
    return fail(error_text(error));
  if (!options.expect_file.empty() && !expect)
    return fail(fmt::format("{}: could not be written", options.expect_file));
  print_result(common, options, counts, producer ? producer->counts().delivered : 0,
               speed.seconds());
  return exit_good;
}

void add_shares(CLI::App& command, trouble_shares& shares) {
  for (const auto& row : share_rows)
    command.add_option(row.flag, shares.*row.share, std::string("Share ") + row.help)
        ->check(CLI::Range(0.0, 1.0))
        ->capture_default_str()
        ->group("Shares from 0 to 1, not numbers");
}

/// --no-trouble: shares that no flag gives are 0.
void drop_other_shares(const CLI::App& command, trouble_shares& shares) {
  auto left = trouble_shares::none();
  for (const auto& row : share_rows)
    if (command.count(row.flag) > 0)
      left.*row.share = shares.*row.share;
  shares = left;
}

} // namespace

void add_simulate_command(CLI::App& app, command_line& line) {
  auto options = std::make_shared<simulate_options>();
  auto& trial = options->trial;
  auto* command = app.add_subcommand(
      "simulate", "Publish a synthetic trial; the same seed gives the same records");
  command
      ->add_option("--events", trial.events,
                   "Adverse events and forms; subjects' data comes before them")
      ->capture_default_str()
      ->check(CLI::Range(std::int64_t{0}, std::int64_t{1'000'000'000}));
  command
      ->add_option("--rate", options->rate, "Records a second; 0: as fast as the brokers take them")
      ->check(CLI::NonNegativeNumber)
      ->capture_default_str();
  command->add_option("--seed", trial.seed, "What the records follow from")->capture_default_str();
  command->add_option("--expect", options->expect_file,
                      "Write what must become of each record to this file");
  command->add_option("--subjects", trial.subjects, "Subjects; 0: one for 40 events, 20 to 5000")
      ->capture_default_str();
  command->add_option("--studies", trial.studies, "Studies")
      ->check(CLI::Range(1, 99))
      ->capture_default_str();
  command->add_option("--sites", trial.sites, "Sites of each study")
      ->check(CLI::Range(1, 800))
      ->capture_default_str();
  command->add_option("--ids", options->ids, "Version of the UUIDs")
      ->check(CLI::IsMember({"v7", "v4"}))
      ->capture_default_str();
  command->add_option("--start", options->start,
                      "When the trial's clock starts; default 2025-01-01T00:00:00Z");
  command
      ->add_option("--adverse-events", trial.adverse_event_share,
                   "Share of adverse events; the rest are forms")
      ->check(CLI::Range(0.0, 1.0))
      ->capture_default_str()
      ->group("Shares from 0 to 1, not numbers");
  add_shares(*command, trial.troubles);
  command->add_flag("--no-trouble", options->no_trouble,
                    "All shares of trouble 0 that no flag sets");
  command->add_flag("--no-trace", options->no_trace, "No traceparent header");
  command->add_flag(
      "--no-numbers", options->no_numbers,
      "No header with the record's number: `verify --expect` cannot find records then");
  command->add_flag("--dry-run", options->dry_run,
                    "Make the records and send nothing; no broker needed");
  add_common_options(*command, line.common,
                     "aepro simulate --events 100000 --rate 5000 --seed 7 --expect expect.ndjson "
                     "--brokers kafka:9093\n"
                     "aepro simulate --events 1000 --dry-run --expect expect.ndjson",
                     {.store = false});
  command->callback([&line, options, command] {
    if (options->no_trouble)
      drop_other_shares(*command, options->trial.troubles);
    line.action = [&line, options] { return run_simulate(line.common, *options); };
  });
}

} // namespace aepro
