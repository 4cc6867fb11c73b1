#include "actors/clocks/clock_plan.hpp"

#include "actors/clocks/case_clocks.hpp"
#include "actors/clocks/clock_stages.hpp"
#include "actors/common/parts_digest.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

namespace aepro {

namespace {

std::string clock_key(const regulatory_clock& clock, const std::string& store_id) {
  return parts_digest({store_id, clock.study, clock.report_id, clock.kind, clock.stream.topic,
                       std::to_string(clock.stream.partition), std::to_string(clock.offset)},
                      32);
}

/// What the clock counts from.
void count_from(regulatory_clock& clock, const wanted_clock& wanted, const case_version& by,
                const clock_planning& planning) {
  const auto& kind = *wanted.kind;
  clock.study = by.study;
  clock.report_id = by.report_id;
  clock.site = by.site;
  clock.subject = by.subject;
  clock.kind = kind.name;
  clock.authority = kind.authority;
  clock.time_zone = planning.time_zone;
  clock.version = by.version;
  clock.stream = by.stream;
  clock.offset = by.offset;
  clock.awareness_at = wanted.awareness_at;
  clock.qualified_at = wanted.qualified_at;
  clock.key = clock_key(clock, planning.store_id);
  const auto start =
      kind.from == clock_start::awareness ? wanted.awareness_at : wanted.qualified_at;
  const auto dates = dates_of(kind, start, planning.time_zone);
  clock.day_zero = dates.day_zero;
  clock.due_at = dates.due_at;
  clock.reminders.clear();
  for (const auto before : kind.remind_before)
    clock.reminders.push_back(before.count());
}

void set_state(regulatory_clock& clock, clock_state state, std::string reason,
               unix_milliseconds now) {
  const bool ends = state != clock_state::running;
  clock.state = state;
  clock.ended_at = ends ? now : 0;
  clock.ended_by = ends ? "aepro" : "";
  clock.ended_reason = std::move(reason);
}

void follow_nullification(regulatory_clock& clock, const case_version* nullified,
                          unix_milliseconds now) {
  const auto state = nullified == nullptr ? clock_state::running : clock_state::stopped;
  if (clock.ended_by_person || clock.state == state)
    return;
  if (state == clock_state::running)
    return set_state(clock, state, "", now);
  set_state(clock, state,
            fmt::format("version {} nullified the report ({}/{}/{})", nullified->version,
                        nullified->stream.topic, nullified->stream.partition, nullified->offset),
            now);
}

bool is_by(const regulatory_clock& clock, const case_version& version) {
  return clock.stream == version.stream && clock.offset == version.offset;
}

/// Returns the first version behind the one that started the clock that took the report back; null:
/// none did.
const case_version* find_nullification(const regulatory_clock& clock,
                                       const std::vector<case_version>& versions) {
  auto at = std::ranges::find_if(versions, [&](const auto& one) { return is_by(clock, one); });
  at = std::find_if(at, versions.end(), [](const auto& one) { return one.nullifies; });
  return at == versions.end() ? nullptr : &*at;
}

bool is_of(const regulatory_clock& clock, const wanted_clock& wanted, const case_version& by) {
  return clock.kind == wanted.kind->name && is_by(clock, by);
}

/// Pairs what is wanted with what is there.
class matching {
public:
  matching(const std::vector<regulatory_clock>& clocks, const std::vector<wanted_clock>& wanted,
           const std::vector<case_version>& versions)
      : clocks_(clocks), taken_(clocks.size()), of_(wanted.size()) {
    for (std::size_t i = 0; i < wanted.size(); ++i)
      take(of_[i], [&](const auto& one) { return is_of(one, wanted[i], versions[wanted[i].by]); });
    for (std::size_t i = 0; i < wanted.size(); ++i)
      if (!of_[i]) // Of the same kind, and of a version that is not the first any more.
        take(of_[i], [&](const auto& one) {
          return one.kind == wanted[i].kind->name && one.state != clock_state::withdrawn;
        });
  }

  const regulatory_clock* of(std::size_t index) const {
    return of_[index] ? &clocks_[*of_[index]] : nullptr;
  }
  bool is_left(std::size_t clock) const { return !taken_[clock]; }

private:
  template <class Fits>
  void take(std::optional<std::size_t>& place, Fits fits) {
    for (std::size_t i = 0; i < clocks_.size(); ++i)
      if (!taken_[i] && fits(clocks_[i])) {
        taken_[i] = true;
        place = i;
        return;
      }
  }

  const std::vector<regulatory_clock>& clocks_;
  std::vector<bool> taken_;
  std::vector<std::optional<std::size_t>> of_; ///< By what is wanted.
};

regulatory_clock new_clock(const wanted_clock& wanted, const case_version& by,
                           const clock_planning& planning, unix_milliseconds now) {
  regulatory_clock made;
  made.made_at = now;
  made.told_before = nothing_told;
  count_from(made, wanted, by, planning);
  follow_nullification(made, wanted.nullified, now);
  if (now - wanted.qualified_at > planning.age_max.count())
    if (const auto passed = due_stage(made, now))
      made.told_before = *passed; // Nobody is told what was due before it was known.
  return scheduled(std::move(made));
}

/// Returns the clock as it is to be, or nothing where it is so.
std::optional<regulatory_clock> changed_clock(const regulatory_clock& before,
                                              const wanted_clock& wanted, const case_version& by,
                                              const clock_planning& planning,
                                              unix_milliseconds now) {
  auto after = before;
  const bool has_new_facts = !is_of(before, wanted, by) ||
                             before.awareness_at != wanted.awareness_at ||
                             before.qualified_at != wanted.qualified_at;
  if (has_new_facts)
    count_from(after, wanted, by, planning);
  follow_nullification(after, wanted.nullified, now);
  if (!has_new_facts && after.state == before.state)
    return std::nullopt;
  return scheduled(std::move(after));
}

} // namespace

std::string case_key(const case_version& version) {
  return parts_digest({version.study, version.subject, version.report_id}, 32);
}

clock_changes plan_clocks(const case_history& history, const clock_planning& planning,
                          unix_milliseconds now) {
  const auto versions = ordered_versions(history.versions);
  const auto wanted = wanted_clocks(versions, planning.kinds, planning.time_zone);
  const matching pairs(history.clocks, wanted, versions);
  clock_changes changes;
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    const auto& by = versions[wanted[i].by];
    const auto* found = pairs.of(i);
    if (found == nullptr)
      changes.made.push_back(new_clock(wanted[i], by, planning, now));
    else if (auto changed = changed_clock(*found, wanted[i], by, planning, now))
      changes.moved.push_back(std::move(*changed));
  }
  for (std::size_t i = 0; i < history.clocks.size(); ++i) {
    auto left = history.clocks[i];
    if (!pairs.is_left(i) || left.ended_by_person || left.state == clock_state::withdrawn)
      continue;
    const bool is_known =
        std::ranges::find(planning.kinds, left.kind, &clock_kind::name) != planning.kinds.end();
    if (is_known)
      set_state(left, clock_state::withdrawn,
                "an earlier version that came later shows that nothing had begun", now);
    else
      follow_nullification(left, find_nullification(left, versions), now);
    if (left.state != history.clocks[i].state)
      changes.moved.push_back(scheduled(std::move(left)));
  }
  return changes;
}

} // namespace aepro
