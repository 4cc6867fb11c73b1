#include "actors/publish/kafka_topics.hpp"
#include "support/real_kafka.hpp"
#include "support/run_program.hpp"
#include "test/support/store/store_fixture.hpp"

#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <unistd.h>

namespace data = boost::unit_test::data;
using namespace aepro;
using namespace aepro::test;
using namespace std::chrono_literals;
using nlohmann::json;

BOOST_AUTO_TEST_SUITE(score_changes)

namespace {

constexpr std::string_view people = R"yaml(kafka: {security.protocol: plaintext}
review: {interval: 100ms}
channels:
  trial: {type: log}
recipients:
  - {name: Safety desk, roles: [safety-desk], addresses: {trial: desk}}
)yaml";

/// A real broker with topics of its own, a real store, and what a user runs.
struct site {
  explicit site(store_kind kind) : store(kind) {
    value_of(create_topics(values, topic_names(values), 15s));
    const auto& topics = values.topics;
    config = write_file(
        values.group + ".yaml",
        fmt::format("{}brokers: {}\nstore: {}\ngroup: {}\ntopics:\n  adverse_events: {}\n  "
                    "questionnaire_responses: {}\n  subjects: {}\n  dead_letters: {}\n  "
                    "ledger_anchors: {}\n",
                    people, values.brokers, store.url(), values.group, topics.adverse_events,
                    topics.questionnaire_responses, topics.subjects, topics.dead_letters,
                    topics.ledger_anchors));
  }

  program_result run(std::vector<std::string> arguments) const {
    arguments.insert(arguments.end(), {"--config", config});
    auto result = run_aepro(arguments);
    BOOST_REQUIRE_MESSAGE(result.exit_code == 0, arguments.front() << ": " << result.errors);
    return result;
  }

  void publish(const std::string& name, const std::string& lines) const {
    run({"publish", write_file(values.group + name + ".ndjson", lines)});
  }

  /// Lets a node work, and returns "RULE SUBJECT DETAIL" of each alert, oldest first.
  std::vector<std::string> told(const std::vector<std::string>& settings = {}) const {
    std::vector<std::string> node{"run", "--until-idle", "2"};
    for (const auto& setting : settings)
      node.insert(node.end(), {"--set", setting});
    run(node);
    std::vector<std::string> all;
    for (const auto& alert : json::parse(run({"alerts", "list", "--json"}).output))
      all.insert(all.begin(),
                 fmt::format("{} {} {} {}", alert["rule"].get<std::string>(),
                             alert["subject"].get<std::string>(), alert["state"].get<std::string>(),
                             alert["detail"].get<std::string>()));
    return all;
  }

  store_under_test store;
  settings values = kafka_settings(fmt::format("changes-{}-{}", getpid(), next()));
  std::string config;

private:
  static int next() {
    static int count = 0;
    return ++count;
  }
};

/// A line of NDJSON: a form of that day in January with these answers.
std::string form(const std::string& id, const std::string& instrument, int day,
                 const std::string& answers) {
  return fmt::format(
      R"({{"eventId": "{0}", "study": "ABC-1", "site": "01", "subject": "001", "questionnaireResponse": {{"responseId": "{0}", "responseVersion": 1, "status": "RESPONSE_STATUS_COMPLETED", "instrument": "{1}", "completedAt": {{"unixMilliseconds": "{2}"}}, "answers": [{3}]}}}})"
      "\n",
      id, instrument, 1'767'225'600'000 + (day - 1) * 86'400'000LL, answers);
}

std::string answer(const std::string& link_id, int value) {
  return fmt::format(R"({{"linkId": "{}", "value": "{}"}})", link_id, value);
}

std::string nausea(const std::string& id, int day, int frequency, int severity) {
  return form(id, "PRO-CTCAE", day,
              answer("NAUSEA_F", frequency) + "," + answer("NAUSEA_S", severity));
}

std::string pain(const std::string& id, int day, int value) {
  return form(id, "PAIN-NRS", day, answer("PAIN", value));
}

using texts = std::vector<std::string>;

} // namespace

/// Published, decided, stored, compared, told: once, over restarts, and by a rule that came later.
BOOST_DATA_TEST_CASE(a_form_that_is_worse_is_told_once,
                     data::make({store_kind::sqlite, store_kind::postgres}), kind) {
  const site site(kind);
  site.publish("-1", nausea("N-1", 1, 0, 0) + nausea("N-2", 8, 3, 2) + pain("P-1", 1, 2) +
                         pain("P-2", 8, 6));
  const std::string worse =
      "pro-ctcae-worsening 001 closed Changed: PRO-CTCAE Nausea since the form before.";
  BOOST_TEST(site.told() == (texts{worse}), boost::test_tools::per_element());
  site.publish("-1", nausea("N-2", 8, 3, 2)); // A duplicate.
  BOOST_TEST(site.told() == (texts{worse}), boost::test_tools::per_element());
  const texts by_rule{worse, "score-change 001 sent Changed: PAIN-NRS since baseline."};
  const texts rule{"review.score_changes=PAIN-NRS>=+3:urgent"};
  BOOST_TEST(site.told(rule) == by_rule, boost::test_tools::per_element());
  BOOST_TEST(site.told(rule) == by_rule, boost::test_tools::per_element());
  BOOST_TEST(site.run({"verify"}).exit_code == 0);
}

BOOST_AUTO_TEST_SUITE_END()
