#include "apps/verify_alarm.hpp"

#include "actors/notifier/alert_planner.hpp"
#include "actors/storage/notification_store.hpp"

#include <fmt/format.h>

namespace aepro {

namespace {

std::string text_of(const audit_report& found) {
  auto text = fmt::format("`aepro verify` has found {} problems in the store.", found.problems_total);
  if (!found.problems.empty()) {
    const auto& first = found.problems.front();
    text += fmt::format(" The first: {}", first.kind);
    if (first.partition >= 0)
      text += fmt::format(" at {}/{}/{}", first.topic, first.partition, first.offset);
    text += ".";
  }
  return text + " Keep the store as it is, and run `aepro verify` for all of them.";
}

} // namespace

caf::error add_verify_alarm(store_database& database, const notifier_rules& rules, const audit_report& found) {
  auto store = database.notify();
  if (!store)
    return std::move(store.error());
  const auto now = (*store)->now();
  if (!now)
    return now.error();
  const auto mutes = (*store)->mutes(*now);
  if (!mutes)
    return mutes.error();
  const auto added = (*store)->add(plan_alarm({"audit-chain-broken", text_of(found)}, rules, *mutes, "verify", *now));
  return added ? caf::error{} : added.error();
}

} // namespace aepro
