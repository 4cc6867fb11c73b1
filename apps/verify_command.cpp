/// aepro verify: proves the store, or names what is wrong with it.

#include "apps/commands.hpp"
#include "apps/decide_options_of.hpp"
#include "apps/open_store.hpp"
#include "apps/progress.hpp"
#include "apps/verify_alarm.hpp"
#include "apps/verify_inputs.hpp"
#include "apps/verify_report.hpp"

#include "actors/audit/store_audit.hpp"
#include "messages/error_text.hpp"

#include <fmt/format.h>

#include <fstream>
#include <memory>
#include <random>

namespace aepro {

namespace {

struct verify_options {
  std::string expect_file;
  bool anchors = false;
  std::vector<std::string> anchor_keys; ///< Files.
  std::size_t problems_max = 1'000;
  bool alarm = false;
};

/// What to compare the store with, read before it.
struct verify_inputs {
  std::optional<expectation_check> expected;
  audit_problems anchor_problems{0};
  std::optional<anchor_audit> anchors;
};

int report(const caf::error& error) {
  print_error(error_text(error));
  return exit_failed;
}

std::string_view header_of(const record_view& record, std::string_view name) {
  for (const auto& header : record.headers)
    if (header.name == name)
      return header.value;
  return {};
}

void see(expectation_check& check, const stream_name& stream, const record_view& record,
         const decided_record& decided, verdict value) {
  const auto& decision = decided.decision;
  check.see({.number = header_of(record, record_number_header),
             .topic = stream.topic,
             .partition = stream.partition,
             .offset = record.offset,
             .key = record.key.value_or(std::string_view{}),
             .value = record.value.value_or(std::string_view{}),
             .verdict = value,
             .rejection = decision.rejection,
             .serious = decision.serious,
             .scores = decision.scores,
             .alerts = decision.alerts});
}

void add_expectation_problems(const expectation_check& check, const std::string& path,
                              std::size_t problems_max, audit_report& audit) {
  std::ifstream file(path, std::ios::binary);
  audit.problems_total +=
      check.counts().expected - check.counts().found; // All, however many are listed.
  for (auto& problem : check.finish(file, problems_max)) {
    audit.problems.push_back({std::move(problem.kind), std::move(problem.topic), problem.partition,
                              problem.offset, std::move(problem.message)});
  }
}

void add_problems(const audit_problems& more, audit_report& audit) {
  audit.problems_total += more.total();
  audit.problems.insert(audit.problems.end(), more.kept().begin(), more.kept().end());
}

/// Before the snapshot that is verified: of a running node's store, later anchors would seem to be
/// ahead.
caf::error prepare_anchors(const settings& values, store_database& database,
                           std::vector<anchor_verifier> keys, verify_inputs& inputs) {
  auto reader = database.read();
  if (!reader)
    return std::move(reader.error());
  auto id = (*reader)->store_id();
  if (!id)
    return std::move(id.error());
  inputs.anchors.emplace(std::move(*id), std::move(keys));
  return read_anchors(values, *inputs.anchors, inputs.anchor_problems);
}

caf::expected<audit_report> audit(const settings& values, const verify_options& own, bool quiet,
                                  ledger_reader& reader, verify_inputs& inputs) {
  audit_options options;
  options.anchors = inputs.anchors ? &*inputs.anchors : nullptr;
  options.decide = decide_options_of(values);
  options.problems_max = own.problems_max;
  std::random_device random;
  options.seed = (std::uint64_t{random()} << 32U) | random();
  if (!values.brokers.empty()) {
    auto extents = ask_extents(values, reader);
    if (!extents)
      return std::move(extents.error());
    options.extents = std::move(*extents);
  }
  progress_line progress(quiet);
  options.progress = [&](std::uint64_t checked, std::uint64_t total) {
    progress.show([&] { return fmt::format("verified {} of {} records", checked, total); });
  };
  if (inputs.expected)
    options.visit = [&](const stream_name& stream, const record_view& record,
                        const decided_record& decided,
                        verdict value) { see(*inputs.expected, stream, record, decided, value); };
  auto found = audit_store(reader, options);
  progress.clear();
  return found;
}

void add_comparisons(const verify_inputs& inputs, const verify_options& own, audit_report& found,
                     comparisons& compared) {
  if (const auto& check = inputs.expected) {
    add_expectation_problems(*check, own.expect_file, own.problems_max, found);
    compared.expected = check->counts();
  }
  if (const auto& anchors = inputs.anchors) {
    add_problems(inputs.anchor_problems, found);
    compared.anchors = anchors->counts();
  }
}

int print(const audit_report& found, const comparisons& compared, bool json) {
  if (json)
    print_answer(to_json(found, compared));
  else
    fmt::print("{}\n", to_text(found, compared));
  return found.ok() ? exit_good : exit_no;
}

int verify(const common_options& common, const verify_options& own) {
  const auto loaded = load_settings_or_report(common);
  if (!loaded)
    return exit_failed;
  const bool with_anchors = own.anchors || !own.anchor_keys.empty();
  if (with_anchors && !require_brokers(loaded->values))
    return exit_failed;
  auto keys = read_keys(own.anchor_keys);
  if (!keys)
    return exit_failed;
  verify_inputs inputs{.anchor_problems = audit_problems(own.problems_max)};
  if (!own.expect_file.empty() && !(inputs.expected = read_expectation(own.expect_file)))
    return exit_failed;
  auto database = open_store_of(loaded->values);
  if (!database)
    return report(database.error());
  if (with_anchors)
    if (auto failed = prepare_anchors(loaded->values, **database, std::move(*keys), inputs))
      return report(failed);
  auto reader = (*database)->read();
  if (!reader)
    return report(reader.error());
  auto found = audit(loaded->values, own, common.quiet, **reader, inputs);
  if (!found)
    return report(found.error());
  comparisons compared;
  add_comparisons(inputs, own, *found, compared);
  caf::expected<bool> told = true;
  if (own.alarm && !found->ok())
    told = add_verify_alarm(**database, loaded->values.alerts, *found);
  const auto code = print(*found, compared, common.json);
  if (!told)
    print_error(fmt::format("nobody is told of it: {}", error_text(told.error())));
  else if (!*told)
    print_note("the alarm of this damage is there already, of today; `aepro alerts list --rule "
               "audit-chain-broken` shows it");
  return code;
}

} // namespace

void add_verify_command(CLI::App& app, command_line& line) {
  auto* command = app.add_subcommand(
      "verify", "Prove the store: chain, decisions, completeness, every table; exit code 1 if "
                "something is wrong");
  auto options = std::make_shared<verify_options>();
  command->add_option("--expect", options->expect_file,
                      "Compare with the file that `aepro simulate --expect` wrote, record by "
                      "record");
  command->add_flag("--anchors", options->anchors,
                    "Compare the chains with the heads that were published to the anchor topic "
                    "(needs --brokers)");
  command
      ->add_option("--anchor-key", options->anchor_keys,
                   "Public key (PEM) by which anchors must be signed; repeatable; implies "
                   "--anchors")
      ->type_name("FILE");
  command->add_flag(
      "--alarm", options->alarm,
      "Tell people of damage: the store's nodes deliver the alarm `audit-chain-broken` "
      "(docs/alerts.md); needs a role that may write");
  command
      ->add_option("--problems-max", options->problems_max,
                   "List at most so many problems; "
                   "all are counted")
      ->capture_default_str();
  add_common_options(*command, line.common,
                     "aepro verify --store sqlite:aepro.sqlite\n"
                     "aepro verify --store postgresql://aepro@localhost/aepro "
                     "--brokers kafka:9093 --json\n"
                     "aepro verify --store sqlite:aepro.sqlite --brokers kafka:9093 --anchor-key "
                     "anchors.pem\n"
                     "aepro verify --store sqlite:aepro.sqlite --expect expect.ndjson");
  command->callback([&line, options] {
    line.action = [&line, options] { return verify(line.common, *options); };
  });
}

} // namespace aepro
