#include "../support/pipeline_fixture.hpp"

#include <boost/test/unit_test.hpp>

using namespace aepro;
using namespace aepro::test;
using namespace std::chrono_literals;

BOOST_AUTO_TEST_SUITE(pipeline)

BOOST_FIXTURE_TEST_CASE(records_of_two_streams_reach_the_store_once, pipeline_fixture) {
  start();
  advance(500ms);
  check_all_stored();
  BOOST_TEST(broker.committed[first_stream] == 2 * records_per_stream - 1);
  BOOST_TEST(status().retries == 0U);
}

BOOST_FIXTURE_TEST_CASE(what_comes_is_stored_at_once_and_not_at_the_next_look, pipeline_fixture) {
  start();
  advance(500ms);
  const auto more = 1'000; // Many batches more than the credits allow at a time.
  for (std::int64_t i = 0; i < more; ++i)
    broker.publish(second_stream, records_per_stream + i, event_value(1'000 + i));
  broker.wake();
  scheduler.run(); // No time passes.
  BOOST_TEST(stored_offset(second_stream) == records_per_stream + more);
}

BOOST_FIXTURE_TEST_CASE(a_store_that_fails_before_its_commit_is_asked_again_in_order,
                        pipeline_fixture) {
  faults.appends = {append_fault::none, append_fault::fails_before_commit,
                    append_fault::fails_before_commit};
  start();
  advance(20s);
  check_all_stored();
  BOOST_TEST(status().retries > 0U);
}

BOOST_FIXTURE_TEST_CASE(a_commit_whose_answer_was_lost_counts_once, pipeline_fixture) {
  faults.appends = {append_fault::outcome_unknown, append_fault::none,
                    append_fault::outcome_unknown};
  start();
  advance(20s);
  check_all_stored();
  BOOST_TEST(status().read_records == 2U * records_per_stream);
  BOOST_TEST(status().counts.total() == 2U * records_per_stream);
}

BOOST_FIXTURE_TEST_CASE(what_stands_behind_a_retry_of_durable_batches_is_not_taken_for_fenced,
                        pipeline_fixture) {
  options.storage.writers =
      1; // So that a retry waits until there is more, and shares its transaction.
  faults.appends = {append_fault::outcome_unknown, append_fault::outcome_unknown};
  start();
  advance(20s);
  check_all_stored();
  BOOST_TEST(broker.starts[first_stream].size() == 1U);
  BOOST_TEST(broker.starts[second_stream].size() == 1U);
}

BOOST_FIXTURE_TEST_CASE(a_writer_that_dies_restarts_the_stages_and_loses_nothing,
                        pipeline_fixture) {
  faults.appends = {append_fault::none, append_fault::throws};
  start();
  advance(20s);
  check_all_stored();
  BOOST_TEST(broker.opened == 2U);
  BOOST_TEST(broker.closed == 1U);
}

BOOST_FIXTURE_TEST_CASE(the_totals_of_a_node_survive_the_restart_of_its_stages, pipeline_fixture) {
  // One batch more or less, stored or not, is under way when the writer dies.
  faults.appends = {append_fault::none, append_fault::throws, append_fault::none,
                    append_fault::throws_after_commit};
  start();
  advance(20s);
  check_all_stored();
  BOOST_TEST(broker.opened == 3U);
  BOOST_TEST(status().counts.total() == 2U * records_per_stream);
  BOOST_TEST(status().read_records == 2U * records_per_stream);
  BOOST_TEST(status().latency.total() > 0U);
}

BOOST_FIXTURE_TEST_CASE(a_node_that_is_told_to_stop_amid_a_restart_reports_what_it_did,
                        pipeline_fixture) {
  start();
  advance(500ms);
  faults.appends = {append_fault::throws};
  broker.publish(second_stream, records_per_stream, event_value(1'000));
  broker.wake();
  while (broker.closed == 0)
    BOOST_REQUIRE(scheduler.try_run_once());
  const auto last = drain(500ms);
  BOOST_REQUIRE(last.intake.has_value());
  BOOST_TEST(last.intake->counts.total() == 2U * records_per_stream);
}

BOOST_FIXTURE_TEST_CASE(what_was_in_flight_of_a_stream_that_was_taken_away_is_not_reported,
                        pipeline_fixture) {
  faults.appends.assign(1'000, append_fault::fails_before_commit);
  start();
  advance(1s);
  const auto in_flight = [this] {
    const auto now = status();
    std::uint64_t of_streams = 0;
    for (const auto& stream : now.streams)
      of_streams += stream.in_flight_records;
    BOOST_TEST(now.read_records - now.counts.total() == of_streams);
    return of_streams;
  };
  const auto before = in_flight();
  BOOST_TEST(before == 80U); // Four batches of ten of each stream.
  broker.events.push_back(streams_revoked{{first_stream}, true});
  advance(100ms);
  BOOST_TEST(in_flight() == 40U);
}

BOOST_FIXTURE_TEST_CASE(too_many_restarts_end_the_node, pipeline_fixture) {
  options.restarts = {3, 60s};
  faults.appends.assign(100, append_fault::throws);
  start();
  advance(5s);
  bool ended = false;
  self->receive([&ended](const caf::down_msg&) { ended = true; }, caf::after(0s) >> [] {});
  BOOST_TEST(ended);
  supervisor = nullptr;
}

BOOST_FIXTURE_TEST_CASE(a_registry_whose_store_fails_is_asked_again, pipeline_fixture) {
  faults.failing_look_ups = 2;
  start();
  advance(20s);
  check_all_stored();
}

BOOST_FIXTURE_TEST_CASE(a_stream_claimed_by_another_is_given_up_and_taken_back_if_still_assigned,
                        pipeline_fixture) {
  start();
  auto other = database->connect();
  BOOST_REQUIRE((*other)->claim(first_stream));
  broker.publish(first_stream, 200, event_value(1'000));
  advance(5s);
  BOOST_TEST(stored_offset(second_stream) == records_per_stream);
  advance(15s);
  BOOST_TEST(stored_offset(first_stream) == 201);
  BOOST_TEST(stored_counts().accepted == 2U * records_per_stream + 1);
}

BOOST_FIXTURE_TEST_CASE(a_revoked_stream_is_read_again_from_where_the_store_stands,
                        pipeline_fixture) {
  start();
  advance(10ms);
  broker.events.push_back(streams_revoked{{first_stream}, false});
  advance(100ms);
  broker.events.push_back(streams_assigned{{first_stream}});
  advance(500ms);
  check_all_stored();
  BOOST_TEST(broker.starts[first_stream].size() == 2U);
}

BOOST_FIXTURE_TEST_CASE(while_the_store_stands_still_forms_leave_adverse_events_their_credits,
                        pipeline_fixture) {
  const stream_name forms{"aepro.questionnaire-responses", 0};
  for (std::int64_t i = 0; i < 200; ++i)
    broker.publish(forms, i, event_value(1'000 + i));
  options.ingest.intake.batches_in_flight_max = 100;
  options.ingest.credit.batches_max = 8;
  options.ingest.lanes.shares = {{60, 10, 10}};
  faults.appends.assign(1'000, append_fault::fails_before_commit);
  start();
  advance(5s);
  std::uint64_t held_forms = 0, held = 0;
  for (const auto& stream : status().streams) {
    held += stream.in_flight_records;
    held_forms += stream.stream == forms ? stream.in_flight_records : 0;
  }
  BOOST_TEST(held_forms <= 40U);
  BOOST_TEST(held <= 80U);
  BOOST_TEST(held - held_forms >= 40U);
  faults.appends.clear();
  advance(60s);
  BOOST_TEST(stored_offset(forms) == 200);
  BOOST_TEST(stored_offset(second_stream) == records_per_stream);
}

BOOST_FIXTURE_TEST_CASE(an_error_that_needs_a_person_ends_the_node, pipeline_fixture) {
  start();
  broker.events.push_back(source_failed{errc::offset_out_of_range, first_stream, "planned"});
  advance(100ms);
  caf::error reason;
  self->receive([&reason](const caf::down_msg& down) { reason = down.reason; },
                caf::after(0s) >> [] {});
  BOOST_TEST((reason == errc::offset_out_of_range));
  BOOST_TEST(to_string(reason).find("aepro.adverse-events/0") != std::string::npos);
  supervisor = nullptr;
}

BOOST_FIXTURE_TEST_CASE(a_node_that_the_broker_fences_once_starts_anew, pipeline_fixture) {
  start();
  for (int times = 0; times < 3; ++times) {
    broker.events.push_back(source_failed{errc::fenced, {}, "planned"});
    advance(90s); // Far enough from each other: no rival would wait so long.
  }
  check_all_stored();
  BOOST_TEST(broker.opened == 4U);
}

BOOST_FIXTURE_TEST_CASE(a_node_whose_name_another_took_says_which_setting_to_change,
                        pipeline_fixture) {
  start();
  for (int times = 0; times < 2; ++times) {
    broker.events.push_back(source_failed{errc::fenced, {}, "planned"});
    advance(5s);
  }
  caf::error reason;
  self->receive([&reason](const caf::down_msg& down) { reason = down.reason; },
                caf::after(0s) >> [] {});
  BOOST_TEST((reason == errc::fenced));
  BOOST_TEST(to_string(reason).find("planned") != std::string::npos);
  BOOST_TEST(to_string(reason).find("`instance_id`: give each node its own") != std::string::npos);
  supervisor = nullptr;
}

BOOST_FIXTURE_TEST_CASE(an_error_that_heals_does_not_end_the_node, pipeline_fixture) {
  start();
  broker.events.push_back(source_failed{errc::broker_unavailable, {}, "planned"});
  advance(500ms);
  check_all_stored();
}

BOOST_FIXTURE_TEST_CASE(drain_settles_what_is_in_flight_commits_and_closes, pipeline_fixture) {
  start();
  advance(10ms);
  auto request = self->request(supervisor, caf::infinite, drain_atom_v);
  advance(500ms);
  bool drained = false;
  request.receive([&drained](const drain_status&) { drained = true; }, [](const caf::error&) {});
  BOOST_TEST(drained);
  BOOST_TEST(broker.closed == 1U);
  BOOST_TEST(stored_offset(first_stream) == broker.committed[first_stream]);
  supervisor = nullptr;
}

BOOST_FIXTURE_TEST_CASE(the_last_status_comes_with_the_drain_and_agrees_with_the_store,
                        pipeline_fixture) {
  faults.appends.assign(
      2, append_fault::fails_before_commit); // What is tried again is in flight at the drain.
  start();
  advance(10ms);
  const auto before = status();
  const auto last = drain(500ms);
  BOOST_REQUIRE(last.intake.has_value());
  BOOST_TEST(last.intake->counts.total() > before.counts.total());
  BOOST_TEST(last.intake->counts.total() == stored_counts().total());
  BOOST_TEST(last.intake->read_records == stored_counts().total());
  BOOST_REQUIRE(last.intake->streams.size() == 2U);
  for (const auto& stream : last.intake->streams)
    BOOST_TEST(stream.next_offset == stored_offset(stream.stream));
}

BOOST_FIXTURE_TEST_CASE(events_wait_until_the_subjects_are_stored, pipeline_fixture) {
  const stream_name subjects{"aepro.subjects", 0};
  for (std::int64_t i = 0; i < 30; ++i)
    broker.publish(subjects, i, event_value(10'000 + i));
  options.ingest.subjects_topic = subjects.topic;
  faults.appends.assign(3, append_fault::fails_before_commit);
  start();
  advance(5ms);
  BOOST_TEST(broker.starts.count(first_stream) == 0U);
  advance(20s);
  BOOST_TEST(stored_offset(subjects) == 30);
  BOOST_TEST(broker.starts.count(first_stream) == 1U);
  BOOST_TEST(status().subjects_caught_up);
}

BOOST_FIXTURE_TEST_CASE(subjects_are_read_while_the_broker_does_not_say_how_many_there_are,
                        pipeline_fixture) {
  const stream_name subjects{"aepro.subjects", 0};
  for (std::int64_t i = 0; i < 30; ++i)
    broker.publish(subjects, i, event_value(10'000 + i));
  options.ingest.subjects_topic = subjects.topic;
  broker.answers = false;
  start();
  advance(10s);
  BOOST_TEST(stored_offset(subjects) == 30);
  BOOST_TEST(broker.questions.size() == 1U); // Not asked again before the answer.
  BOOST_TEST(broker.starts.count(first_stream) == 0U);
  broker.questions.front() =
      watermarks_told{subjects.topic, caf::make_error(errc::broker_unavailable, "planned")};
  broker.answers = true;
  advance(900ms);
  BOOST_TEST(broker.starts.count(first_stream) == 0U);
  advance(1s);
  BOOST_TEST(broker.starts.count(first_stream) == 1U);
  BOOST_TEST(stored_counts().total() == 2U * records_per_stream + 30);
}

BOOST_FIXTURE_TEST_CASE(credits_bound_what_is_in_flight_while_the_store_stands_still,
                        pipeline_fixture) {
  options.ingest.intake.batches_in_flight_max = 2;
  faults.appends.assign(1'000'000, append_fault::fails_before_commit);
  start();
  std::uint64_t most = 0;
  for (int i = 0; i < 100; ++i) {
    advance(50ms);
    for (const auto& stream : status().streams) {
      BOOST_REQUIRE(stream.in_flight_records <= 20U);
      most = std::max(most, stream.in_flight_records);
    }
  }
  BOOST_TEST(most == 20U); // The limit was reached.
  BOOST_TEST(stored_counts().total() == 0U);
}

BOOST_AUTO_TEST_SUITE_END()
