#include "test/support/contracts/notification_fixture.hpp"

#include <boost/test/unit_test.hpp>

#include <fmt/format.h>

namespace aepro::test {

notification notification_of(std::uint64_t number, urgency how) {
  return {.key = fmt::format("{:032x}", number),
          .rule = "serious-adverse-event",
          .urgency = how,
          .study = "STUDY-1",
          .site = "701",
          .subject = "01-701-1015",
          .created_at = noon,
          .step_since = noon,
          .next_at = noon};
}

notification notification_of(const stored_alert& alert) {
  auto made = notification_of(0, alert.urgency);
  made.key = fmt::format("{:031x}{:x}", alert.offset, alert.rule.size() % 16);
  made.rule = alert.rule;
  made.study = alert.study;
  made.site = alert.site;
  made.subject = alert.subject;
  made.term = alert.term;
  if (!alert.report_id.empty())
    made.case_key = alert.study + '/' + alert.report_id;
  made.only_if_told = alert.only_if_told;
  made.stream = alert.stream;
  made.offset = alert.offset;
  made.produced_at = alert.produced_at;
  made.durable_at = alert.durable_at;
  return made;
}

notifying_store::notifying_store(store_kind kind)
    : store(kind), source(store.database()), one(value_of(store.database().notify())),
      other(value_of(store.database().notify())) {
}

bool notifying_store::take_up(std::size_t alerts_max) {
  const auto page = value_of(one->new_alerts(adverse_events, alerts_max));
  std::vector<notification> made;
  for (const auto& alert : page.alerts)
    made.push_back(notification_of(alert));
  return value_of(one->take_up(source.claim, page, made));
}

void notifying_store::add(std::uint64_t count) {
  for (std::uint64_t number = 1; number <= count; ++number)
    BOOST_REQUIRE(value_of(one->add(notification_of(number))));
}

std::vector<leased_notification>
notifying_store::lease(notification_store& node, unix_milliseconds now, std::size_t count_max) {
  return value_of(node.lease(now, 1'000, &node == one.get() ? "node-1" : "node-2", count_max));
}

std::vector<shown_notification> notifying_store::all() {
  return value_of(one->list({.rows_max = 1'000}));
}

shown_notification notifying_store::only() {
  auto shown = all();
  BOOST_REQUIRE(shown.size() == 1U);
  return std::move(shown.front());
}

delivery_report delivered(const leased_notification& leased, notification_state state) {
  delivery_report report{.after = leased.what, .lease = leased.lease};
  report.after.state = state;
  report.after.ended_at = state == notification_state::closed ? noon : 0;
  report.attempts.push_back({.notification_id = leased.what.id,
                             .step = leased.what.step,
                             .at = noon,
                             .channel = "mail",
                             .recipient = "a@b.c",
                             .node = "node-1",
                             .result = attempt_result::delivered,
                             .receipt = "250 queued"});
  return report;
}

std::vector<std::int64_t> ids_of(const std::vector<leased_notification>& leased) {
  std::vector<std::int64_t> ids;
  for (const auto& one : leased)
    ids.push_back(one.what.id);
  return ids;
}

std::vector<std::int64_t> ids_of(const std::vector<shown_notification>& shown) {
  std::vector<std::int64_t> ids;
  for (const auto& one : shown)
    ids.push_back(one.what.id);
  return ids;
}

} // namespace aepro::test
