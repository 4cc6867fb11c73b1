/// Runs seeds of the simulation. scripts/simulate starts several of these; see its --help.

#include "run_seed.hpp"

#include "actors/common/log.hpp"
#include "actors/common/reach.hpp"
#include "messages/interfaces.hpp"

#include <fmt/format.h>

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <string>
#include <string_view>
#include <vector>

using namespace aepro::simulation;

namespace {

struct arguments {
  std::uint64_t first = 1, count = 1;
  std::string known; ///< A file with a seed at the start of each line.
  bool verbose = false, until_failure = false;
  bool all_marks = false; ///< Fail where a rare path of the product was never taken.
};

/// Returns the seeds to run.
std::vector<std::uint64_t> seeds_of(const arguments& wanted) {
  std::vector<std::uint64_t> seeds;
  if (wanted.known.empty())
    for (std::uint64_t i = 0; i < wanted.count; ++i)
      seeds.push_back(wanted.first + i);
  std::ifstream file(wanted.known);
  for (std::string line; std::getline(file, line);)
    if (!line.empty() && line[0] != '#')
      seeds.push_back(std::strtoull(line.c_str(), nullptr, 10));
  return seeds;
}

/// With all that happened, on stderr, of the first that failed.
void print_failure(const run_result& result, bool with_events) {
  fmt::print("FAILED seed {}: {}\n", result.seed, result.violation);
  std::fflush(stdout);
  if (!with_events)
    return;
  aepro::log::configure(aepro::log::level::info, false);
  run_seed(result.seed, true);
  aepro::log::configure(aepro::log::level::off, false);
}

/// Returns how many seeds failed. Each runs twice: the same seed must give the same trace.
std::uint64_t run_all(const arguments& wanted) {
  std::map<std::string, std::uint64_t> faults;
  std::uint64_t failed = 0, steps = 0, records = 0;
  double virtual_seconds = 0;
  const auto seeds = seeds_of(wanted);
  for (const auto seed : seeds) {
    auto result = run_seed(seed, wanted.verbose);
    if (result.violation.empty() && run_seed(seed).trace_hash != result.trace_hash)
      result.violation = "the second run's trace differs";
    for (const auto& [kind, times] : result.faults)
      faults[kind] += times;
    steps += result.steps;
    records += result.records;
    virtual_seconds += result.virtual_seconds;
    if (result.violation.empty())
      continue;
    ++failed;
    print_failure(result, failed == 1 && !wanted.verbose && !wanted.until_failure);
    if (wanted.until_failure)
      break;
  }
  fmt::print("{} seeds, {} failed; {} records, {} steps, {:.0f} virtual seconds\n", seeds.size(),
             failed, records, steps, virtual_seconds);
  for (const auto& [kind, times] : faults)
    fmt::print("  {:<24} {}\n", kind, times);
  return failed;
}

/// Prints how often each rare path was taken; returns how many never were.
std::uint64_t print_marks() {
  std::map<std::string, std::uint64_t> marks;
  aepro::reach_mark::each([&](const char* name, std::uint64_t times) { marks[name] += times; });
  std::uint64_t missed = 0;
  for (const auto& [name, times] : marks) {
    fmt::print("  reached {:<40} {}\n", name, times);
    missed += times == 0 ? 1 : 0;
  }
  return missed;
}

} // namespace

int main(int count, char** words) {
  arguments wanted;
  for (int i = 1; i < count; ++i) {
    const std::string_view word = words[i];
    const auto number = [&] { return i + 1 < count ? std::strtoull(words[++i], nullptr, 10) : 0; };
    if (word == "--first")
      wanted.first = number();
    else if (word == "--count")
      wanted.count = number();
    else if (word == "--known" && i + 1 < count)
      wanted.known = words[++i];
    else if (word == "--until-failure")
      wanted.until_failure = true;
    else if (word == "--all-marks")
      wanted.all_marks = true;
    else if (word == "--verbose")
      wanted.verbose = true;
    else
      return 64;
  }
  caf::init_global_meta_objects<caf::id_block::aepro>();
  caf::core::init_global_meta_objects();
  aepro::log::configure(wanted.verbose ? aepro::log::level::info : aepro::log::level::off, false);
  const auto failed = run_all(wanted);
  const auto missed = print_marks();
  if (wanted.all_marks && missed > 0)
    fmt::print("FAILED: {} rare paths never taken\n", missed);
  return failed == 0 && (missed == 0 || !wanted.all_marks) ? 0 : 1;
}
