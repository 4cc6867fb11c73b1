#include "apps/demo_report.hpp"

#include "apps/command_line.hpp"
#include "apps/decide_options_of.hpp"
#include "apps/open_store.hpp"

#include "actors/audit/store_audit.hpp"
#include "actors/audit/store_summary.hpp"
#include "actors/notifier/notification_text.hpp"
#include "actors/storage/clock_store.hpp"
#include "actors/storage/notification_store.hpp"
#include "messages/error_text.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <cstdio>
#include <random>
#include <unistd.h>

namespace aepro {

namespace {

constexpr int calls_per_line = 5; // The demo looks five times a second.

void print_performance(const demo_result& result) {
  const auto& latency = result.last.latency;
  fmt::print("\n{} events published and settled in {:.1f} s ({:.0f}/s)\n", result.published,
             result.seconds, static_cast<double>(result.published) / result.seconds);
  fmt::print("published by aepro: {} dead letters, {} ledger anchors{}\n",
             result.outbound.dead_letters, result.outbound.anchors,
             result.outbound.complete ? "" : " (incomplete)");
  fmt::print("produce to durable: p50 {} ms, p99 {} ms\n", latency.percentile(0.50),
             latency.percentile(0.99));
}

/// Returns the first death that was told, with its attempts.
caf::expected<std::optional<shown_notification>> first_death(store_database& database) {
  auto store = database.notify();
  if (!store)
    return std::move(store.error());
  notification_filter filter;
  filter.rule = "fatal-or-life-threatening";
  filter.rows_max = 10'000;
  const auto shown = (*store)->list(filter);
  if (!shown)
    return shown.error();
  if (shown->empty() || shown->back().attempts.empty())
    return std::optional<shown_notification>{};
  return std::optional(shown->back());
}

caf::expected<clock_counts> count_clocks(store_database& database) {
  auto store = database.clocks();
  if (!store)
    return std::move(store.error());
  const auto now = (*store)->now();
  return now ? (*store)->counts(*now) : caf::expected<clock_counts>{now.error()};
}

void print_alerts(const demo_result& result, const std::optional<shown_notification>& death) {
  fmt::print("alerts told: {} of {}{}\n", result.told.delivered, result.told.taken_up,
             result.told.complete ? "" : " (incomplete)");
  if (!death)
    return;
  const auto& what = death->what;
  const auto sent_at = death->attempts.front().at;
  fmt::print("the first death's way: produced {}, durable {} ms later, sent to {} {} ms after it "
             "was produced\n",
             precise_instant_text(what.produced_at), what.durable_at - what.produced_at,
             death->attempts.front().recipient, sent_at - what.produced_at);
}

std::string json_of(const demo_result& result, const store_summary& summary,
                    const audit_report& verified, const std::optional<shown_notification>& death,
                    const clock_counts& clocks) {
  auto object = nlohmann::json::parse(to_json(summary));
  object["ok"] = verified.ok();
  object["published"] = result.published;
  object["dead_letters_published"] = result.outbound.dead_letters;
  object["anchors_published"] = result.outbound.anchors;
  object["seconds"] = result.seconds;
  object["alerts_told"] = {{"taken_up", result.told.taken_up},
                           {"delivered", result.told.delivered}};
  object["clocks"] = {{"running", clocks.running}, {"missed", clocks.missed}};
  object["first_death"] = death ? nlohmann::json(json_of(*death)) : nlohmann::json();
  object["latency_ms"] = {{"p50", result.last.latency.percentile(0.50)},
                          {"p99", result.last.latency.percentile(0.99)},
                          {"p999", result.last.latency.percentile(0.999)}};
  return object.dump();
}

} // namespace

demo_progress::demo_progress(bool quiet) : quiet_(quiet), terminal_(isatty(STDERR_FILENO) != 0) {
}

demo_progress::~demo_progress() {
  if (terminal_ && calls_ > 0)
    say("\n");
}

void demo_progress::show(std::uint64_t published, const ingest_status& status) {
  if (quiet_ || (++calls_ % calls_per_line != 0 && !terminal_))
    return;
  const auto& counts = status.counts;
  const auto text =
      fmt::format("published {:>7}  durable {:>7}  in flight {:>5}  rejected {:>4}  duplicate "
                  "{:>4}  conflict {:>4}  p99 {:>4} ms",
                  published, counts.total(), status.read_records - counts.total(), counts.rejected,
                  counts.duplicate, counts.conflict, status.latency.percentile(0.99));
  say(fmt::format("{}{}{}", terminal_ ? "\r\x1b[K" : "", text, terminal_ ? "" : "\n"));
  std::fflush(stderr);
}

int report_demo(const settings& values, const demo_result& result, bool json) {
  auto database = open_store_of(values);
  if (!database) {
    print_error(error_text(database.error()));
    return exit_failed;
  }
  auto reader = (*database)->read();
  if (!reader) {
    print_error(error_text(reader.error()));
    return exit_failed;
  }
  const auto summary = summarize(**reader);
  if (!summary) {
    print_error(error_text(summary.error()));
    return exit_failed;
  }
  audit_options audit;
  audit.decide = decide_options_of(values);
  audit.seed = std::random_device{}();
  const auto verified = audit_store(**reader, audit);
  if (!verified) {
    print_error(error_text(verified.error()));
    return exit_failed;
  }
  const auto death = first_death(**database);
  if (!death) {
    print_error(error_text(death.error()));
    return exit_failed;
  }
  const auto clocks = count_clocks(**database);
  if (!clocks) {
    print_error(error_text(clocks.error()));
    return exit_failed;
  }
  if (json) {
    print_answer(json_of(result, *summary, *verified, *death, *clocks));
    return verified->ok() ? exit_good : exit_no;
  }
  fmt::print("{}", to_text(*summary));
  print_performance(result);
  print_alerts(result, *death);
  fmt::print("regulatory clocks: {} running, {} of them missed\n", clocks->running, clocks->missed);
  for (const auto& problem : verified->problems)
    fmt::print("{}: {}/{} at offset {}: {}\n", problem.kind, problem.topic, problem.partition,
               problem.offset, problem.message);
  fmt::print("verify: {}\n",
             verified->ok() ? "ok" : fmt::format("{} problems", verified->problems_total));
  if (!result.kept_store.empty())
    fmt::print("store kept: {} (look at it with `aepro status --store {}`)\n", result.kept_store,
               result.kept_store);
  return verified->ok() ? exit_good : exit_no;
}

} // namespace aepro
