#include "../support/notifier_fixture.hpp"

#include <boost/test/unit_test.hpp>

#include <set>
#include <sstream>

using namespace aepro;
using namespace aepro::test;
using namespace std::chrono_literals;

BOOST_AUTO_TEST_SUITE(digests)

namespace {

/// Mail is for people; everybody is told by mail first, then by robot.
struct digest_fixture : notifier_fixture {
  digest_fixture() {
    auto& own = options.notifier;
    own.rules.channels[0].type = channel_type::smtp;
    own.rules.channels[1].type = channel_type::webhook;
    own.digests = {{20, 10'000, 60'000}, 60s};
    own.escalation.routine = {10min, 0ms};
  }

  void flood(std::size_t count, const std::string& rule = "flood", std::int64_t first = 0) {
    for (std::size_t i = 0; i < count; ++i)
      notes.add(reports, first + static_cast<std::int64_t>(i), rule, urgency::routine);
  }

  const std::vector<channel_message>& mails() { return sides["mail"].received; }

  /// Returns the ids in the files of the mails, repeats included.
  std::vector<std::int64_t> ids_in_files(const std::vector<channel_message>& messages) {
    std::vector<std::int64_t> ids;
    for (const auto& message : messages) {
      if (!message.attachment)
        continue;
      std::istringstream lines(message.attachment->bytes);
      std::string line;
      std::getline(lines, line);
      while (std::getline(lines, line))
        ids.push_back(std::stoll(line));
    }
    return ids;
  }
};

bool has(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

} // namespace

BOOST_FIXTURE_TEST_CASE(ten_thousand_routine_alerts_of_one_rule_are_one_message_with_a_file,
                        digest_fixture) {
  start_and_claim();
  flood(10'000);
  advance(59s);
  BOOST_TEST(mails().empty());
  BOOST_TEST(notes.rows.size() == 10'000U);
  advance(5s);
  BOOST_REQUIRE(mails().size() == 1U);
  BOOST_TEST(mails()[0].recipient == "desk@example.org");
  BOOST_TEST(has(mails()[0].subject, "10000 alerts"));
  const auto ids = ids_in_files(mails());
  BOOST_TEST(std::set(ids.begin(), ids.end()).size() == 10'000U);
  BOOST_TEST(notes.count(notification_state::closed) == 10'000U);
  for (const auto& [id, row] : notes.rows) {
    BOOST_REQUIRE(row.attempts.size() == 1U);
    BOOST_REQUIRE(row.attempts[0].receipt == "receipt");
    BOOST_REQUIRE(row.attempts[0].recipient == "desk@example.org");
  }
}

BOOST_FIXTURE_TEST_CASE(an_immediate_alert_in_a_flood_goes_alone_and_at_once, digest_fixture) {
  start_and_claim();
  flood(5'000);
  notes.add(reports, 5'000, "flood", urgency::immediate);
  flood(5'000, "flood", 5'001);
  advance(3s);
  BOOST_REQUIRE(mails().size() == 1U);
  BOOST_TEST(!mails()[0].attachment);
  BOOST_TEST(mails()[0].fields.at("urgency") == "immediate");
  advance(62s);
  BOOST_TEST(mails().size() == 2U);
  BOOST_TEST(ids_in_files(mails()).size() == 10'000U);
}

BOOST_FIXTURE_TEST_CASE(an_immediate_alert_that_is_due_with_a_flood_goes_before_it,
                        digest_fixture) {
  options.notifier.in_flight_max = 1;
  start_and_claim();
  flood(30);
  advance(59s);
  notes.add(reports, 30, "flood", urgency::immediate);
  notes.failing_calls = 4; // Nobody looks until both are due.
  advance(20s);
  BOOST_REQUIRE(mails().size() == 2U);
  BOOST_TEST(mails()[0].fields.at("urgency") == "immediate");
  BOOST_TEST(ids_in_files(mails()).size() == 30U);
}

BOOST_FIXTURE_TEST_CASE(two_rules_are_two_digests, digest_fixture) {
  start_and_claim();
  flood(50);
  flood(60, "other", 50);
  advance(65s);
  BOOST_REQUIRE(mails().size() == 2U);
  BOOST_TEST(has(mails()[0].subject, "50 alerts: flood"));
  BOOST_TEST(has(mails()[1].subject, "60 alerts: other"));
}

BOOST_FIXTURE_TEST_CASE(fewer_than_the_settings_say_go_one_by_one, digest_fixture) {
  start_and_claim();
  flood(19);
  advance(65s);
  BOOST_TEST(mails().size() == 19U);
  BOOST_TEST(ids_in_files(mails()).empty());
  flood(20, "flood", 19);
  advance(65s);
  BOOST_TEST(mails().size() == 20U);
}

BOOST_FIXTURE_TEST_CASE(without_digests_routine_alerts_neither_wait_nor_come_together,
                        digest_fixture) {
  options.notifier.digests.limits.count_min = 0;
  start_and_claim();
  flood(30);
  advance(5s);
  BOOST_TEST(mails().size() == 30U);
}

BOOST_FIXTURE_TEST_CASE(systems_get_each_alert_at_once, digest_fixture) {
  options.notifier.rules.channels[0].type = channel_type::kafka;
  start_and_claim();
  flood(3'000);
  advance(8s);
  BOOST_TEST(mails().size() == 3'000U);
}

BOOST_FIXTURE_TEST_CASE(more_than_one_digest_holds_are_two, digest_fixture) {
  options.notifier.digests.limits.count_max = 60;
  start_and_claim();
  flood(100);
  advance(65s);
  BOOST_REQUIRE(mails().size() == 2U);
  BOOST_TEST(has(mails()[0].subject, "60 alerts"));
  BOOST_TEST(has(mails()[1].subject, "40 alerts"));
}

BOOST_FIXTURE_TEST_CASE(a_digest_that_fails_comes_again_as_one_and_nothing_is_lost,
                        digest_fixture) {
  sides["mail"].faults = {channel_fault::fails, channel_fault::fails};
  start_and_claim();
  flood(500);
  advance(120s);
  BOOST_REQUIRE(mails().size() == 1U);
  BOOST_TEST(ids_in_files(mails()).size() == 500U);
  BOOST_TEST(notes.count(notification_state::closed) == 500U);
  for (const auto& [id, row] : notes.rows)
    BOOST_REQUIRE(row.attempts.size() == 3U);
}

BOOST_FIXTURE_TEST_CASE(a_digest_whose_answer_was_lost_comes_again_with_the_same_key,
                        digest_fixture) {
  sides["mail"].faults = {channel_fault::lost_answer};
  start_and_claim();
  flood(100);
  advance(120s);
  BOOST_REQUIRE(mails().size() == 2U);
  BOOST_TEST(mails()[0].key == mails()[1].key);
  BOOST_TEST(mails()[0].attachment->bytes == mails()[1].attachment->bytes);
}

BOOST_FIXTURE_TEST_CASE(a_digest_that_is_refused_goes_as_one_over_the_next_channel,
                        digest_fixture) {
  sides["mail"].faults = {channel_fault::refuses};
  start_and_claim();
  flood(500);
  advance(70s);
  BOOST_TEST(mails().empty());
  BOOST_REQUIRE(sides["robot"].received.size() == 1U);
  BOOST_TEST(has(sides["robot"].received[0].text, "500 alerts"));
  BOOST_TEST(!sides["robot"].received[0].attachment); // A web call has no file.
}

BOOST_FIXTURE_TEST_CASE(a_dead_channel_is_asked_rarely_and_its_flood_goes_over_the_next_as_one,
                        digest_fixture) {
  sides["mail"].is_dead = true;
  start_and_claim();
  flood(400);
  advance(10min);
  BOOST_TEST(sides["mail"].calls < 150U);
  advance(3min);
  BOOST_TEST(sides["robot"].received.size() <=
             3U); // Each alert's own deadline ends within a minute of the others'.
  BOOST_TEST(notes.count(notification_state::closed) == 400U);
}

BOOST_FIXTURE_TEST_CASE(a_digest_counts_as_one_of_the_messages_a_minute, digest_fixture) {
  options.notifier.rules.channels[0].per_minute_max = 2;
  start_and_claim();
  for (int i = 0; i < 3; ++i)
    flood(40, "rule-" + std::to_string(i), i * 40);
  advance(70s);
  BOOST_TEST(mails().size() == 2U);
  advance(65s);
  BOOST_TEST(mails().size() == 3U);
  BOOST_TEST(ids_in_files(mails()).size() == 120U);
}

BOOST_FIXTURE_TEST_CASE(a_flood_in_quiet_hours_comes_as_one_when_they_end, digest_fixture) {
  for (auto& recipient : options.notifier.rules.recipients) {
    recipient.quiet_from = 12 * 60; // The clock begins at noon.
    recipient.quiet_to = 13 * 60;
  }
  start_and_claim();
  flood(300);
  advance(58min);
  BOOST_TEST(mails().empty());
  advance(3min);
  BOOST_REQUIRE(mails().size() == 1U);
  BOOST_TEST(ids_in_files(mails()).size() == 300U);
}

BOOST_FIXTURE_TEST_CASE(a_channel_that_dies_with_a_digest_is_opened_anew_and_nothing_is_lost,
                        digest_fixture) {
  sides["mail"].faults = {channel_fault::throws};
  start_and_claim();
  flood(100);
  advance(120s);
  BOOST_REQUIRE(mails().size() == 1U);
  BOOST_TEST(notes.count(notification_state::closed) == 100U);
}

BOOST_FIXTURE_TEST_CASE(a_digest_whose_report_fails_is_reported_later_and_does_not_go_twice,
                        digest_fixture) {
  notes.failing_reports = 3;
  start_and_claim();
  flood(100);
  advance(120s);
  BOOST_TEST(mails().size() == 1U);
  BOOST_TEST(notes.count(notification_state::closed) == 100U);
}

BOOST_FIXTURE_TEST_CASE(what_nobody_acknowledges_of_a_digest_goes_as_one_to_the_next_step,
                        digest_fixture) {
  options.notifier.escalation.routine = {10min, 5min};
  start_and_claim();
  flood(200);
  advance(65s);
  BOOST_TEST(notes.count(notification_state::sent) == 200U);
  advance(5min);
  BOOST_REQUIRE(sides["robot"].received.size() == 1U);
  BOOST_TEST(has(sides["robot"].received[0].text, "200 alerts"));
}

BOOST_FIXTURE_TEST_CASE(a_digest_has_all_of_a_site_s_people_in_it_and_no_other_s, digest_fixture) {
  auto other = recipient("other", {"medical-monitor"});
  other.site = "702";
  options.notifier.rules.recipients.push_back(other);
  options.notifier.rules.rules[0].alert = "flood";
  start_and_claim();
  flood(60);
  for (std::size_t i = 0; i < 20; ++i)
    notes.alerts[reports][i * 3].site = "702";
  advance(65s);
  BOOST_REQUIRE(mails().size() == 2U);
  const auto of = [&](const std::string& who) {
    return *std::ranges::find(mails(), who + "@example.org", &channel_message::recipient);
  };
  BOOST_TEST(has(of("other").text, "Sites: 702: 20\n"));
  BOOST_TEST(has(of("monitor").text, "Sites: 701: 40\n"));
}

BOOST_AUTO_TEST_SUITE_END()
