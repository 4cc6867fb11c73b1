#include "actors/storage/ledger/group_plan.hpp"

#include "test/support/test_events.hpp"

#include <boost/test/unit_test.hpp>

#include <array>
#include <limits>

BOOST_AUTO_TEST_SUITE(group_plan_verdicts)

namespace {

using namespace aepro;
using namespace aepro::test;

const stored_stream first_stream{1, {"aepro.adverse-events", 0}};
const stored_stream second_stream{2, {"aepro.adverse-events", 1}};
const std::vector<stream_claim> states{{first_stream.name, 1, -1, {}},
                                       {second_stream.name, 1, -1, {}}};

std::string event(std::uint64_t id, const std::string& term = "HEADACHE") {
  return adverse_event_value({.event_id = ordered_id(id)}, term);
}

std::shared_ptr<decided_batch> batch_of(const stored_stream& stream,
                                        std::vector<std::string> values) {
  return decided({.stream = stream.name, .begin_offset = 0, .values = std::move(values)});
}

} // namespace

BOOST_AUTO_TEST_CASE(rows_are_sorted_by_key_over_the_whole_group) {
  const auto one = batch_of(first_stream, {event(9), event(1), "", event(5)});
  const auto two = batch_of(second_stream, {event(3), event(7)});
  group_plan plan({{one.get(), &first_stream}, {two.get(), &second_stream}});
  plan.resolve({}, states);
  BOOST_REQUIRE(plan.rows().size() == 5U);
  for (std::size_t i = 1; i < plan.rows().size(); ++i)
    BOOST_TEST((plan.rows()[i - 1].key < plan.rows()[i].key));
}

BOOST_AUTO_TEST_CASE(the_first_position_in_the_group_is_accepted) {
  const auto one = batch_of(first_stream, {event(1), event(1, "OTHER")});
  const auto two = batch_of(second_stream, {event(1), event(2)});
  group_plan plan({{one.get(), &first_stream}, {two.get(), &second_stream}});
  plan.resolve({}, states);
  BOOST_TEST((plan.batches()[0].verdicts == std::vector{verdict::accepted, verdict::conflict}));
  BOOST_TEST((plan.batches()[1].verdicts == std::vector{verdict::duplicate, verdict::accepted}));
  BOOST_REQUIRE(plan.batches()[1].repeats.size() == 1U);
  BOOST_TEST(plan.batches()[1].repeats[0].first_stream == &first_stream);
  BOOST_TEST(plan.batches()[1].repeats[0].first_offset == 0);
}

BOOST_AUTO_TEST_CASE(known_events_leave_no_row_and_are_named) {
  const auto one = batch_of(first_stream, {event(1), event(1, "OTHER"), event(2)});
  const known_event known{one->records[0].key, one->records[0].content_check, &second_stream, 77};
  group_plan plan({{one.get(), &first_stream}});
  BOOST_TEST(plan.rows().size() == 2U);
  plan.resolve(std::vector{known}, states);
  BOOST_TEST((plan.batches()[0].verdicts ==
              std::vector{verdict::duplicate, verdict::conflict, verdict::accepted}));
  BOOST_REQUIRE(plan.rows().size() == 1U);
  BOOST_TEST(plan.rows()[0].record == 2U);
  BOOST_REQUIRE(plan.batches()[0].repeats.size() == 2U);
  BOOST_TEST(plan.batches()[0].repeats[1].first_offset == 77);
  BOOST_TEST(plan.batches()[0].repeats[1].first_stream == &second_stream);
}

BOOST_AUTO_TEST_CASE(rejected_records_count_and_have_no_row) {
  const auto one = batch_of(first_stream, {"", "\xff", event(1)});
  group_plan plan({{one.get(), &first_stream}});
  plan.resolve({}, states);
  BOOST_TEST(plan.batches()[0].counts.rejected == 2U);
  BOOST_TEST(plan.batches()[0].counts.accepted == 1U);
  BOOST_TEST(plan.rows().size() == 1U);
}

BOOST_AUTO_TEST_CASE(each_stream_continues_its_own_chain) {
  const auto one = batch_of(first_stream, {event(1)});
  const auto two = batch_of(second_stream, {event(2)});
  auto three = decided({.stream = first_stream.name, .begin_offset = 1, .values = {event(3)}});
  group_plan plan(
      {{one.get(), &first_stream}, {two.get(), &second_stream}, {three.get(), &first_stream}});
  plan.resolve({}, states);
  BOOST_TEST((plan.batches()[2].chain_before == plan.batches()[0].chain_after));
  BOOST_TEST((plan.batches()[1].chain_before == sha256_digest{}));
  auto moved = states;
  moved[0].chain_head = plan.batches()[0].chain_after;
  group_plan later({{three.get(), &first_stream}});
  later.resolve({}, moved);
  BOOST_TEST((later.batches()[0].chain_after == plan.batches()[2].chain_after));
}

BOOST_AUTO_TEST_CASE(an_accepted_record_is_late_when_its_sender_s_deadline_has_passed) {
  const auto due = [](std::uint64_t id, std::int64_t deadline) {
    return adverse_event_value({.event_id = ordered_id(id), .deadline_ms = deadline});
  };
  const auto one = batch_of(first_stream, {due(1, 999), due(2, 1'000), event(3), due(1, 1)});
  const auto two = batch_of(second_stream, {due(4, 5), due(5, 6)});
  group_plan plan({{one.get(), &first_stream}, {two.get(), &second_stream}});
  const std::array known{
      known_event{two->records[1].key, two->records[1].content_check, &first_stream, 0}};
  plan.resolve(known, states);
  plan.find_late({1'000, {}});
  BOOST_TEST(plan.batches()[0].late == std::vector<std::uint32_t>{0},
             boost::test_tools::per_element());
  BOOST_TEST(plan.batches()[1].late == std::vector<std::uint32_t>{0},
             boost::test_tools::per_element());
  const std::vector group{one, two};
  const auto outcomes = outcomes_of(group, {true, true}, plan, states);
  BOOST_TEST(outcomes[0].settled.late == 1U);
  BOOST_TEST(outcomes[1].settled.late == 1U);
}

BOOST_AUTO_TEST_CASE(records_without_a_deadline_are_late_when_their_batch_was_due) {
  using std::chrono::steady_clock, std::chrono::milliseconds;
  const auto in_time = batch_of(first_stream, {event(1)});
  const auto late =
      batch_of(second_stream,
               {event(2), adverse_event_value({.event_id = ordered_id(3), .deadline_ms = 1'001})});
  const steady_clock::time_point now{std::chrono::hours{1}};
  in_time->raw->due = now;
  late->raw->due = now - milliseconds{1};
  group_plan plan({{in_time.get(), &first_stream}, {late.get(), &second_stream}});
  plan.resolve({}, states);
  plan.find_late({1'000, now});
  BOOST_TEST(plan.batches()[0].late.empty());
  BOOST_TEST(plan.batches()[1].late == std::vector<std::uint32_t>{0},
             boost::test_tools::per_element()); // The other's own deadline counts.
  BOOST_TEST(!plan.more_are_late({1'000, now}));
  BOOST_TEST(plan.more_are_late(later({1'000, now}, now + milliseconds{1})));
}

BOOST_AUTO_TEST_CASE(where_nothing_is_ever_due_nothing_becomes_late) {
  const auto batch = batch_of(first_stream, {event(1)});
  group_plan plan({{batch.get(), &first_stream}});
  plan.resolve({}, states);
  plan.find_late({1'000, {}});
  BOOST_TEST(!plan.more_are_late({std::numeric_limits<std::int64_t>::max(), {}}));
}

BOOST_AUTO_TEST_CASE(a_batch_without_events_leaves_the_rows_of_the_batch_before_it_in_order) {
  const auto one = batch_of(first_stream, {event(2), event(1)});
  const auto two = batch_of(second_stream, {"", "\xff"});
  group_plan plan({{one.get(), &first_stream}, {two.get(), &second_stream}});
  BOOST_REQUIRE(plan.rows().size() == 2U);
  BOOST_TEST(plan.rows()[0].record == 1U);
  BOOST_TEST(plan.rows()[1].record == 0U);
}

BOOST_AUTO_TEST_CASE(only_rows_that_are_known_are_left_out) {
  const auto one = batch_of(first_stream, {event(1), event(2), event(3)});
  group_plan plan({{one.get(), &first_stream}});
  plan.leave_out({});
  BOOST_TEST(plan.rows().size() == 3U);
  const auto known_of = [&](std::size_t record) {
    return known_event{one->records[record].key, 0, &second_stream, 7};
  };
  plan.leave_out(std::vector{known_of(2), known_of(0)}); // In no order.
  BOOST_REQUIRE(plan.rows().size() == 1U);
  BOOST_TEST(plan.rows()[0].record == 1U);
}

BOOST_AUTO_TEST_CASE(a_known_event_of_another_key_makes_no_duplicate) {
  const auto one = batch_of(first_stream, {event(1), event(3)});
  const auto other = batch_of(second_stream, {event(2)});
  const known_event known{other->records[0].key, one->records[0].content_check, &second_stream, 7};
  group_plan plan({{one.get(), &first_stream}});
  plan.resolve(std::vector{known}, states);
  BOOST_TEST((plan.batches()[0].verdicts == std::vector{verdict::accepted, verdict::accepted}));
}

BOOST_AUTO_TEST_CASE(an_accepted_record_is_noted_for_a_finding_or_an_alert_alone) {
  const auto one = batch_of(first_stream, {event(1), event(2), event(3)});
  for (auto& record : one->records) {
    record.decision.findings.clear();
    record.decision.alerts.clear();
  }
  one->records[1].decision.alerts.push_back({"serious-adverse-event", urgency::urgent});
  one->records[2].decision.findings.emplace_back();
  group_plan plan({{one.get(), &first_stream}});
  plan.resolve({}, states);
  BOOST_TEST((plan.batches()[0].noted == std::vector<std::uint32_t>{1, 2}));
}

BOOST_AUTO_TEST_CASE(a_batch_that_is_not_admitted_learns_where_its_stream_stands_if_anywhere) {
  const std::vector group{batch_of(first_stream, {event(1)}), batch_of(second_stream, {event(2)})};
  const group_plan plan({});
  const std::vector<stream_claim> one_state{{first_stream.name, 4, 55, {}}};
  const auto outcomes = outcomes_of(group, {false, false}, plan, one_state);
  BOOST_REQUIRE(outcomes.size() == 2U);
  BOOST_TEST(outcomes[0].settled.next_offset == 55);
  BOOST_TEST(outcomes[0].settled.epoch == 4U);
  BOOST_TEST(!outcomes[1].committed);
  BOOST_TEST(outcomes[1].settled.next_offset == -1);
}

BOOST_AUTO_TEST_SUITE_END()
