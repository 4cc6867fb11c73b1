#include "../support/actor_state.hpp"
#include "../support/pipeline_fixture.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <span>

using namespace aepro;
using namespace aepro::test;
using namespace std::chrono_literals;

namespace {

/// A node that starts after an outage: forms of yesterday wait in eight partitions, many batches in
/// each.
struct catch_up_fixture : actor_fixture {
  static constexpr std::int32_t partitions = 8;
  static constexpr std::int64_t batches_each = 20, batch_records = 10;
  static constexpr std::size_t backlog = partitions * batches_each;

  catch_up_fixture() {
    options.storage.group_records_max =
        batch_records; // A batch for each transaction, so that they can be counted.
    options.ingest.intake.batch_records_max = batch_records;
    options.ingest.intake.batches_in_flight_max = 8;
    for (std::int32_t partition = 0; partition < partitions; ++partition)
      for (std::int64_t i = 0; i < batches_each * batch_records; ++i)
        broker.publish({forms, partition}, i, pipeline_fixture::event_value(partition * 1'000 + i));
  }

  /// One message after the other; the clock moves when none waits.
  void run_until(auto is_so) {
    for (int steps = 0; !is_so() && steps < 1'000'000; ++steps)
      if (!scheduler.try_run_once())
        scheduler.advance_time(5ms);
    BOOST_REQUIRE(is_so());
  }

  std::size_t stored(const std::string& topic) const {
    return static_cast<std::size_t>(
        std::ranges::count(faults.appended, topic, &stream_name::topic));
  }

  /// Returns how many batches of the backlog are stored between the publication of an adverse
  /// event, which comes when some of them are, and its being stored.
  std::size_t overtaken_by() {
    broker.records[{reports, 0}];
    supervisor = system.spawn<supervisor_impl>(options);
    self->monitor(supervisor);
    run_until([this] { return stored(forms) == 20; });
    broker.publish({reports, 0}, 0, pipeline_fixture::event_value(999'999));
    broker.wake();
    run_until([this] { return stored(reports) == 1; });
    return stored(forms) - 20;
  }

  static inline const std::string reports = "aepro.adverse-events",
                                  forms = "aepro.questionnaire-responses";
};

} // namespace

BOOST_AUTO_TEST_SUITE(lanes)

BOOST_FIXTURE_TEST_CASE(an_adverse_event_of_now_overtakes_the_forms_of_yesterday,
                        catch_up_fixture) {
  const auto before_it = overtaken_by();
  BOOST_TEST(before_it <= 8U);
  run_until([this] { return stored(forms) == backlog; }); // And they get their share.
}

/// Control: where its topic is no lane of its own, it waits behind what was read before it.
BOOST_FIXTURE_TEST_CASE(an_event_of_the_forms_own_lane_waits_its_turn, catch_up_fixture) {
  options.ingest.lanes.adverse_events = options.validation.lanes.adverse_events =
      options.storage.lanes.adverse_events = "another";
  const auto before_it = overtaken_by();
  BOOST_TEST(before_it > 16U);
}

BOOST_FIXTURE_TEST_CASE(forms_get_their_share_while_adverse_events_flood, catch_up_fixture) {
  options.storage.writers =
      1; // All transactions one after the other: their order shows the shares.
  for (std::int32_t partition = 0; partition < partitions; ++partition)
    for (std::int64_t i = 0; i < batches_each * batch_records; ++i)
      broker.publish({reports, partition}, i,
                     pipeline_fixture::event_value(100'000 + partition * 1'000 + i));
  start();
  advance(2s);
  BOOST_REQUIRE(faults.appended.size() == 2 * backlog);
  const auto while_both_wait = std::span{faults.appended}.subspan(backlog / 8, backlog / 2);
  const auto of_forms = std::ranges::count(while_both_wait, forms, &stream_name::topic);
  BOOST_TEST(of_forms * 100 >=
             static_cast<std::ptrdiff_t>(20 * while_both_wait.size())); // Their share is 25 %.
}

namespace {

/// Adverse events come one by one into the forms' backlog, each stored `latency` after it was read.
struct slow_fixture : catch_up_fixture {
  slow_fixture() {
    options.ingest.delay_max = 10ms;
    broker.records[{reports, 0}];
  }

  ingest_state& ingest() {
    return state_of<ingest_impl>(state_of<supervisor_impl>(supervisor).ingest);
  }

  std::size_t in_flight(lane which) { return ingest().batches_in_flight()[which]; }

  void adverse_event(std::chrono::milliseconds latency) {
    const auto before = stored(reports);
    broker.publish({reports, 0}, static_cast<std::int64_t>(before),
                   pipeline_fixture::event_value(900'000 + published++));
    broker.wake();
    run_until([this] { return in_flight(lane::adverse_events) > 0; });
    scheduler.advance_time(latency); // Nothing runs meanwhile: the machine is busy.
    run_until([&] { return stored(reports) > before && in_flight(lane::adverse_events) == 0; });
  }

  std::int64_t published = 0;
};

} // namespace

BOOST_FIXTURE_TEST_CASE(while_adverse_events_are_slow_each_other_lane_has_one_batch_in_flight,
                        slow_fixture) {
  supervisor = system.spawn<supervisor_impl>(options);
  self->monitor(supervisor);
  run_until([this] { return stored(forms) >= 10; });
  BOOST_TEST(in_flight(lane::questionnaire_responses) > 1U);
  adverse_event(0ms);
  for (int i = 0; i < 8; ++i)
    adverse_event(100ms);
  run_until([this] {
    return in_flight(lane::questionnaire_responses) <= 1;
  }); // What was in flight before goes on.
  const auto forms_before = stored(forms);
  BOOST_REQUIRE(forms_before + 5 < backlog);
  std::size_t most = 0;
  run_until([&] {
    most = std::max(most, in_flight(lane::questionnaire_responses));
    return stored(forms) == forms_before + 5;
  });
  BOOST_TEST(most == 1U);
  advance(3s);
  BOOST_TEST(stored(forms) == backlog);
  BOOST_TEST(ingest().brake.batches() == options.ingest.credit.batches_max);
}

BOOST_AUTO_TEST_SUITE_END()
