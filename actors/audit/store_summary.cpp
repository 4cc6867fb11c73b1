#include "actors/audit/store_summary.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <charconv>

namespace aepro {

namespace {

using nlohmann::json;

std::string hex(const sha256_digest& digest) {
  std::string text;
  for (const auto byte : digest)
    text += fmt::format("{:02x}", byte);
  return text;
}

/// Returns what a stream has still to publish: all zero where it was never claimed.
publication_lag lag_of(const store_summary& summary, const stream_name& stream) {
  const auto found = std::ranges::find(summary.lags, stream, &publication_lag::stream);
  return found == summary.lags.end() ? publication_lag{stream} : *found;
}

json to_json(const stored_partition& partition, const publication_lag& behind) {
  const auto& counts = partition.counts;
  return {{"topic", partition.state.stream.topic},
          {"partition", partition.state.stream.partition},
          {"next_offset", partition.state.next_offset},
          {"epoch", partition.state.epoch},
          {"read", counts.total()},
          {"accepted", counts.accepted},
          {"rejected", counts.rejected},
          {"duplicate", counts.duplicate},
          {"conflict", counts.conflict},
          {"chain_head", hex(partition.state.chain_head)},
          {"dead_letters_unpublished", behind.dead_letters},
          {"records_unanchored", behind.records}};
}

json split(const std::string& text, std::string_view separators) {
  json parts = json::array();
  std::size_t begin = 0;
  while ((begin = text.find_first_not_of(separators, begin)) != std::string::npos) {
    const auto end = text.find_first_of(separators, begin);
    parts.push_back(text.substr(begin, end - begin));
    begin = end == std::string::npos ? text.size() : end;
  }
  return parts;
}

enum class label_type : std::uint8_t { text, number, list };

struct label_column {
  const char* name;
  label_type type = label_type::text;
};

/// Returns null for no number: a rule of a newer program has no severity, and a damaged store may
/// hold anything.
json number_of(const std::string& label) {
  std::int64_t number = 0;
  const auto [end, problem] = std::from_chars(label.data(), label.data() + label.size(), number);
  return problem == std::errc{} && end == label.data() + label.size() ? json(number) : json();
}

json value_of(const std::string& label, label_type type) {
  switch (type) {
    case label_type::text: break;
    case label_type::number: return number_of(label);
    case label_type::list: return split(label, " ,;/");
  }
  return label;
}

json labelled(const std::vector<summary_row>& rows, const std::vector<label_column>& columns) {
  json list = json::array();
  for (const auto& row : rows) {
    json one{{"count", row.count}};
    for (std::size_t i = 0; i < columns.size(); ++i)
      one[columns[i].name] = value_of(row.labels[i], columns[i].type);
    list.push_back(std::move(one));
  }
  return list;
}

std::string severity_name(const std::string& number) {
  if (number == "3")
    return "error";
  return number == "2" ? "warning" : "info";
}

std::string urgency_name(const std::string& number) {
  if (number == "3")
    return "immediate";
  return number == "2" ? "urgent" : "routine";
}

void append_partitions(const store_summary& summary, std::string& text) {
  std::size_t width = 5;
  for (const auto& partition : summary.partitions)
    width = std::max(width, partition.state.stream.topic.size());
  text += fmt::format("{:<{}} {:>9} {:>10} = {:>10} + {:>8} + {:>9} + {:>8}  {}\n", "topic", width,
                      "partition", "read", "accepted", "rejected", "duplicate", "conflict",
                      "ledger head");
  verdict_counts all;
  for (const auto& [stream, state, counts] : summary.partitions) {
    all += counts;
    text += fmt::format("{:<{}} {:>9} {:>10} = {:>10} + {:>8} + {:>9} + {:>8}  {}\n",
                        state.stream.topic, width, state.stream.partition, counts.total(),
                        counts.accepted, counts.rejected, counts.duplicate, counts.conflict,
                        hex(state.chain_head).substr(0, 16));
  }
  text += fmt::format("{:<{}} {:>9} {:>10} = {:>10} + {:>8} + {:>9} + {:>8}\n", "all", width, "",
                      all.total(), all.accepted, all.rejected, all.duplicate, all.conflict);
}

} // namespace

caf::expected<store_summary> summarize(ledger_reader& reader) {
  store_summary summary;
  auto partitions = reader.partitions();
  if (!partitions)
    return std::move(partitions.error());
  summary.partitions = std::move(*partitions);
  const std::pair<summary_table, std::vector<summary_row>*> parts[]{
      {summary_table::findings, &summary.findings},
      {summary_table::scores, &summary.scores},
      {summary_table::alerts, &summary.alerts},
      {summary_table::rejections, &summary.rejections}};
  for (const auto& [table, rows] : parts) {
    auto counted = reader.summarize(table);
    if (!counted)
      return std::move(counted.error());
    *rows = std::move(*counted);
  }
  auto lags = reader.publication_lags();
  if (!lags)
    return std::move(lags.error());
  summary.lags = std::move(*lags);
  return summary;
}

std::string to_json(const store_summary& summary) {
  json partitions = json::array();
  for (const auto& partition : summary.partitions)
    partitions.push_back(to_json(partition, lag_of(summary, partition.state.stream)));
  return json{
      {"source", "store"},
      {"partitions", std::move(partitions)},
      {"findings", labelled(summary.findings, {{"rule", label_type::number},
                                               {"severity", label_type::number},
                                               {"name"},
                                               {"text"},
                                               {"authority", label_type::list}})},
      {"scores", labelled(summary.scores, {{"scale"}, {"band"}})},
      {"alerts", labelled(summary.alerts, {{"rule"}, {"urgency", label_type::number}})},
      {"rejections", labelled(summary.rejections, {{"code", label_type::number}, {"reason"}})}}
      .dump();
}

std::string to_text(const store_summary& summary) {
  std::string text;
  append_partitions(summary, text);
  if (!summary.findings.empty())
    text += "\nfindings by rule\n";
  for (const auto& [labels, count] : summary.findings)
    text += fmt::format("{:>9}  {:<7} {} ({})\n", count, severity_name(labels[1]), labels[3],
                        labels[4]);
  if (!summary.scores.empty())
    text += "\nscores by band\n";
  for (const auto& [labels, count] : summary.scores)
    text += fmt::format("{:>9}  {:<9} {}\n", count, labels[0],
                        labels[1].empty() ? "(no bands)" : labels[1]);
  if (!summary.alerts.empty())
    text += "\nalerts due\n";
  for (const auto& [labels, count] : summary.alerts)
    text += fmt::format("{:>9}  {:<9} {}\n", count, urgency_name(labels[1]), labels[0]);
  if (!summary.rejections.empty())
    text += "\nrejected\n";
  for (const auto& [labels, count] : summary.rejections)
    text += fmt::format("{:>9}  {}\n", count, labels[1]);
  return text;
}

std::string publication_text(const store_summary& summary) {
  publication_lag all;
  std::string streams;
  for (const auto& [stream, dead_letters, records] : summary.lags) {
    all.dead_letters += dead_letters;
    all.records += records;
    if (dead_letters + records > 0)
      streams += fmt::format("{:>9} dead letters, {:>9} records  {}/{}\n", dead_letters, records,
                             stream.topic, stream.partition);
  }
  if (streams.empty())
    return "published: every dead letter, and an anchor behind every record\n";
  return fmt::format(
      "not published yet: {} dead letters; {} records settled since the last anchor\n{}",
      all.dead_letters, all.records, streams);
}

} // namespace aepro
