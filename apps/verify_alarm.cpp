#include "apps/verify_alarm.hpp"

#include "actors/common/parts_digest.hpp"
#include "actors/notifier/alert_planner.hpp"
#include "actors/storage/notification_store.hpp"

#include <fmt/format.h>

namespace aepro {

namespace {

std::string text_of(const audit_report& found) {
  auto text =
      fmt::format("`aepro verify` has found {} problems in the store.", found.problems_total);
  if (!found.problems.empty()) {
    const auto& first = found.problems.front();
    text += fmt::format(" The first: {}", first.kind);
    if (first.partition >= 0)
      text += fmt::format(" at {}/{}/{}", first.topic, first.partition, first.offset);
    text += ".";
  }
  return text + " Keep the store as it is, and run `aepro verify` for all of them.";
}

/// The same damage is told of once a day, other damage at once.
std::string occasion_of(const audit_report& found, unix_milliseconds now) {
  constexpr unix_milliseconds day = 86'400'000;
  auto text = fmt::format("{} {}", now / day, found.problems_total);
  for (const auto& one : found.problems)
    text += fmt::format("\n{} {} {} {}", one.kind, one.topic, one.partition, one.offset);
  return parts_digest({text}, 32);
}

} // namespace

caf::expected<bool> add_verify_alarm(store_database& database, const notifier_rules& rules,
                                     const audit_report& found) {
  auto store = database.notify();
  if (!store)
    return std::move(store.error());
  const auto now = (*store)->now();
  if (!now)
    return now.error();
  const auto mutes = (*store)->mutes(*now);
  if (!mutes)
    return mutes.error();
  const system_alarm alarm{"audit-chain-broken", text_of(found), occasion_of(found, *now)};
  return (*store)->add(plan_alarm(alarm, rules, *mutes, "verify", *now));
}

} // namespace aepro
