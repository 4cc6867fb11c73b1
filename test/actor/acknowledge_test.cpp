#include "../support/actor_fixture.hpp"
#include "../support/actor_state.hpp"
#include "../support/scripted_notifications.hpp"

#include "actors/acknowledge/acknowledge_actor.hpp"
#include "actors/notifier/alert_text.hpp"

#include <boost/test/unit_test.hpp>

using namespace aepro;
using namespace aepro::test;
using namespace std::chrono_literals;

BOOST_AUTO_TEST_SUITE(acknowledge)

namespace {

/// A topic whose records the test adds; what was not committed comes again to the next who opens
/// it.
struct scripted_topic {
  std::vector<std::string> values;
  std::size_t committed = 0;
  std::size_t opens = 0, failing_opens = 0, failing_polls = 0;
  std::int64_t timestamp = -1; ///< Of every record.
};

class scripted_source_of_topic final : public acknowledgement_source {
public:
  explicit scripted_source_of_topic(scripted_topic& topic)
      : topic_(topic), next_(topic.committed) {}

  caf::expected<std::vector<acknowledgement_record>> poll(std::size_t records_max) override {
    if (topic_.failing_polls > 0) {
      --topic_.failing_polls;
      return caf::make_error(errc::broker_unavailable, "planned");
    }
    std::vector<acknowledgement_record> records;
    for (; next_ < topic_.values.size() && records.size() < records_max; ++next_)
      records.push_back(
          {"acks", 0, static_cast<std::int64_t>(next_), topic_.timestamp, topic_.values[next_]});
    return records;
  }
  void commit() override { topic_.committed = next_; }

private:
  scripted_topic& topic_;
  std::size_t next_;
};

/// The whole node with three alerts in its store and a stage that takes acknowledgements.
struct acknowledge_fixture : actor_fixture {
  acknowledge_fixture() {
    for (std::int64_t id = 1; id <= 3; ++id) {
      auto& what = notes.rows[id].what;
      what.id = id;
      what.key = std::string(31, 'a') + std::to_string(id);
      what.rule = "fatal-or-life-threatening";
      what.state = notification_state::sent;
      what.study = "S1";
      what.subject = "1015";
    }
    auto& own = options.acknowledge;
    own.open_store = [this]() -> caf::expected<std::unique_ptr<notification_store>> {
      ++notes.opens;
      return std::unique_ptr<notification_store>(
          std::make_unique<scripted_notification_store>(notes));
    };
    own.open_source = [this]() -> caf::expected<std::unique_ptr<acknowledgement_source>> {
      ++topic.opens;
      if (topic.failing_opens > 0) {
        --topic.failing_opens;
        return caf::make_error(errc::broker_unavailable, "planned");
      }
      return std::unique_ptr<acknowledgement_source>(
          std::make_unique<scripted_source_of_topic>(topic));
    };
    own.links = {"https://alerts.example", {"a key of more than thirty-two letters"}, 1h};
    own.rules.channels.emplace_back().name = "mail";
    own.rules.recipients.emplace_back().name = "desk";
    own.rules.recipients.back().roles = {"safety-desk"};
    own.rules.recipients.back().addresses = {{"mail", "desk@example.org"}};
    own.per_minute_max = 5;
    own.counted_max = 100;
    own.detach = false;
  }

  std::string target_of(std::int64_t id, unix_milliseconds expires_in = 60'000) {
    const auto link =
        link_to(notes.rows[id].what, "Dr. Wang", "mail", false, notes.clock() + expires_in);
    return "/a/" + sign(link, options.acknowledge.links.keys[0]);
  }

  /// Returns the answers to one question: one, or none.
  std::vector<web_answer> ask_all(web_request request, std::chrono::milliseconds patience = 1s) {
    std::vector<web_answer> answers;
    web_question question{std::move(request), system.clock().now() + patience,
                          [&answers](web_answer answer) { answers.push_back(std::move(answer)); }};
    is_taken =
        options.acknowledge.place->ask(std::make_shared<const web_question>(std::move(question)));
    scheduler.run();
    return answers;
  }

  web_answer ask(const std::string& method, const std::string& target, const std::string& body = "",
                 const std::string& address = "192.0.2.1") {
    const auto answers = ask_all({method, target, body, address});
    BOOST_REQUIRE(answers.size() == 1U);
    return answers[0];
  }

  acknowledge_status done() {
    acknowledge_status answer;
    auto request = self->request(supervisor, caf::infinite, inspect_atom_v);
    scheduler.run();
    request.receive([&answer](const node_status& status) { answer = status.acknowledged; },
                    [](const caf::error&) { BOOST_ERROR("no status"); });
    return answer;
  }

  const notification& alert(std::int64_t id) { return notes.rows[id].what; }
  bool is_acknowledged(std::int64_t id) {
    return alert(id).state == notification_state::acknowledged;
  }

  static std::string message(const std::string& names) {
    return R"({"by": "triage", "reason": "seen", )" + names + "}";
  }

  scripted_notifications notes;
  scripted_topic topic;
  bool is_taken = false;
};

} // namespace

BOOST_FIXTURE_TEST_CASE(a_link_shows_with_get_and_acknowledges_with_post, acknowledge_fixture) {
  start();
  BOOST_TEST(ask("GET", target_of(1)).status == 200);
  BOOST_TEST(ask("HEAD", target_of(1)).status == 200);
  BOOST_TEST(!is_acknowledged(1));
  const auto answer = ask("POST", target_of(1), "reason=called");
  BOOST_TEST(answer.status == 200);
  BOOST_TEST(answer.body.find("Thank you") != std::string::npos);
  BOOST_TEST(is_acknowledged(1));
  BOOST_REQUIRE(notes.actions.size() == 1U);
  BOOST_TEST(notes.actions[0].who == "Dr. Wang (link by mail)");
  BOOST_TEST(notes.actions[0].reason == "called");
  BOOST_TEST(!is_acknowledged(2));
  BOOST_TEST(done().shown == 2U);
  BOOST_TEST(done().acknowledged == 1U);
}

BOOST_FIXTURE_TEST_CASE(a_link_used_twice_changes_nothing_the_second_time, acknowledge_fixture) {
  start();
  const auto link = target_of(1);
  ask("POST", link, "reason=first");
  const auto second = ask("POST", link, "reason=second");
  BOOST_TEST(second.status == 200);
  BOOST_TEST(second.body.find("It was acknowledged by <strong>Dr. Wang") != std::string::npos);
  BOOST_TEST(alert(1).ended_reason == "first");
  BOOST_TEST(notes.actions.size() == 1U);
  BOOST_TEST(done().repeated == 1U);
}

BOOST_FIXTURE_TEST_CASE(an_expired_link_and_one_of_an_earlier_round_acknowledge_nothing,
                        acknowledge_fixture) {
  start();
  BOOST_TEST(ask("POST", target_of(1, 0), "reason=x").status == 410);
  const auto before = target_of(1);
  notes.rows[1].what.round = 1;
  BOOST_TEST(ask("POST", before, "reason=x").status == 410);
  const auto gone = target_of(2);
  notes.rows.erase(2);
  BOOST_TEST(ask("POST", gone, "reason=x").status == 410);
  BOOST_TEST(notes.actions.empty());
  BOOST_TEST(done().outdated == 3U);
}

BOOST_FIXTURE_TEST_CASE(a_forged_link_never_reaches_the_store_and_is_turned_away_after_some,
                        acknowledge_fixture) {
  start();
  const auto opens = notes.opens;
  for (int i = 0; i < 5; ++i)
    BOOST_TEST(ask("POST", "/a/forged" + std::to_string(i), "reason=x").status == 404);
  BOOST_TEST(ask("GET", "/a/forged").status == 429);
  BOOST_TEST(ask("GET", "/a/forged", "", "192.0.2.2").status == 404); // Another address.
  BOOST_TEST(notes.opens == opens);
  BOOST_TEST(ask("GET", target_of(1)).status == 200); // A good link is not counted by address.
  BOOST_TEST(done().wrong_links == 6U);
  BOOST_TEST(done().turned_away == 1U);
  advance(61s);
  BOOST_TEST(ask("GET", "/a/forged").status == 404);
}

BOOST_FIXTURE_TEST_CASE(a_link_that_a_program_fetches_again_and_again_is_turned_away,
                        acknowledge_fixture) {
  start();
  const auto link = target_of(1);
  for (int i = 0; i < 5; ++i)
    BOOST_TEST(ask("GET", link).status == 200);
  BOOST_TEST(ask("GET", link).status == 429);
  BOOST_TEST(ask("GET", target_of(2)).status == 200);
  advance(61s);
  BOOST_TEST(ask("POST", link, "reason=x").status == 200);
}

BOOST_FIXTURE_TEST_CASE(a_store_that_is_away_is_said_so_and_asked_again, acknowledge_fixture) {
  start();
  advance(1s);
  notes.failing_calls = 1;
  BOOST_TEST(ask("POST", target_of(1), "reason=x").status == 503);
  BOOST_TEST(!is_acknowledged(1));
  const auto opens = notes.opens;
  BOOST_TEST(ask("POST", target_of(1), "reason=x").status == 200);
  BOOST_TEST(notes.opens == opens + 1);
  BOOST_TEST(is_acknowledged(1));
}

BOOST_FIXTURE_TEST_CASE(a_question_that_nobody_waits_for_any_more_is_dropped, acknowledge_fixture) {
  start();
  BOOST_TEST(ask_all({"POST", target_of(1), "reason=x", ""}, 0ms).empty());
  BOOST_TEST(is_taken);
  BOOST_TEST(!is_acknowledged(1));
}

BOOST_FIXTURE_TEST_CASE(a_request_on_which_it_fails_is_answered_and_ends_nothing,
                        acknowledge_fixture) {
  options.acknowledge.open_store = []() -> caf::expected<std::unique_ptr<notification_store>> {
    throw std::runtime_error("planned");
  };
  start();
  BOOST_TEST(ask("GET", target_of(1)).status == 500);
  BOOST_TEST(ask("GET", "/a/forged").status == 404);
}

BOOST_FIXTURE_TEST_CASE(a_stage_that_dies_is_asked_again_when_it_has_started_anew,
                        acknowledge_fixture) {
  start();
  topic.values = {message(R"("id": 1)")};
  advance(1s);
  BOOST_TEST(is_acknowledged(1));
  caf::anon_send_exit(state_of<supervisor_impl>(supervisor).acknowledge, caf::exit_reason::kill);
  advance(1s);
  BOOST_TEST(ask("GET", target_of(2)).status == 200);
  BOOST_TEST(done().acknowledged == 1U); // With what the one before has done.
}

BOOST_FIXTURE_TEST_CASE(a_node_that_has_stopped_takes_no_question, acknowledge_fixture) {
  start();
  drain(2s);
  BOOST_TEST(ask_all({"GET", target_of(1), "", ""}).empty());
  BOOST_TEST(!is_taken);
  BOOST_TEST(!acknowledge_place{}.ask(nullptr));
}

BOOST_FIXTURE_TEST_CASE(messages_acknowledge_by_number_by_key_and_by_the_key_of_a_message,
                        acknowledge_fixture) {
  start();
  const auto sent = message_key(alert(3), 0, "mail", "desk@example.org");
  topic.values = {message(R"("id": 1)"), message("\"key\": \"" + alert(2).key + "\""),
                  message("\"key\": \"" + sent + "\"")};
  advance(1s);
  for (const auto id : {1, 2, 3})
    BOOST_TEST(is_acknowledged(id), id);
  BOOST_TEST(alert(1).ended_by == "triage (message)");
  BOOST_TEST(topic.committed == 3U);
  BOOST_TEST(done().acknowledged == 3U);
}

BOOST_FIXTURE_TEST_CASE(an_old_message_that_says_a_number_alone_acknowledges_no_newer_alert,
                        acknowledge_fixture) {
  constexpr std::int64_t minute = 60'000;
  for (auto& [id, row] : notes.rows)
    row.what.created_at = 100 * minute;
  start();
  topic.timestamp = 99 * minute - 1;
  topic.values = {message(R"("id": 1)"), message("\"key\": \"" + alert(2).key + "\"")};
  advance(1s);
  BOOST_TEST(!is_acknowledged(1));
  BOOST_TEST(is_acknowledged(2));
  BOOST_TEST(done().wrong_messages == 1U);
  topic.timestamp = 99 * minute;
  topic.values.push_back(message(R"("id": 1)"));
  advance(1s);
  BOOST_TEST(is_acknowledged(1));
}

BOOST_FIXTURE_TEST_CASE(a_message_that_comes_twice_changes_nothing_the_second_time,
                        acknowledge_fixture) {
  start();
  topic.values = {message(R"("id": 1)"), message(R"("id": 1)")};
  advance(1s);
  BOOST_TEST(notes.actions.size() == 1U);
  BOOST_TEST(done().repeated == 1U);
}

BOOST_FIXTURE_TEST_CASE(number_and_key_must_be_of_the_same_alert, acknowledge_fixture) {
  start();
  const auto of_three = message_key(alert(3), 0, "mail", "desk@example.org");
  topic.values = {message("\"id\": 1, \"key\": \"" + alert(2).key + "\""),
                  message("\"id\": 1, \"key\": \"" + of_three + "\""),
                  message("\"id\": 3, \"key\": \"" + of_three + "\""),
                  message("\"id\": 2, \"key\": \"" + alert(2).key + "\"")};
  advance(1s);
  BOOST_TEST(!is_acknowledged(1));
  BOOST_TEST(is_acknowledged(2));
  BOOST_TEST(is_acknowledged(3));
  BOOST_TEST(done().wrong_messages == 2U);
}

BOOST_FIXTURE_TEST_CASE(bad_messages_are_counted_and_hold_up_none_behind_them,
                        acknowledge_fixture) {
  start();
  topic.values = {"",
                  "\xff\xff",
                  "{",
                  message(R"("id": 99)"),
                  message("\"key\": \"" + std::string(32, '0') + "\""),
                  message(R"("key": "short")"),
                  message(R"("id": 2)")};
  advance(1s);
  BOOST_TEST(is_acknowledged(2));
  BOOST_TEST(done().wrong_messages == 6U);
  BOOST_TEST(topic.committed == 7U);
}

BOOST_FIXTURE_TEST_CASE(more_than_one_look_takes_are_taken_by_several, acknowledge_fixture) {
  options.acknowledge.records_max = 2;
  start();
  topic.values = {"", "", "", "", message(R"("id": 1)")};
  advance(250ms);
  BOOST_TEST(topic.committed == 2U);
  advance(1s);
  BOOST_TEST(topic.committed == 5U);
  BOOST_TEST(is_acknowledged(1));
}

BOOST_FIXTURE_TEST_CASE(a_message_waits_for_a_store_that_is_away_and_is_committed_afterwards,
                        acknowledge_fixture) {
  start();
  advance(1s);
  notes.failing_calls = 4;
  topic.values = {message(R"("id": 1)"), message(R"("id": 2)")};
  advance(300ms);
  BOOST_TEST(topic.committed == 0U);
  BOOST_TEST(!is_acknowledged(1));
  advance(20s);
  BOOST_TEST(is_acknowledged(1));
  BOOST_TEST(is_acknowledged(2));
  BOOST_TEST(topic.committed == 2U);
  BOOST_TEST(notes.actions.size() == 2U);
}

BOOST_FIXTURE_TEST_CASE(a_broker_that_is_away_is_asked_again_and_links_work_meanwhile,
                        acknowledge_fixture) {
  topic.failing_opens = 2;
  topic.failing_polls = 2;
  topic.values = {message(R"("id": 1)")};
  start();
  advance(300ms);
  BOOST_TEST(ask("GET", target_of(2)).status == 200);
  BOOST_TEST(!is_acknowledged(1));
  advance(30s);
  BOOST_TEST(is_acknowledged(1));
  BOOST_TEST(topic.opens == 3U);
}

BOOST_FIXTURE_TEST_CASE(a_key_is_looked_for_among_the_newest_alerts_only, acknowledge_fixture) {
  options.acknowledge.searched_max = 2;
  start();
  topic.values = {
      message("\"key\": \"" + message_key(alert(1), 0, "mail", "desk@example.org") + "\""),
      message("\"key\": \"" + message_key(alert(2), 0, "mail", "desk@example.org") + "\"")};
  advance(1s);
  BOOST_TEST(!is_acknowledged(1));
  BOOST_TEST(is_acknowledged(2));
}

BOOST_FIXTURE_TEST_CASE(a_node_without_links_and_topic_has_no_such_stage, acknowledge_fixture) {
  options.acknowledge.open_store = nullptr;
  start();
  BOOST_TEST(ask_all({"GET", target_of(1), "", ""}).empty());
  BOOST_TEST(!is_taken);
}

BOOST_AUTO_TEST_SUITE_END()
