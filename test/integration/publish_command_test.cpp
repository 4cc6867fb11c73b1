#include "support/kafka_topic_reader.hpp"
#include "support/real_kafka.hpp"
#include "support/run_program.hpp"

#include "aepro/v1/event.pb.h"

#include <boost/test/unit_test.hpp>
#include <nlohmann/json.hpp>

#include <filesystem>
#include <iostream>
#include <map>
#include <set>

BOOST_AUTO_TEST_SUITE(publish_command)

namespace {

using aepro::test::run_aepro;

/// A broker with topics of the test's own, and the flags that lead there.
struct fixture {
  explicit fixture(const std::string& prefix) : values(aepro::test::kafka_settings(prefix)) {
    values.topics.partitions = 3;
    flags = {"--brokers", values.brokers,
             "--set",     "kafka.security.protocol=plaintext",
             "--set",     "topics.partitions=3",
             "--set",     "topics.adverse_events=" + values.topics.adverse_events,
             "--set",     "topics.questionnaire_responses=" + values.topics.questionnaire_responses,
             "--set",     "topics.subjects=" + values.topics.subjects,
             "--set",     "topics.dead_letters=" + values.topics.dead_letters,
             "--set",     "topics.ledger_anchors=" + values.topics.ledger_anchors};
  }

  aepro::test::program_result run(std::vector<std::string> arguments) const {
    arguments.insert(arguments.end(), flags.begin(), flags.end());
    return run_aepro(arguments);
  }

  std::vector<aepro::test::read_record> read(const std::string& topic) const {
    return aepro::test::read_topic(values, topic, 3);
  }

  aepro::settings values;
  std::vector<std::string> flags;
};

} // namespace

BOOST_AUTO_TEST_CASE(missing_topics_are_named_with_the_remedy) {
  const fixture kafka("unmade");
  BOOST_TEST(kafka.run({"topics", "list"}).exit_code == 1);
  const auto file =
      aepro::test::write_file("ae.csv", "STUDYID,USUBJID,AESEQ,AETERM\nS1,1,1,Ache\n");
  const auto run = kafka.run({"publish", file});
  BOOST_TEST(run.exit_code == 2);
  BOOST_TEST(run.errors.find("unmade.aepro.subjects") != std::string::npos);
  BOOST_TEST(run.errors.find("aepro topics create") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(the_pilot_files_arrive_and_a_second_time_with_the_same_ids) {
  const auto folder = std::string(AEPRO_SHARED_DATA) + "/sdtm_pilot/";
  if (!std::filesystem::exists(folder)) {
    BOOST_TEST_MESSAGE("skipped: " << folder << " is missing");
    std::cout << "SKIPPED: " << folder << " is missing\n";
    return;
  }
  const fixture kafka("pilot");
  BOOST_REQUIRE(kafka.run({"topics", "create"}).exit_code == 0);
  for (int time = 0; time < 2; ++time) {
    const auto run =
        kafka.run({"publish", "--json", folder + "ae_pilot_v1.csv", folder + "dm_pilot_v1.csv",
                   folder + "qsco_tdf.csv", folder + "qsmm_tdf.csv"});
    BOOST_REQUIRE_MESSAGE(run.exit_code == 0, run.errors);
    BOOST_TEST(nlohmann::json::parse(run.output)["delivered"] == 1191 + 306 + 818 + 254);
  }
  const std::pair<std::string, std::size_t> topics[] = {
      {kafka.values.topics.adverse_events, 1191},
      {kafka.values.topics.subjects, 306},
      {kafka.values.topics.questionnaire_responses, 818 + 254}};
  for (const auto& [topic, events] : topics) {
    const auto records = kafka.read(topic);
    BOOST_TEST(records.size() == 2 * events, topic);
    std::map<std::string, std::set<std::string>> values_of_id;
    std::map<std::string, std::set<std::int32_t>> partitions_of_key;
    for (const auto& record : records) {
      aepro::v1::Event event;
      BOOST_REQUIRE(event.ParseFromString(record.value.value()));
      values_of_id[event.event_id()].insert(*record.value);
      partitions_of_key[record.key.value()].insert(record.partition);
      BOOST_TEST(*record.key == "CDISCPILOT01/" + event.subject());
      BOOST_TEST(record.headers.at("content-type") == "application/x-protobuf");
      BOOST_TEST(record.headers.at("traceparent").size() == 55u);
    }
    BOOST_TEST(values_of_id.size() == events, topic);
    for (const auto& [id, values] : values_of_id)
      BOOST_TEST(values.size() == 1u, id);
    for (const auto& [key, partitions] : partitions_of_key)
      BOOST_TEST(partitions.size() == 1u, key);
  }
}

BOOST_AUTO_TEST_CASE(a_simulated_trial_arrives_as_its_expectation_says) {
  const fixture kafka("trial");
  BOOST_REQUIRE(kafka.run({"topics", "create"}).exit_code == 0);
  const auto file = aepro::test::write_file("expect.ndjson", "");
  const auto run =
      kafka.run({"simulate", "--json", "--events", "2000", "--seed", "11", "--expect", file});
  BOOST_REQUIRE_MESSAGE(run.exit_code == 0, run.errors);
  std::map<std::string, std::size_t> expected, found;
  std::istringstream lines(aepro::test::read_file(file));
  std::string line;
  std::getline(lines, line);
  std::set<std::string> numbers;
  while (std::getline(lines, line)) {
    const auto json = nlohmann::json::parse(line);
    ++expected[json["topic"]];
    numbers.insert(json["record"]);
  }
  for (const auto& topic :
       {kafka.values.topics.adverse_events, kafka.values.topics.questionnaire_responses,
        kafka.values.topics.subjects})
    for (const auto& record : kafka.read(topic)) {
      ++found[topic];
      BOOST_TEST(numbers.erase(record.headers.at("simulation")) == 1u);
    }
  BOOST_TEST(numbers.empty());
  BOOST_TEST((found == expected));
  BOOST_TEST(nlohmann::json::parse(run.output)["delivered"] == 2000 + 50);
}

BOOST_AUTO_TEST_CASE(a_rate_is_kept) {
  const fixture kafka("rate");
  BOOST_REQUIRE(kafka.run({"topics", "create"}).exit_code == 0);
  const auto run =
      kafka.run({"simulate", "--json", "--events", "480", "--subjects", "20", "--rate", "1000"});
  BOOST_REQUIRE_MESSAGE(run.exit_code == 0, run.errors);
  const double seconds = nlohmann::json::parse(run.output)["seconds"];
  BOOST_TEST(seconds >= 0.498);
}

BOOST_AUTO_TEST_SUITE_END()
