#include "apps/verification.hpp"

#include "apps/decide_options_of.hpp"
#include "apps/open_store.hpp"

#include "actors/publish/kafka_topics.hpp"
#include "actors/storage/ledger/hex.hpp"
#include "messages/type_ids.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <fstream>
#include <random>
#include <set>

namespace aepro {

namespace {

using namespace std::chrono_literals;

caf::expected<std::vector<stream_watermarks>> watermarks_for(const settings& values, ledger_reader& reader) {
  const auto partitions = reader.partitions();
  if (!partitions)
    return partitions.error();
  std::set<std::string> topics;
  for (const auto& partition : *partitions)
    topics.insert(partition.state.stream.topic);
  return query_watermarks(values, {topics.begin(), topics.end()}, 15s);
}

observed_record observe(const stream_name& stream, const record_view& record, const decided_record& decided,
                        verdict counted_as) {
  observed_record seen;
  for (const auto& header : record.headers)
    if (header.name == record_number_header)
      seen.number = header.value;
  seen.topic = stream.topic;
  seen.partition = stream.partition;
  seen.offset = record.offset;
  seen.key = record.key.value_or(std::string_view{});
  seen.value = record.value.value_or(std::string_view{});
  seen.verdict = counted_as;
  seen.rejection = decided.decision.rejection;
  seen.serious = decided.decision.serious;
  seen.scores = decided.decision.scores;
  seen.alerts = decided.decision.alerts;
  return seen;
}

caf::error file_error(const std::string& text) {
  return caf::make_error(errc::invalid_settings, text);
}

void add_expectation_problems(const expectation_check& check, std::istream& file, audit_report& report) {
  for (auto& problem : check.finish(file)) {
    report.problems.push_back({std::move(problem.kind), std::move(problem.topic), problem.partition,
                               problem.offset, std::move(problem.message)});
    ++report.problems_total;
  }
}

} // namespace

caf::expected<verification> verify_store(const settings& values, const verification_request& request) {
  auto database = open_store_of(values);
  if (!database)
    return std::move(database.error());
  auto reader = (*database)->read();
  if (!reader)
    return std::move(reader.error());
  audit_options options;
  options.decide = decide_options_of(values);
  options.seed = std::random_device{}();
  options.progress = request.progress;
  if (request.ask_broker) {
    auto watermarks = watermarks_for(values, **reader);
    if (!watermarks)
      return std::move(watermarks.error());
    options.watermarks = std::move(*watermarks);
  }
  std::optional<expectation_check> check;
  std::ifstream file;
  if (!request.expectation_file.empty()) {
    file.open(request.expectation_file);
    if (!file)
      return file_error(request.expectation_file + ": cannot be read");
    auto read = expectation_check::read(file);
    if (const auto* wrong = std::get_if<std::string>(&read))
      return file_error(request.expectation_file + ": " + *wrong);
    check = std::move(std::get<expectation_check>(read));
    options.visit = [&check](const stream_name& stream, const record_view& record,
                             const decided_record& decided, verdict counted_as) {
      check->see(observe(stream, record, decided, counted_as));
    };
  }
  auto report = audit_store(**reader, options);
  if (!report)
    return std::move(report.error());
  verification done{std::move(*report), {}};
  if (check) {
    file.clear();
    file.seekg(0);
    add_expectation_problems(*check, file, done.report);
    done.expected = check->counts();
  }
  return done;
}

std::string to_json(const verification& done) {
  using nlohmann::json;
  json partitions = json::array();
  for (const auto& partition : done.report.partitions)
    partitions.push_back({{"topic", partition.stream.topic},
                          {"partition", partition.stream.partition},
                          {"next_offset", partition.next_offset},
                          {"read", partition.counts.total()},
                          {"accepted", partition.counts.accepted},
                          {"rejected", partition.counts.rejected},
                          {"duplicate", partition.counts.duplicate},
                          {"conflict", partition.counts.conflict},
                          {"chain_head", to_hex(partition.chain_head)}});
  json problems = json::array();
  for (const auto& problem : done.report.problems)
    problems.push_back({{"kind", problem.kind},
                        {"topic", problem.topic},
                        {"partition", problem.partition},
                        {"offset", problem.offset},
                        {"message", problem.message}});
  json object{{"ok", done.report.ok()},
              {"partitions", std::move(partitions)},
              {"problems", std::move(problems)},
              {"problems_total", done.report.problems_total}};
  if (done.expected.expected > 0)
    object["expected"] = {{"records", done.expected.expected},
                          {"found", done.expected.found},
                          {"others", done.expected.others}};
  return object.dump(-1, ' ', false, json::error_handler_t::replace);
}

} // namespace aepro
