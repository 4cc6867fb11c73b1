#include "support/kafka_topic_reader.hpp"
#include "support/real_kafka.hpp"
#include "support/run_program.hpp"

#include <boost/test/unit_test.hpp>
#include <nlohmann/json.hpp>

#include <chrono>
#include <filesystem>

BOOST_AUTO_TEST_SUITE(run_report)

namespace {

using aepro::test::run_aepro;

/// A broker with topics of the test's own, one partition each.
struct fixture {
  explicit fixture(const std::string& prefix) : values(aepro::test::kafka_settings(prefix)) {
    for (const auto& setting :
         {std::string("kafka.security.protocol=plaintext"), std::string("topics.partitions=1"),
          "group=" + prefix, "topics.adverse_events=" + values.topics.adverse_events,
          "topics.questionnaire_responses=" + values.topics.questionnaire_responses,
          "topics.subjects=" + values.topics.subjects,
          "topics.dead_letters=" + values.topics.dead_letters,
          "topics.ledger_anchors=" + values.topics.ledger_anchors})
      flags.insert(flags.end(), {"--set", setting});
    BOOST_REQUIRE(run({"topics", "create"}).exit_code == 0);
  }

  aepro::test::program_result run(std::vector<std::string> arguments) const {
    arguments.insert(arguments.end(), {"--brokers", values.brokers});
    arguments.insert(arguments.end(), flags.begin(), flags.end());
    return run_aepro(arguments);
  }

  aepro::settings values;
  std::vector<std::string> flags;
};

std::int64_t unix_ms_now() {
  using namespace std::chrono;
  return duration_cast<milliseconds>(system_clock::now().time_since_epoch()).count();
}

} // namespace

BOOST_AUTO_TEST_CASE(a_node_says_what_it_read_when_and_how_long_it_took) {
  const fixture kafka("runreport");
  const auto sent_after = unix_ms_now();
  const auto made = kafka.run({"simulate", "--events", "500", "--seed", "3", "--json"});
  BOOST_REQUIRE_MESSAGE(made.exit_code == 0, made.errors);
  const auto sent = nlohmann::json::parse(made.output);
  const auto store = aepro::test::write_file("run_report.sqlite", "");
  std::filesystem::remove(store);
  const auto started_after = unix_ms_now();
  const auto ran = kafka.run({"run", "--json", "--until-idle", "1", "--store", "sqlite:" + store});
  const auto ended_before = unix_ms_now();
  BOOST_REQUIRE_MESSAGE(ran.exit_code == 0, ran.errors);
  const auto report = nlohmann::json::parse(ran.output);
  BOOST_TEST(report.at("read") == sent.at("records"));
  for (const auto* verdict : {"accepted", "rejected", "duplicate", "conflict"})
    BOOST_TEST(report.at(verdict) == sent.at("expected").at(verdict));
  BOOST_TEST(report.at("in_flight") == 0);
  const auto& at = report.at("unix_ms");
  BOOST_TEST(at.at("started") >= started_after);
  BOOST_TEST(at.at("group_joined") >= at.at("started"));
  BOOST_TEST(at.at("reading") >= at.at("started"));
  BOOST_TEST(at.at("last_activity") > at.at("reading"));
  BOOST_TEST(at.at("last_activity") <= ended_before - 1000);
  const auto& latency = report.at("latency_ms");
  BOOST_TEST(latency.at("records") == sent.at("records"));
  // The first record was sent before the node was started, so the longest wait is longer than that.
  BOOST_TEST(latency.at("max") >= at.at("reading").get<std::int64_t>() - started_after);
  BOOST_TEST(latency.at("max").get<double>() <=
             1.04 * static_cast<double>(ended_before - sent_after));
  BOOST_TEST(latency.at("p50") <= latency.at("p99"));
  BOOST_TEST(latency.at("p99") <= latency.at("p99.9"));
  BOOST_TEST(latency.at("p99.9") <= latency.at("max"));
  std::uint64_t read = 0;
  for (const auto& stream : report.at("streams")) {
    BOOST_TEST(stream.at("next_offset") == stream.at("read"));
    read += stream.at("read").get<std::uint64_t>();
  }
  BOOST_TEST(read == sent.at("records"));
}

BOOST_AUTO_TEST_CASE(records_without_numbers_have_no_header_that_names_them) {
  const fixture kafka("nonumbers");
  BOOST_REQUIRE(kafka.run({"simulate", "--events", "20", "--no-numbers", "--no-trace"}).exit_code ==
                0);
  const auto records = aepro::test::read_topic(kafka.values, kafka.values.topics.subjects, 1);
  BOOST_REQUIRE(!records.empty());
  for (const auto& record : records)
    BOOST_TEST(record.headers.size() == 1U);
}

BOOST_AUTO_TEST_CASE(a_topic_that_is_missing_is_no_end_of_its_records) {
  const fixture kafka("runmissing");
  const auto store = aepro::test::write_file("run_missing.sqlite", "");
  std::filesystem::remove(store);
  auto mistyped = kafka;
  mistyped.flags.insert(mistyped.flags.end(), {"--set", "topics.adverse_events=runmissing-nope"});
  const auto ran = mistyped.run({"run", "--until-idle", "1", "--store", "sqlite:" + store});
  BOOST_TEST(ran.exit_code == 2);
  BOOST_TEST(ran.errors.find("not everything was read: ") != std::string::npos, ran.errors);
  BOOST_TEST(ran.errors.find("runmissing-nope") != std::string::npos, ran.errors);
}

BOOST_AUTO_TEST_SUITE_END()
