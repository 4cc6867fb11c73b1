/// aepro verify: proves the store, or names what is wrong with it.

#include "apps/commands.hpp"
#include "apps/decide_options_of.hpp"
#include "apps/open_store.hpp"
#include "apps/progress.hpp"

#include "actors/audit/expectation.hpp"
#include "actors/audit/store_audit.hpp"
#include "actors/common/kafka_watermarks.hpp"
#include "actors/outbound/kafka_anchor_reader.hpp"
#include "actors/storage/ledger/hex.hpp"
#include "messages/error_text.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <fstream>
#include <memory>
#include <random>

namespace aepro {

namespace {

using namespace std::chrono_literals;
constexpr auto broker_patience = 15s;
constexpr std::size_t problems_shown = 20;

struct verify_options {
  std::string expect_file;
  bool anchors = false;
  std::vector<std::string> anchor_keys; ///< Files.
  std::size_t problems_max = 1'000;
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

/// Opens and reads the expectation file; nothing where it cannot be used, which is then said.
std::optional<expectation_check> read_expectation(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) {
    print_error(fmt::format("{}: cannot be opened", path));
    return std::nullopt;
  }
  auto read = expectation_check::read(file);
  if (const auto* wrong = std::get_if<std::string>(&read)) {
    print_error(fmt::format("{}: {}", path, *wrong));
    return std::nullopt;
  }
  return std::get<expectation_check>(std::move(read));
}

void add_expectation_problems(const expectation_check& check, const std::string& path,
                              std::size_t problems_max, audit_report& audit) {
  std::ifstream file(path, std::ios::binary);
  audit.problems_total += check.counts().expected - check.counts().found; // All, however many are listed.
  for (auto& problem : check.finish(file, problems_max)) {
    audit.problems.push_back({std::move(problem.kind), std::move(problem.topic), problem.partition,
                              problem.offset, std::move(problem.message)});
  }
}

/// What was asked for beside the store's own proof, with its counts.
struct comparisons {
  std::optional<expectation_counts> expected;
  std::optional<anchor_counts> anchors;
};

void print_json(const audit_report& audit, const comparisons& compared) {
  nlohmann::ordered_json out{{"ok", audit.ok()},
                             {"partitions", nlohmann::ordered_json::array()},
                             {"problems", nlohmann::ordered_json::array()},
                             {"problems_total", audit.problems_total}};
  for (const auto& partition : audit.partitions)
    out["partitions"].push_back({{"topic", partition.stream.topic},
                                 {"partition", partition.stream.partition},
                                 {"next_offset", partition.next_offset},
                                 {"read", partition.counts.total()},
                                 {"accepted", partition.counts.accepted},
                                 {"rejected", partition.counts.rejected},
                                 {"duplicate", partition.counts.duplicate},
                                 {"conflict", partition.counts.conflict},
                                 {"chain_head", to_hex(partition.chain_head)}});
  for (const auto& problem : audit.problems)
    out["problems"].push_back({{"kind", problem.kind},
                               {"topic", problem.topic},
                               {"partition", problem.partition},
                               {"offset", problem.offset},
                               {"message", problem.message}});
  if (const auto& expected = compared.expected)
    out["expected"] = {{"records", expected->expected}, {"found", expected->found}, {"others", expected->others}};
  if (const auto& anchors = compared.anchors)
    out["anchors"] = {{"compared", anchors->compared}, {"others", anchors->others}, {"refused", anchors->refused}};
  print_answer(out.dump(2, ' ', false, nlohmann::json::error_handler_t::replace));
}

void print_text(const audit_report& audit, const comparisons& compared) {
  for (const auto& partition : audit.partitions)
    fmt::print("{}[{}]: {} read = {} accepted + {} rejected + {} duplicate + {} conflict, next offset {}, head {}\n",
               partition.stream.topic, partition.stream.partition, partition.counts.total(),
               partition.counts.accepted, partition.counts.rejected, partition.counts.duplicate,
               partition.counts.conflict, partition.next_offset, to_hex(partition.chain_head));
  for (std::size_t i = 0; i < std::min(problems_shown, audit.problems.size()); ++i) {
    const auto& problem = audit.problems[i];
    fmt::print("{}: {}[{}] offset {}: {}\n", problem.kind, problem.topic, problem.partition, problem.offset,
               problem.message);
  }
  if (audit.problems_total > problems_shown)
    fmt::print("... and {} more (--json lists up to 1000)\n", audit.problems_total - problems_shown);
  if (const auto& expected = compared.expected)
    fmt::print("expected: {} of {} records are as expected, {} others\n", expected->found, expected->expected,
               expected->others);
  if (const auto& anchors = compared.anchors)
    fmt::print("anchors: {} compared, {} of other stores, {} refused\n", anchors->compared, anchors->others,
               anchors->refused);
  fmt::print("verify: {}\n", audit.ok() ? "ok" : fmt::format("{} problems", audit.problems_total));
}

caf::expected<std::vector<topic_extent>> extents_of(const settings& values, ledger_reader& reader) {
  const auto partitions = reader.partitions();
  if (!partitions)
    return partitions.error();
  std::vector<stream_name> streams;
  for (const auto& partition : *partitions)
    streams.push_back(partition.stream.name);
  const auto watermarks = ask_watermarks(values, streams, broker_patience);
  if (!watermarks)
    return watermarks.error();
  std::vector<topic_extent> extents;
  for (const auto& marks : *watermarks)
    extents.push_back({marks.stream, marks.low, marks.high});
  return extents;
}

/// Returns the verifiers of the given files; nothing where one cannot be used, which is then said.
std::optional<std::vector<anchor_verifier>> read_keys(const std::vector<std::string>& files) {
  std::vector<anchor_verifier> keys;
  for (const auto& path : files) {
    std::ifstream file(path, std::ios::binary);
    const std::string pem(std::istreambuf_iterator<char>(file), {});
    auto key = anchor_verifier::from_pem(pem);
    if (const auto* wrong = std::get_if<std::string>(&key)) {
      print_error(fmt::format("{} {}", path, pem.empty() ? "cannot be read" : *wrong));
      return std::nullopt;
    }
    keys.push_back(std::get<anchor_verifier>(std::move(key)));
  }
  return keys;
}

caf::expected<std::string> id_of(store_database& database) {
  auto reader = database.read();
  if (!reader)
    return std::move(reader.error());
  return (*reader)->store_id();
}

/// Reads the anchor topic into `audit`.
caf::error read_anchors(const settings& values, anchor_audit& audit, audit_problems& problems) {
  return read_anchor_topic(values, broker_patience, [&](const anchor_record& record) {
    audit.add({values.topics.ledger_anchors, record.partition}, record.offset, record.value, record.signature,
              problems);
  });
}

void add_problems(const audit_problems& more, audit_report& audit) {
  audit.problems_total += more.total();
  audit.problems.insert(audit.problems.end(), more.kept().begin(), more.kept().end());
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
  std::optional<expectation_check> check;
  if (!own.expect_file.empty() && !(check = read_expectation(own.expect_file)))
    return exit_failed;
  auto database = open_store_of(loaded->values);
  if (!database)
    return report(database.error());
  audit_problems anchor_problems(own.problems_max);
  std::optional<anchor_audit> anchors;
  if (with_anchors) {
    // Before the snapshot: of a running node's store, later anchors would seem to be ahead of it.
    auto id = id_of(**database);
    if (!id)
      return report(id.error());
    anchors.emplace(std::move(*id), std::move(*keys));
    if (auto failed = read_anchors(loaded->values, *anchors, anchor_problems))
      return report(failed);
  }
  auto reader = (*database)->read();
  if (!reader)
    return report(reader.error());
  audit_options options;
  options.anchors = anchors ? &*anchors : nullptr;
  options.decide = decide_options_of(loaded->values);
  options.problems_max = own.problems_max;
  std::random_device random;
  options.seed = (std::uint64_t{random()} << 32U) | random();
  if (!loaded->values.brokers.empty()) {
    auto extents = extents_of(loaded->values, **reader);
    if (!extents)
      return report(extents.error());
    options.extents = std::move(*extents);
  }
  progress_line progress(common.quiet);
  options.progress = [&](std::uint64_t checked, std::uint64_t total) {
    progress.show([&] { return fmt::format("verified {} of {} records", checked, total); });
  };
  if (check)
    options.visit = [&](const stream_name& stream, const record_view& record, const decided_record& decided,
                        verdict value) { see(*check, stream, record, decided, value); };
  auto audit = audit_store(**reader, options);
  progress.clear();
  if (!audit)
    return report(audit.error());
  comparisons compared;
  if (check) {
    add_expectation_problems(*check, own.expect_file, own.problems_max, *audit);
    compared.expected = check->counts();
  }
  if (anchors) {
    add_problems(anchor_problems, *audit);
    compared.anchors = anchors->counts();
  }
  if (common.json)
    print_json(*audit, compared);
  else
    print_text(*audit, compared);
  return audit->ok() ? exit_good : exit_no;
}

} // namespace

void add_verify_command(CLI::App& app, command_line& line) {
  auto* command = app.add_subcommand(
    "verify", "Prove the store: chain, decisions, completeness, every table; exit code 1 if something is wrong");
  auto options = std::make_shared<verify_options>();
  command->add_option("--expect", options->expect_file,
                      "Compare with the file that `aepro simulate --expect` wrote, record by record");
  command->add_flag("--anchors", options->anchors,
                    "Compare the chains with the heads that were published to the anchor topic (needs --brokers)");
  command->add_option("--anchor-key", options->anchor_keys,
                      "Public key (PEM) by which anchors must be signed; repeatable; implies --anchors")
    ->type_name("FILE");
  command->add_option("--problems-max", options->problems_max, "List at most so many problems; all are counted")
    ->capture_default_str();
  add_common_options(*command, line.common,
                     "aepro verify --store sqlite:aepro.sqlite\n"
                     "aepro verify --store postgresql://aepro@localhost/aepro --brokers kafka:9093 --json\n"
                     "aepro verify --store sqlite:aepro.sqlite --brokers kafka:9093 --anchor-key anchors.pem\n"
                     "aepro verify --store sqlite:aepro.sqlite --expect expect.ndjson");
  command->callback([&line, options] { line.action = [&line, options] { return verify(line.common, *options); }; });
}

} // namespace aepro
