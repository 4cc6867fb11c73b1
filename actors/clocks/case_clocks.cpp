#include "actors/clocks/case_clocks.hpp"

#include "actors/clocks/awareness.hpp"
#include "actors/clocks/calendar.hpp"

#include <algorithm>
#include <tuple>

namespace aepro {

namespace {

auto sender_order(const case_version& version) {
  return std::tie(version.version, version.received_at, version.stream, version.offset);
}

auto time_order(const case_version& version) {
  return std::tie(version.received_at, version.stream, version.offset);
}

bool is_open_to(const clock_kind& kind, const case_version& version) {
  return kind.study.empty() || kind.study == version.study;
}

/// What a clock still waits for since the last nullification.
struct search {
  const clock_kind* kind;
  bool is_over = false;
};

/// Whether `version` starts a clock of the kind, which none before it has; `is_over` tells that
/// none after it will.
bool starts(search& one, const case_version& version) {
  switch (one.kind->condition) {
    case clock_condition::serious: one.is_over = version.serious; break;
    case clock_condition::suspected_unexpected_serious: one.is_over = version.unexpected; break;
    case clock_condition::suspected_unexpected_grave:
      one.is_over = version.unexpected && version.grave;
      break;
    case clock_condition::suspected_unexpected_not_grave:
      one.is_over = version.unexpected;
      return version.unexpected && !version.grave;
  }
  return one.is_over;
}

} // namespace

std::vector<case_version> ordered_versions(std::vector<case_version> versions) {
  std::ranges::sort(versions, [](const auto& left, const auto& right) {
    return sender_order(left) < sender_order(right);
  });
  const auto numbered =
      std::ranges::find_if(versions, [](const auto& one) { return one.version > 0; });
  std::vector<case_version> ordered(numbered, versions.end());
  // Those without a number come in the order of their instants: each finds its place behind the one
  // before it.
  for (auto one = versions.begin(); one != numbered; ++one) {
    const auto last_before = std::find_if(ordered.rbegin(), ordered.rend(), [&](const auto& other) {
      return time_order(other) < time_order(*one);
    });
    ordered.insert(last_before.base(), *one);
  }
  return ordered;
}

std::vector<wanted_clock> wanted_clocks(std::span<const case_version> versions,
                                        std::span<const clock_kind> kinds,
                                        const std::string& zone) {
  const auto awareness = awareness_instants(versions, zone);
  std::vector<wanted_clock> wanted;
  std::vector<search> searches;
  const auto begin_anew = [&] {
    searches.clear();
    for (const auto& kind : kinds)
      searches.push_back({&kind});
  };
  begin_anew();
  std::size_t first_open = 0; // Of `wanted`: since the last nullification.
  for (std::size_t i = 0; i < versions.size(); ++i) {
    if (versions[i].nullifies) {
      for (; first_open < wanted.size(); ++first_open)
        wanted[first_open].nullified = &versions[i];
      begin_anew();
      continue;
    }
    for (auto& one : searches)
      if (!one.is_over && is_open_to(*one.kind, versions[i]) && starts(one, versions[i]))
        wanted.push_back({one.kind, i, nullptr, awareness[i], received_at(versions[i])});
  }
  return wanted;
}

clock_dates dates_of(const clock_kind& kind, unix_milliseconds start, const std::string& zone) {
  const auto day_zero = day_of(start, zone);
  if (kind.days > 0)
    return {day_zero, end_of_day(day_zero + kind.days, zone)};
  return {day_zero, start + kind.time.count()};
}

} // namespace aepro
