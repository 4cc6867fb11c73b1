#include "apps/verify_report.hpp"

#include "actors/common/log.hpp"
#include "actors/storage/ledger/hex.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>

namespace aepro {

namespace {

using json = nlohmann::ordered_json;

constexpr std::size_t problems_shown = 20;

json to_json(const audited_partition& partition) {
  return {{"topic", partition.stream.topic},           {"partition", partition.stream.partition},
          {"next_offset", partition.next_offset},      {"read", partition.counts.total()},
          {"accepted", partition.counts.accepted},     {"rejected", partition.counts.rejected},
          {"duplicate", partition.counts.duplicate},   {"conflict", partition.counts.conflict},
          {"chain_head", to_hex(partition.chain_head)}};
}

json to_json(const audit_problem& problem) {
  return {{"kind", problem.kind},
          {"topic", problem.topic},
          {"partition", problem.partition},
          {"offset", problem.offset},
          {"message", problem.message}};
}

std::string to_text(const audited_partition& partition) {
  return fmt::format("{}[{}]: {} read = {} accepted + {} rejected + {} duplicate + {} conflict, "
                     "next offset {}, head {}\n",
                     log::on_one_line(partition.stream.topic), partition.stream.partition,
                     partition.counts.total(), partition.counts.accepted, partition.counts.rejected,
                     partition.counts.duplicate, partition.counts.conflict, partition.next_offset,
                     to_hex(partition.chain_head));
}

/// What a store that was tampered with says is shown, not obeyed: a terminal reads escapes.
std::string to_text(const audit_problem& problem) {
  const auto message = log::on_one_line(problem.message);
  if (problem.topic.empty()) // Of the store as a whole.
    return fmt::format("{}: {}\n", problem.kind, message);
  return fmt::format("{}: {}[{}] offset {}: {}\n", problem.kind, log::on_one_line(problem.topic),
                     problem.partition, problem.offset, message);
}

} // namespace

std::string to_json(const audit_report& audit, const comparisons& compared) {
  json out{
      {"ok", audit.ok()},
      {"partitions", json::array()},
      {"problems", json::array()},
      {"problems_total", audit.problems_total},
      {"processing_failed", {{"records", audit.processing_failed}, {"sound_now", audit.sound_now}}},
      {"notes", audit.notes}};
  for (const auto& partition : audit.partitions)
    out["partitions"].push_back(to_json(partition));
  for (const auto& problem : audit.problems)
    out["problems"].push_back(to_json(problem));
  if (const auto& expected = compared.expected)
    out["expected"] = {
        {"records", expected->expected}, {"found", expected->found}, {"others", expected->others}};
  if (const auto& anchors = compared.anchors)
    out["anchors"] = {{"compared", anchors->compared},
                      {"others", anchors->others},
                      {"refused", anchors->refused}};
  return out.dump(2, ' ', false, json::error_handler_t::replace);
}

std::string to_text(const audit_report& audit, const comparisons& compared) {
  std::string out;
  for (const auto& partition : audit.partitions)
    out += to_text(partition);
  for (std::size_t i = 0; i < std::min(problems_shown, audit.problems.size()); ++i)
    out += to_text(audit.problems[i]);
  if (audit.problems_total > problems_shown)
    out += fmt::format("... and {} more (--json lists up to 1000)\n",
                       audit.problems_total - problems_shown);
  if (const auto& expected = compared.expected)
    out += fmt::format("expected: {} of {} records are as expected, {} others\n", expected->found,
                       expected->expected, expected->others);
  if (const auto& anchors = compared.anchors)
    out += fmt::format("anchors: {} compared, {} of other stores, {} refused\n", anchors->compared,
                       anchors->others, anchors->refused);
  if (audit.processing_failed > 0)
    out += fmt::format("processing_failed: {} records were rejected because aepro failed on them; "
                       "decided anew, {} of them "
                       "are accepted\n",
                       audit.processing_failed, audit.sound_now);
  for (const auto& note : audit.notes)
    out += fmt::format("note: {}\n", note);
  return out + fmt::format("verify: {}",
                           audit.ok() ? "ok" : fmt::format("{} problems", audit.problems_total));
}

} // namespace aepro
