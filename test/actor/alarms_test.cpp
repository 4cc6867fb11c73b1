#include "../support/actor_state.hpp"
#include "../support/notifier_fixture.hpp"

#include <boost/test/unit_test.hpp>

using namespace aepro;
using namespace aepro::test;
using namespace std::chrono_literals;

BOOST_AUTO_TEST_SUITE(alarms)

namespace {

using names = std::vector<std::string>;

struct alarm_fixture : notifier_fixture {
  alarm_fixture() {
    options.notifier.alarm_after = 30s;
    options.notifier.node_clock = notes.clock;
    options.check_interval = 5s;
  }

  /// The supervisor finds workers that hang, look after look.
  void hang_workers(std::chrono::seconds duration) {
    const system_alarms present{{"workers-hang", "pool validation: 1 of 2 workers hang"}};
    for (auto passed = 0s; passed < duration; passed += 1s) {
      self->send(state_of<supervisor_impl>(supervisor).notifier, present);
      advance(1s);
    }
  }
};

} // namespace

BOOST_FIXTURE_TEST_CASE(a_trouble_of_the_node_that_lasts_reaches_the_safety_desk_once,
                        alarm_fixture) {
  options.check_interval = 1h; // The supervisor itself finds nothing.
  start_and_claim();
  hang_workers(29s);
  BOOST_TEST(sides["mail"].received.empty());
  hang_workers(60s);
  BOOST_REQUIRE(sides["mail"].received.size() == 1U);
  BOOST_TEST(sides["mail"].received[0].recipient == "desk@example.org");
  BOOST_TEST(sides["mail"].received[0].text.find("1 of 2 workers hang") != std::string::npos);
  BOOST_TEST(notes.only().what.rule == "workers-hang");
  BOOST_TEST(notes.only().what.stream.topic == "");
}

BOOST_FIXTURE_TEST_CASE(
    people_hear_of_a_store_that_is_away_without_it_and_again_with_the_same_key_when_it_is_back,
    alarm_fixture) {
  start_and_claim();
  notes.failing_calls = 1'000'000;
  advance(25s);
  BOOST_TEST(sides["mail"].received.empty());
  advance(30s);
  BOOST_REQUIRE(sides["mail"].received.size() == 1U);
  BOOST_TEST(sides["mail"].received[0].fields["rule"] == "store-unreachable");
  BOOST_TEST(sides["mail"].received[0].text.find("alerts ack 0") ==
             std::string::npos); // It has no number yet.
  BOOST_TEST(sides["mail"].received[0].text.find("alerts list --rule store-unreachable") !=
             std::string::npos);
  BOOST_TEST(notes.rows.empty());
  notes.failing_calls = 0;
  advance(10s);
  BOOST_REQUIRE(sides["mail"].received.size() == 2U);
  BOOST_TEST(sides["mail"].received[1].key == sides["mail"].received[0].key);
  BOOST_TEST((notes.only().what.state == notification_state::sent));
  BOOST_TEST(notes.only().attempts.size() == 1U);
  BOOST_TEST(notes.only().what.detail.find("told of it without the store") != std::string::npos);
}

BOOST_FIXTURE_TEST_CASE(a_mute_that_the_store_has_told_of_counts_while_it_is_away, alarm_fixture) {
  notification_mute mute;
  mute.rule = "store-unreachable";
  mute.until = begin + 365 * 24 * std::chrono::milliseconds{1h}.count();
  notes.mutes = {mute};
  start_and_claim();
  advance(1s);
  notes.failing_calls = 1'000'000;
  advance(60s);
  BOOST_TEST(sides["mail"].received.empty());
  notes.failing_calls = 0;
  advance(10s);
  BOOST_TEST(sides["mail"].received.empty());
  BOOST_TEST((notes.only().what.state == notification_state::muted));
}

BOOST_FIXTURE_TEST_CASE(without_the_store_a_dead_channel_is_passed_by_and_nobody_is_told_twice,
                        alarm_fixture) {
  sides["mail"].is_dead = true;
  start_and_claim();
  notes.failing_calls = 1'000'000;
  advance(60s);
  BOOST_TEST(recipients_of("robot") == names{"desk"}, boost::test_tools::per_element());
  advance(4s);
  BOOST_TEST(sides["robot"].received.size() == 1U);
}

BOOST_FIXTURE_TEST_CASE(what_the_supervisor_finds_is_told, alarm_fixture) {
  options.notifier.alarm_after = 10s;
  options.ingest.intake.deadline = 1s;
  start_and_claim();
  faults.appends.assign(10'000, append_fault::fails_before_commit);
  broker.publish(reports, 1, "not an event either");
  broker.wake();
  advance(40s);
  BOOST_REQUIRE(!sides["mail"].received.empty());
  BOOST_TEST(sides["mail"].received[0].fields["rule"] == "partition-stuck");
}

BOOST_AUTO_TEST_SUITE_END()
