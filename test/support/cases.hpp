#pragma once

/// Versions of a report, and a case that learns of them in any order.

#include "actors/clocks/clock_plan.hpp"
#include "actors/clocks/clock_stages.hpp"
#include "config/clock_settings.hpp"

#include <algorithm>
#include <string>
#include <vector>

namespace aepro::test {

inline constexpr std::int64_t hour_ms = 3'600'000, day_ms = 24 * hour_ms;
inline constexpr unix_milliseconds june_first = 1'780'272'000'000; // 2026-06-01T00:00:00Z

/// A serious version, published `hours` after the first of June.
inline case_version version(std::int64_t number, std::int64_t hours = 0) {
  case_version made;
  made.study = "S1";
  made.report_id = "R-1";
  made.site = "701";
  made.subject = "1015";
  made.version = number;
  made.serious = true;
  made.received_at = june_first + hours * hour_ms;
  made.stream = {"aepro.adverse-events", 0};
  made.offset = number * 10;
  return made;
}

inline case_version unexpected(case_version made) {
  made.unexpected = true;
  return made;
}

inline case_version grave(case_version made) {
  made.grave = made.unexpected = true;
  return made;
}

inline case_version nullifying(case_version made) {
  made.nullifies = true;
  return made;
}

inline case_version aware(case_version made, std::string awareness) {
  made.awareness = std::move(awareness);
  return made;
}

inline clock_planning planning(std::string zone = "UTC") {
  return {"store", std::move(zone), default_clock_kinds(), std::chrono::hours{72}};
}

/// A case as the store keeps it.
struct known_case {
  case_history history;
  std::int64_t next_id = 1;

  void learn(const case_version& version, const clock_planning& how, unix_milliseconds now) {
    history.versions.push_back(version);
    plan(how, now);
  }

  void plan(const clock_planning& how, unix_milliseconds now) {
    auto changes = plan_clocks(history, how, now);
    for (const auto& one : changes.moved)
      *std::ranges::find(history.clocks, one.id, &regulatory_clock::id) = one;
    for (auto& one : changes.made) {
      one.id = next_id++;
      history.clocks.push_back(std::move(one));
    }
  }

  /// Returns the clocks of a kind, oldest first.
  std::vector<regulatory_clock> of(const std::string& kind) const {
    auto found = history.clocks;
    std::erase_if(found, [&](const auto& one) { return one.kind != kind; });
    return found;
  }
};

} // namespace aepro::test
