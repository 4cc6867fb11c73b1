#include "actors/control/node_report.hpp"
#include "actors/supervisor/completeness.hpp"

#include <boost/test/unit_test.hpp>

using namespace aepro;
using namespace std::chrono_literals;

BOOST_AUTO_TEST_SUITE(node_report_rules)

namespace {

const stream_name stream{"t", 3};

/// A node that is well, with one batch under way.
node_status sound() {
  stream_status one{.stream = stream,
                    .state = stream_state::running,
                    .next_offset = 90,
                    .read_records = 100,
                    .in_flight_records = 10,
                    .counts = {.accepted = 90}};
  one.epoch = 5;
  one.high_watermark = 120;
  one.deadline = 5s;
  one.oldest_begin_offset = 90;
  one.watermark_age = 1'500ms;
  one.holder = batch_holder::validation;
  node_status status;
  status.intake.streams = {one};
  status.pools = {{"validation", 2, 1, 1, 0}};
  status.stages = {{"storage", true, 0, ""}, {"ingest", true, 2, "planned"}};
  return status;
}

stored_progress stored(std::int64_t next_offset, std::uint64_t accepted) {
  return {stream, 5, next_offset, {.accepted = accepted}, 90};
}

} // namespace

BOOST_AUTO_TEST_CASE(a_partition_says_what_it_has_and_how_far_it_is_behind) {
  const auto one = node_report({}, sound()).at("partitions").at(0);
  BOOST_TEST(one.at("topic") == "t");
  BOOST_TEST(one.at("partition") == 3);
  BOOST_TEST(one.at("state") == "running");
  BOOST_TEST(one.at("next_offset") == 90);
  BOOST_TEST(one.at("read") == 100);
  BOOST_TEST(one.at("in_flight") == 10);
  BOOST_TEST(one.at("lag_records") == 30);
  BOOST_TEST(one.at("watermark_age_seconds") == 1.5);
  BOOST_TEST(one.at("holder") == "validation");
}

BOOST_AUTO_TEST_CASE(a_node_says_how_its_store_answers_and_what_came_late) {
  auto status = sound();
  status.breaker = {20, 15, 3};
  status.intake.streams[0].late_records = 4;
  status.intake.streams[0].late_batches = 2;
  const auto report = node_report({}, status);
  BOOST_TEST(report.at("breaker").at("requests") == 20);
  BOOST_TEST(report.at("breaker").at("accepts") == 15);
  BOOST_TEST(report.at("breaker").at("refused") == 3);
  BOOST_TEST(report.at("partitions").at(0).at("late") == 4);
  BOOST_TEST(report.at("partitions").at(0).at("late_batches") == 2);
  BOOST_TEST(node_text(report).find(
                 "answered 15 of 20 requests of the last two minutes; 3 were kept from it") !=
             std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_node_says_what_it_told_and_which_channel_fails) {
  auto status = sound();
  BOOST_TEST(node_text(node_report({}, status)).find("alerts:") ==
             std::string::npos); // It tells nobody.
  status.told = {12, 10, 1, 3, false, {{"mail", 10, 4, 1, 2, 5}}};
  const auto report = node_report({}, status);
  BOOST_TEST(report.at("alerts").at("exhausted") == 1);
  BOOST_TEST(!report.at("health").at("ok").get<bool>());
  BOOST_TEST(report.at("alerts").at("channels").at(0).at("held_back") == 5);
  const auto text = node_text(report);
  BOOST_TEST(text.find("alerts: 12 taken up, 10 reached somebody, 1 exhausted, 3 in flight") !=
             std::string::npos);
  BOOST_TEST(text.find("channel mail: 10 delivered, 4 failed, 1 refused, 2 waiting\n") !=
             std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_node_says_how_many_forms_it_has_compared) {
  auto status = sound();
  BOOST_TEST(node_report({}, status).at("reviews").is_null()); // It compares none.
  BOOST_TEST(node_text(node_report({}, status)).find("reviews:") == std::string::npos);
  status.reviews = {.forms = 7, .told = 2, .behind = 5, .broken = {}};
  const auto report = node_report({}, status);
  BOOST_TEST(report.at("reviews").dump() == R"({"forms":7,"told":2,"behind":5})");
  BOOST_TEST(node_text(report).find(
                 "reviews: 7 forms compared, 2 told of changes; 5 offsets to look through\n") !=
             std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_node_says_how_many_clocks_run_and_how_many_were_missed) {
  auto status = sound();
  BOOST_TEST(node_report({}, status).at("clocks").is_null()); // It keeps none.
  BOOST_TEST(node_text(node_report({}, status)).find("clocks:") == std::string::npos);
  status.clocks = {4, 3, 2, 1};
  const auto report = node_report({}, status);
  BOOST_TEST(report.at("clocks").at("running") == 2);
  BOOST_TEST(report.at("clocks").at("missed") == 1);
  BOOST_TEST(node_text(report).find(
                 "clocks: 2 running, 1 of them missed; 4 made and 3 told of by this node\n") !=
             std::string::npos);
}

BOOST_AUTO_TEST_CASE(each_lane_says_its_latency_of_the_last_minute) {
  auto status = sound();
  auto& reports = status.intake.lanes[lane::adverse_events];
  reports.all.add(900);
  reports.recent.add(7, 3);
  const auto report = node_report({}, status);
  BOOST_TEST(report.at("lanes").at("adverse_events").at("latency_ms").at("records") == 3);
  BOOST_TEST(report.at("lanes").at("adverse_events").at("latency_ms").at("max") == 7);
  BOOST_TEST(report.at("lanes").at("questionnaire_responses").at("latency_ms").at("records") == 0);
  BOOST_TEST(
      node_text(report).find(
          "  adverse_events: 3 records, produce to durable p50 7 ms, p99 7 ms, max 7 ms\n") !=
      std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_lag_that_is_not_known_is_null_and_one_of_a_new_partition_is_everything) {
  auto status = sound();
  status.intake.streams[0].high_watermark = -1;
  BOOST_TEST(node_report({}, status).at("partitions").at(0).at("lag_records").is_null());
  status.intake.streams[0].high_watermark = 120;
  status.intake.streams[0].next_offset = -1;
  BOOST_TEST(node_report({}, status).at("partitions").at(0).at("lag_records") == 120);
}

BOOST_AUTO_TEST_CASE(a_batch_that_storage_has_is_with_storage) {
  auto status = sound();
  const std::vector<stored_progress> held{stored(90, 90)};
  name_holders(status.intake.streams, held);
  BOOST_TEST(to_string(status.intake.streams[0].holder) == "storage");
  status = sound();
  status.intake.streams[0].oldest_begin_offset = 80; // Storage has a later one.
  name_holders(status.intake.streams, held);
  BOOST_TEST(to_string(status.intake.streams[0].holder) == "validation");
}

BOOST_AUTO_TEST_CASE(a_sound_node_is_well_and_one_that_is_not_says_why) {
  BOOST_TEST(health_troubles(sound()).empty());
  auto status = sound();
  status.incomplete = {{stream, 90, 90, 89}};
  status.intake.streams[0].watermark_age = 6s;
  status.stages[0].running = false;
  status.silent_stages = {"validation"};
  const auto health = node_report({}, status).at("health");
  BOOST_TEST(health.at("ok") == false);
  BOOST_TEST(health.at("reasons").size() == 4U);
  const auto reasons = health.dump();
  for (const auto* part :
       {"t/3: before offset 90 ingest has read 90 records, storage has settled 89",
        "t/3: its oldest record is not durable after 6.0 s", "storage is not running",
        "validation does not answer"})
    BOOST_TEST(reasons.find(part) != std::string::npos, reasons);
}

BOOST_AUTO_TEST_CASE(a_store_that_refuses_what_stands_beside_the_intake_makes_a_node_unwell) {
  auto status = sound();
  status.published.broken = status.told.broken = "no right";
  status.clocks.emplace().broken = "malformed";
  status.reviews.emplace().broken = "malformed";
  const auto troubles = health_troubles(status);
  BOOST_REQUIRE(troubles.size() == 4U);
  BOOST_TEST(troubles[0].starts_with("publisher: the store refuses what it needs"));
  BOOST_TEST(troubles[1].find("no right") != std::string::npos);
  BOOST_TEST(troubles[2].find("clocks: ") == 0U);
  BOOST_TEST(troubles[3].find("review: ") == 0U);
  BOOST_TEST(find_alarms(status).size() == 1U);
}

BOOST_AUTO_TEST_CASE(what_hangs_makes_a_node_unwell_and_is_named) {
  auto status = sound();
  status.intake.streams[0].is_stuck = true;
  status.intake.streams[0].rebuilds = 2;
  status.intake.streams[0].holder = batch_holder::storage;
  status.pools = {{.name = "validation", .size = 3, .workers_stuck = 1}};
  const auto reasons = node_report({}, status).at("health").dump();
  for (const auto* part : {"t/3: it was claimed anew 2 times, and still storage does not answer",
                           "pool validation: 1 of 3 workers hang"})
    BOOST_TEST(reasons.find(part) != std::string::npos, reasons);
}

BOOST_AUTO_TEST_CASE(a_worker_that_was_replaced_is_shown_and_makes_no_node_unwell) {
  auto status = sound();
  status.pools = {{.name = "validation", .size = 3, .restarts = 2, .workers_left_behind = 1}};
  const auto report = node_report({}, status);
  BOOST_TEST(report.at("health").at("ok") == true);
  BOOST_TEST(report.at("pools")[0].at("workers_left_behind") == 1U);
  BOOST_TEST(report.at("pools")[0].at("restarts") == 2U);
  BOOST_TEST(node_text(report).find("1 hang and were replaced") != std::string::npos,
             node_text(report));
}

BOOST_AUTO_TEST_CASE(after_a_drain_streams_are_compared_where_both_speak_of_the_same_moment) {
  const auto streams = sound().intake.streams;
  const std::vector<stored_progress> equal{stored(90, 90)}, less{stored(90, 89)},
      later{stored(95, 95)};
  BOOST_REQUIRE(compare_drained(streams, equal).size() == 1U);
  BOOST_TEST(compare_drained(streams, equal)[0].read == compare_drained(streams, equal)[0].settled);
  BOOST_TEST(compare_drained(streams, less)[0].settled == 89U);
  BOOST_TEST(compare_drained(streams, later).empty());
  auto other_epoch = equal;
  other_epoch[0].epoch = 6;
  BOOST_TEST(compare_drained(streams, other_epoch).empty());
}

BOOST_AUTO_TEST_CASE(the_text_for_people_names_the_node_its_health_and_its_commands) {
  auto status = sound();
  status.commands = {
      {std::chrono::system_clock::time_point{1'700'000'000s}, 42, "pause t/3", true, "paused"},
      {std::chrono::system_clock::time_point{1'700'000'001s}, 42, "pause t/9", false, "no such"}};
  status.incomplete = {{stream, 90, 90, 89}};
  const auto text = node_text(node_report({"/run/x.sock", "g", "one", 7}, status));
  for (const auto* part :
       {"node: process 7, group g, instance one, at /run/x.sock", "health: not ok",
        "stage ingest      2 restarts; the last: planned", "pool validation",
        "2023-11-14T22:13:20Z uid 42 pause t/3: paused", "pause t/9: refused: no such"})
    BOOST_TEST(text.find(part) != std::string::npos, text);
}

BOOST_AUTO_TEST_CASE(the_holder_of_a_stream_that_storage_does_not_know_is_as_ingest_says) {
  auto status = sound();
  name_holders(status.intake.streams, {});
  BOOST_TEST(to_string(status.intake.streams[0].holder) == "validation");
}

BOOST_AUTO_TEST_CASE(a_stage_that_stops_because_the_node_drains_is_no_trouble) {
  auto status = sound();
  status.stages[0].running = false;
  BOOST_TEST(health_troubles(status).size() == 1U);
  status.draining = true;
  BOOST_TEST(health_troubles(status).empty());
}

BOOST_AUTO_TEST_CASE(a_partition_that_another_owner_has_claimed_is_a_trouble) {
  auto status = sound();
  status.intake.streams[0].state = stream_state::fenced;
  const auto troubles = health_troubles(status);
  BOOST_REQUIRE(troubles.size() == 1U);
  BOOST_TEST(troubles[0] == "t/3: another owner has claimed it");
}

BOOST_AUTO_TEST_CASE(a_stream_without_a_deadline_is_never_late) {
  auto status = sound();
  status.intake.streams[0].watermark_age = 1h;
  BOOST_TEST(health_troubles(status).size() == 1U);
  status.intake.streams[0].deadline = 0s;
  BOOST_TEST(health_troubles(status).empty());
}

BOOST_AUTO_TEST_CASE(every_state_has_its_name) {
  const std::vector<std::pair<stream_state, std::string>> names{
      {stream_state::claiming, "claiming"},
      {stream_state::waiting, "waiting"},
      {stream_state::running, "running"},
      {stream_state::retrying, "retrying"},
      {stream_state::fenced, "fenced"},
      {stream_state::paused, "paused"},
      {stream_state::handing_over, "handing over"}};
  for (const auto& [state, name] : names)
    BOOST_TEST(to_string(state) == name);
}

BOOST_AUTO_TEST_CASE(people_are_told_one_alarm_for_each_rule_however_many_partitions_it_has) {
  auto status = sound();
  status.intake.streams[0].watermark_age = 6s;
  status.intake.streams.resize(60, status.intake.streams[0]);
  status.incomplete = {{stream, 90, 90, 89}};
  status.stages[0].running = false;
  status.pools = {{.name = "validation", .size = 3, .workers_stuck = 1}};
  const auto alarms = find_alarms(status);
  std::vector<std::string> rules;
  for (const auto& alarm : alarms)
    rules.push_back(alarm.rule);
  const std::vector<std::string> expected{"completeness-broken", "partition-stuck", "stage-down",
                                          "workers-hang"};
  BOOST_TEST(rules == expected, boost::test_tools::per_element());
  BOOST_TEST(alarms.at(1).text.find("t/3: its oldest record is not durable") == 0U, alarms[1].text);
  BOOST_TEST(alarms[1].text.ends_with("\nand 55 more: `aepro status` names them"), alarms[1].text);
}

BOOST_AUTO_TEST_CASE(neither_a_rival_nor_an_exhausted_alert_is_an_alarm) {
  auto status = sound();
  BOOST_TEST(find_alarms(status).empty());
  status.intake.streams[0].state = stream_state::fenced;
  status.told.exhausted = 3;
  BOOST_TEST(health_troubles(status).size() == 2U);
  BOOST_TEST(find_alarms(status).empty());
}

BOOST_AUTO_TEST_CASE(
    a_channel_that_delivers_nothing_for_more_than_a_minute_is_a_trouble_and_an_alarm) {
  auto status = sound();
  status.told.channels = {{.name = "mail", .failing_for = 60s}};
  BOOST_TEST(find_alarms(status).empty());
  status.told.channels[0].failing_for = 61s;
  BOOST_REQUIRE(find_alarms(status).size() == 1U);
  BOOST_TEST(find_alarms(status)[0].rule == "channel-failing");
  BOOST_TEST(health_troubles(status).size() == 1U);
}

BOOST_AUTO_TEST_CASE(
    a_partition_that_cannot_be_claimed_and_a_group_that_does_not_answer_are_troubles) {
  auto status = sound();
  status.intake.streams[0].state = stream_state::claiming;
  status.intake.streams[0].watermark_age = 6s;
  status.intake.group_wait = 31s;
  const auto alarms = find_alarms(status);
  BOOST_REQUIRE(alarms.size() == 2U);
  BOOST_TEST(alarms[0].rule == "brokers-unreachable");
  BOOST_TEST(alarms[1].text == "t/3: nothing of it is stored for 6.0 s: it cannot be claimed while "
                               "the store does not answer, "
                               "or refuses");
  status.intake.streams[0].watermark_age = 1s;
  status.intake.group_wait = 30s;
  BOOST_TEST(health_troubles(status).empty());
}

BOOST_AUTO_TEST_SUITE_END()
