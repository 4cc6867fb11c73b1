/// aepro verify: proves that a store is whole, or names the first wrong record.

#include "apps/commands.hpp"
#include "apps/progress.hpp"
#include "apps/verification.hpp"

#include "messages/error_text.hpp"

#include <fmt/format.h>

namespace aepro {

namespace {

void print_text(const verification& done) {
  verdict_counts all;
  for (const auto& partition : done.report.partitions)
    all += partition.counts;
  for (const auto& problem : done.report.problems)
    fmt::print("{}: {}{}: {}\n", problem.kind,
               problem.partition < 0 ? problem.topic : fmt::format("{}/{}", problem.topic, problem.partition),
               problem.offset < 0 ? std::string{} : fmt::format(" at offset {}", problem.offset), problem.message);
  fmt::print("{} partitions, {} records = {} accepted + {} rejected + {} duplicate + {} conflict\n",
             done.report.partitions.size(), all.total(), all.accepted, all.rejected, all.duplicate, all.conflict);
  if (done.expected.expected > 0)
    fmt::print("{} of {} expected records found as expected; {} others\n", done.expected.found,
               done.expected.expected, done.expected.others);
  if (done.report.ok())
    fmt::print("verify: ok\n");
  else
    fmt::print("verify: {} problem(s)\n", done.report.problems_total);
}

int verify(const common_options& options, const std::string& expectation_file) {
  const auto loaded = load_settings_or_report(options);
  if (!loaded)
    return exit_failed;
  progress_line progress(options.quiet);
  verification_request request;
  request.expectation_file = expectation_file;
  request.ask_broker = !loaded->values.brokers.empty();
  request.progress = [&progress](std::uint64_t checked, std::uint64_t total) {
    progress.show([&] { return fmt::format("verified {} of {} records", checked, total); });
  };
  const auto done = verify_store(loaded->values, request);
  progress.clear();
  if (!done) {
    print_error(error_text(done.error()));
    return exit_failed;
  }
  if (options.json)
    fmt::print("{}\n", to_json(*done));
  else
    print_text(*done);
  return done->report.ok() ? exit_good : exit_no;
}

} // namespace

void add_verify_command(CLI::App& app, command_line& line) {
  auto* command = app.add_subcommand("verify", "Prove that the store is whole, or name the first wrong record");
  add_common_options(*command, line.common,
                     "aepro verify --store sqlite:aepro.db\n"
                     "aepro verify --config aepro.yaml --json\n"
                     "aepro simulate --events 1000 --expect sent.ndjson ... && aepro verify --expect sent.ndjson ...");
  auto file = std::make_shared<std::string>();
  command->add_option("--expect", *file, "Compare with what `aepro simulate --expect` wrote, record by record")
    ->type_name("FILE");
  command->callback([&line, file] { line.action = [&line, file] { return verify(line.common, *file); }; });
}

} // namespace aepro
