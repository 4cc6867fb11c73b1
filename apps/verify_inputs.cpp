#include "apps/verify_inputs.hpp"

#include "apps/command_line.hpp"

#include "actors/common/kafka_watermarks.hpp"
#include "actors/outbound/kafka_anchor_reader.hpp"
#include "actors/publish/kafka_topics.hpp"

#include <fmt/format.h>

#include <fstream>
#include <set>

namespace aepro {

namespace {

using namespace std::chrono_literals;
constexpr auto broker_patience = 15s;

/// Every partition of the topics that nodes read.
caf::error add_topic_partitions(const settings& values, std::set<stream_name>& streams) {
  const auto& topics = values.topics;
  const auto states =
      list_topics(values, {topics.adverse_events, topics.questionnaire_responses, topics.subjects},
                  broker_patience);
  if (!states)
    return states.error();
  for (const auto& topic : *states)
    for (std::size_t i = 0; i < topic.partitions; ++i)
      streams.insert({topic.name, static_cast<std::int32_t>(i)});
  return {};
}

} // namespace

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

caf::expected<std::vector<topic_extent>> ask_extents(const settings& values,
                                                     ledger_reader& reader) {
  const auto partitions = reader.partitions();
  if (!partitions)
    return partitions.error();
  std::set<stream_name> streams;
  for (const auto& partition : *partitions)
    streams.insert(partition.stream.name);
  if (auto failed = add_topic_partitions(values, streams))
    return failed;
  const std::vector<stream_name> all(streams.begin(), streams.end());
  const auto watermarks = ask_watermarks(values, all, broker_patience);
  if (!watermarks)
    return watermarks.error();
  std::vector<topic_extent> extents;
  for (const auto& marks : *watermarks)
    extents.push_back({marks.stream, marks.low, marks.high});
  return extents;
}

caf::error read_anchors(const settings& values, anchor_audit& audit, audit_problems& problems) {
  return read_anchor_topic(values, broker_patience, [&](const anchor_record& record) {
    audit.add({values.topics.ledger_anchors, record.partition}, record.offset, record.value,
              record.signature, problems);
  });
}

} // namespace aepro
