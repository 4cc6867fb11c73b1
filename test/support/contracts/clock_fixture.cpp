#include "test/support/contracts/clock_fixture.hpp"

#include "actors/clocks/clock_alert.hpp"
#include "actors/clocks/clock_plan.hpp"

#include <boost/test/unit_test.hpp>

namespace aepro::test {

keeping_store::keeping_store(store_kind kind)
    : store(kind), source(store.database()), one(value_of(store.database().clocks())),
      other(value_of(store.database().clocks())), notes(value_of(store.database().notify())) {
}

clock_changes keeping_store::plan(const case_history& history) const {
  ++planned;
  return plan_clocks(history, {"store", "UTC", default_clock_kinds(), std::chrono::hours{72}},
                     published);
}

case_intake keeping_store::take_up(const case_page& page, std::size_t versions_max) {
  return take_up(*one, source.claim, page, versions_max);
}

case_intake keeping_store::take_up(clock_store& node, const stream_claim& claim,
                                   const case_page& page, std::size_t versions_max) {
  return value_of(node.take_up(claim, page, versions_max,
                               [this](const case_history& all) { return plan(all); }));
}

void keeping_store::learn(const report_text& text) {
  source.append({report_value(text)});
  BOOST_REQUIRE(take_up(page()).moved);
}

std::vector<regulatory_clock> keeping_store::all(clock_filter filter) {
  filter.rows_max = 1'000;
  return value_of(other->list(filter));
}

texts kinds_of(const std::vector<regulatory_clock>& clocks) {
  texts kinds;
  for (const auto& one : clocks)
    kinds.push_back(one.kind);
  return kinds;
}

numbers ids_of(const std::vector<regulatory_clock>& clocks) {
  numbers ids;
  for (const auto& one : clocks)
    ids.push_back(one.id);
  return ids;
}

numbers offsets_of(const case_page& page) {
  numbers offsets;
  for (const auto& one : page.versions)
    offsets.push_back(one.offset);
  return offsets;
}

std::string audit_problems_of(store_under_test& store) {
  std::string text;
  for (const auto& problem : audit(store).problems)
    text += problem.kind + ": " + problem.message + "\n";
  return text;
}

notification note_of(const regulatory_clock& clock, std::int64_t before) {
  return clock_notification(clock, before, {}, {}, "store", published);
}

} // namespace aepro::test
