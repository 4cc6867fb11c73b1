/// aepro publish: SDTM CSV and NDJSON files to Kafka.

#include "apps/commands.hpp"
#include "apps/progress.hpp"
#include "messages/error_text.hpp"

#include "actors/publish/event_file.hpp"
#include "actors/publish/kafka_producer.hpp"
#include "actors/publish/kafka_topics.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <fstream>
#include <memory>
#include <random>

namespace aepro {

namespace {

using namespace std::chrono_literals;

constexpr auto connect_patience = 15s;
constexpr auto delivery_patience = 60s;
constexpr std::size_t listed_bad_rows_max = 1000; // In --json; on stderr all are named.

struct publish_options {
  std::vector<std::string> files;
  std::string kind;
  std::string source_system = event_file_options().source_system;
  bool dry_run = false;
  bool history = false;
  bool alerts = false; ///< Of history.
};

struct published_file {
  std::string name;
  event_file_result result;
  std::vector<bad_row> bad_rows;
};

/// Sends events, or only counts them in a dry run.
class publication {
public:
  publication(const settings& values, const common_options& common)
      : values_(values), progress_(common.quiet) {
    std::random_device random;
    run_ = fmt::format("{:08x}{:08x}{:08x}", random(), random(), random());
  }

  caf::error open() {
    const auto& topics = values_.topics;
    if (auto error = require_topics(
            values_, {topics.adverse_events, topics.questionnaire_responses, topics.subjects},
            connect_patience))
      return error;
    auto producer = kafka_producer::open(values_);
    if (!producer)
      return std::move(producer.error());
    producer_ = std::move(*producer);
    return {};
  }

  bool send(const published_event& event) {
    ++sent_;
    progress_.show([&] { return fmt::format("{} events read, {} delivered", sent_, delivered()); });
    if (!producer_)
      return true;
    const auto traceparent = make_traceparent(run_, sent_);
    const header_view headers[] = {{"content-type", "application/x-protobuf"},
                                   {"traceparent", traceparent}};
    error_ = producer_->send({topic_of(event.kind), event.key, event.value, headers, 0},
                             delivery_patience);
    return !error_ && !producer_->first_failure();
  }

  caf::error finish() {
    progress_.clear();
    if (!producer_)
      return {};
    auto flushed = producer_->flush(delivery_patience);
    return error_ ? error_ : flushed;
  }

  std::uint64_t delivered() const { return producer_ ? producer_->counts().delivered : 0; }
  void clear_progress() { progress_.clear(); }

private:
  std::string_view topic_of(event_kind kind) const {
    switch (kind) {
      case event_kind::adverse_event: return values_.topics.adverse_events;
      case event_kind::questionnaire_response: return values_.topics.questionnaire_responses;
      case event_kind::subject: return values_.topics.subjects;
      case event_kind::none: break;
    }
    return {};
  }

  const settings& values_;
  progress_line progress_;
  std::string run_;
  std::unique_ptr<kafka_producer> producer_;
  std::uint64_t sent_ = 0;
  caf::error error_;
};

published_file publish_file(const std::string& name, const publish_options& options,
                            publication& out) {
  published_file file{name, {}, {}};
  std::ifstream input(name, std::ios::binary);
  if (!input) {
    file.result.problem = "cannot be opened; check the path";
    return file;
  }
  event_file_options reading;
  if (!options.kind.empty())
    reading.domain = parse_domain(options.kind);
  reading.source_system = options.source_system;
  file.result = read_event_file(
      input, reading,
      [&](const published_event& event) {
        if (!options.history)
          return out.send(event);
        auto marked = event;
        mark_as_history(marked, options.alerts);
        return out.send(marked);
      },
      [&](const bad_row& bad) {
        out.clear_progress();
        print_error(fmt::format("{}:{}: {}", name, bad.line, bad.reason));
        if (file.bad_rows.size() < listed_bad_rows_max)
          file.bad_rows.push_back(bad);
      });
  return file;
}

void print_file(const published_file& file, bool quiet) {
  const auto& [counts, kind, problem, unused] = file.result;
  if (!problem.empty())
    return print_error(fmt::format("{}: {}", file.name, problem));
  fmt::print("{}: {} rows of {}, {} events, {} bad rows\n", file.name, counts.rows, kind,
             counts.events, counts.bad_rows);
  if (!unused.empty() && !quiet)
    print_note(fmt::format("{}: not carried: {}", file.name, fmt::join(unused, ", ")));
}

void print_json(const std::vector<published_file>& files, std::uint64_t delivered,
                const caf::error& error, int code) {
  nlohmann::ordered_json out{{"ok", code == exit_good}, {"delivered", delivered}};
  out["error"] = error ? nlohmann::ordered_json(error_text(error)) : nlohmann::ordered_json();
  out["files"] = nlohmann::ordered_json::array();
  for (const auto& file : files) {
    const auto& counts = file.result.counts;
    nlohmann::ordered_json one{{"file", file.name},           {"kind", file.result.kind},
                               {"rows", counts.rows},         {"events", counts.events},
                               {"bad_rows", counts.bad_rows}, {"problem", file.result.problem}};
    one["bad"] = nlohmann::ordered_json::array();
    for (const auto& bad : file.bad_rows)
      one["bad"].push_back({{"line", bad.line}, {"reason", bad.reason}});
    out["files"].push_back(std::move(one));
  }
  print_answer(out.dump(2, ' ', false, nlohmann::json::error_handler_t::replace));
}

int run_publish(const common_options& common, const publish_options& options) {
  const auto loaded = load_settings_or_report(common);
  if (!loaded || (!options.dry_run && !require_brokers(loaded->values)))
    return exit_failed;
  publication out(loaded->values, common);
  if (!options.dry_run)
    if (const auto error = out.open()) {
      print_error(error_text(error));
      return exit_failed;
    }
  std::vector<published_file> files;
  int code = exit_good;
  for (const auto& name : options.files) {
    files.push_back(publish_file(name, options, out));
    const auto& result = files.back().result;
    code = std::max<int>(code, !result.problem.empty()      ? exit_failed
                               : result.counts.bad_rows > 0 ? exit_no
                                                            : exit_good);
  }
  const auto error = out.finish();
  if (error)
    code = exit_failed;
  for (const auto& file : files)
    if (!common.json || !file.result.problem.empty())
      print_file(file, common.quiet);
  if (common.json)
    print_json(files, out.delivered(), error, code);
  else if (!options.dry_run)
    fmt::print("{} events delivered\n", out.delivered());
  if (error)
    print_error(error_text(error));
  return code;
}

} // namespace

void add_publish_command(CLI::App& app, command_line& line) {
  auto options = std::make_shared<publish_options>();
  auto* command =
      app.add_subcommand("publish", "Publish SDTM CSV (AE, DM, QS) or NDJSON files to Kafka");
  command
      ->add_option("FILE", options->files,
                   "CSV with SDTM columns, or NDJSON of the Protobuf JSON mapping")
      ->required();
  command
      ->add_option("--kind", options->kind, "The CSV's domain, instead of a guess from its columns")
      ->check(CLI::IsMember({"ae", "dm", "qs"}));
  command
      ->add_option("--source-system", options->source_system,
                   "Written into CSV events; part of their content, so keep it the same")
      ->capture_default_str();
  auto* history = command->add_flag(
      "--history", options->history,
      "They are of the past: nobody is told of them and no regulatory clock starts");
  command
      ->add_flag("--alerts", options->alerts,
                 "With --history: tell people all the same; messages say that it is history")
      ->needs(history);
  command->add_flag("--dry-run", options->dry_run,
                    "Read and check the files only; no broker needed");
  add_common_options(*command, line.common,
                     "aepro publish dm.csv ae.csv qs.csv --brokers kafka:9093\n"
                     "aepro publish --dry-run --json ae.csv\n"
                     "aepro publish --history 2019/ae.csv --brokers kafka:9093\n"
                     "aepro publish events.ndjson --config aepro.yaml",
                     {.store = false});
  command->callback([&line, options] {
    line.action = [&line, options] { return run_publish(line.common, *options); };
  });
}

} // namespace aepro
