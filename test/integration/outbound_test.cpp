#include "actors/publish/kafka_producer.hpp"
#include "actors/publish/kafka_topics.hpp"
#include "support/kafka_topic_reader.hpp"
#include "support/real_kafka.hpp"
#include "support/run_program.hpp"
#include "test/support/store/store_fixture.hpp"
#include "test/support/test_events.hpp"

#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <set>
#include <unistd.h>

namespace data = boost::unit_test::data;
using namespace aepro;
using namespace aepro::test;
using namespace std::chrono_literals;
using nlohmann::json;

BOOST_AUTO_TEST_SUITE(outbound)

namespace {

constexpr int partitions = 2;

/// A real broker with topics of its own, and a real store.
struct site {
  explicit site(store_kind kind) : store(kind) {
    values.topics.partitions = partitions;
    value_of(create_topics(values, topic_names(values), 15s));
  }

  static int next() {
    static int count = 0;
    return ++count;
  }

  void publish(const std::vector<std::string>& events) {
    auto producer = value_of(kafka_producer::open(values));
    const header_view headers[] = {{"traceparent", "00-1"}};
    for (const auto& event : events)
      BOOST_REQUIRE(!producer->send(
          {values.topics.adverse_events, "STUDY-1/1", event, headers, 1'700'000'000'123}, 15s));
    BOOST_REQUIRE(!producer->flush(15s));
  }

  program_result run(std::vector<std::string> arguments,
                     const std::vector<std::string>& settings = {}) {
    for (const auto& more : {"--brokers=" + values.brokers, "--store=" + store.url()})
      arguments.push_back(more);
    std::vector<std::string> all{"kafka.security.protocol=plaintext",
                                 "group=" + values.group,
                                 "topics.adverse_events=" + values.topics.adverse_events,
                                 "topics.questionnaire_responses=" +
                                     values.topics.questionnaire_responses,
                                 "topics.subjects=" + values.topics.subjects,
                                 "topics.dead_letters=" + values.topics.dead_letters,
                                 "topics.ledger_anchors=" + values.topics.ledger_anchors};
    all.insert(all.end(), settings.begin(), settings.end());
    for (const auto& setting : all) {
      arguments.push_back("--set");
      arguments.push_back(setting);
    }
    return run_aepro(arguments);
  }

  program_result node(const std::vector<std::string>& settings = {}) {
    return run({"run", "--until-idle", "2"}, settings);
  }

  /// Returns what `aepro status` says is to be published: dead letters, then records without an
  /// anchor.
  std::pair<int, int> behind() {
    const auto status = json::parse(run({"status", "--json"}).output);
    std::pair<int, int> all;
    for (const auto& partition : status.at("partitions")) {
      all.first += partition.at("dead_letters_unpublished").get<int>();
      all.second += partition.at("records_unanchored").get<int>();
    }
    return all;
  }

  std::vector<read_record> dead_letters() {
    return read_topic(values, values.topics.dead_letters, partitions);
  }

  store_under_test store;
  settings values =
      kafka_settings("out-" + std::to_string(getpid()) + "-" + std::to_string(next()));
};

std::set<std::string> kinds_of(const json& report) {
  std::set<std::string> kinds;
  for (const auto& problem : report.at("problems"))
    kinds.insert(problem.at("kind").get<std::string>());
  return kinds;
}

const auto databases = data::make({store_kind::sqlite, store_kind::postgres});

} // namespace

BOOST_DATA_TEST_CASE(a_rejected_record_reaches_the_dead_letter_topic_with_where_and_why, databases,
                     kind) {
  site site(kind);
  const std::string bad("\xff\xff\0bad", 6);
  site.publish({adverse_event_value({.event_id = "A-1"}), bad,
                adverse_event_value({.event_id = "A-2"}), ""});
  const auto run = site.node();
  BOOST_REQUIRE_MESSAGE(run.exit_code == 0, run.errors);
  BOOST_TEST(run.errors.find("published 2 dead letters") != std::string::npos, run.errors);
  auto letters = site.dead_letters();
  BOOST_REQUIRE(letters.size() == 2U);
  std::ranges::sort(letters, {}, &read_record::offset);
  const auto& letter = letters[0];
  BOOST_TEST(letter.value.value() == bad);
  BOOST_TEST(letter.key.value() == "STUDY-1/1");
  BOOST_TEST(letter.headers.at("traceparent") == "00-1");
  BOOST_TEST(letter.headers.at("aepro-reason") == "undecodable");
  BOOST_TEST(letter.headers.at("aepro-topic") == site.values.topics.adverse_events);
  BOOST_TEST(letter.headers.at("aepro-offset") == "1");
  BOOST_TEST(letter.headers.at("aepro-timestamp") == "1700000000123");
  BOOST_TEST(letters[1].headers.at("aepro-reason") == "empty_value");
  BOOST_TEST(letters[1].headers.at("aepro-partition") == letter.headers.at("aepro-partition"));
  BOOST_TEST(site.node().exit_code == 0); // A node that starts anew publishes nothing twice.
  BOOST_TEST(site.dead_letters().size() == 2U);
}

BOOST_AUTO_TEST_CASE(a_missing_output_topic_is_said_and_does_not_keep_the_node_from_its_work) {
  site site(store_kind::sqlite);
  site.publish({"bad", adverse_event_value({.event_id = "A-1"})});
  const auto missing = site.values.topics.dead_letters + ".missing";
  const auto run = site.node({"topics.dead_letters=" + missing, "outbound.interval=100ms"});
  BOOST_TEST(run.exit_code == 0, run.errors);
  BOOST_TEST(run.errors.find("read 2 = accepted 1 + rejected 1") != std::string::npos, run.errors);
  BOOST_TEST(run.errors.find(missing) != std::string::npos, run.errors);
  BOOST_TEST(run.errors.find("aepro topics create") != std::string::npos, run.errors);
  BOOST_TEST(site.node().exit_code == 0);
  BOOST_TEST(site.dead_letters().size() == 1U); // It waited in the store.
}

BOOST_DATA_TEST_CASE(status_says_how_far_publication_is_behind, databases, kind) {
  site site(kind);
  const auto no_dead_letters =
      "topics.dead_letters=" + site.values.topics.dead_letters + ".missing";
  const auto no_anchors = "topics.ledger_anchors=" + site.values.topics.ledger_anchors + ".missing";
  site.publish(
      {"bad", adverse_event_value({.event_id = "A-1"}), adverse_event_value({.event_id = "A-2"})});
  BOOST_TEST(site.node({no_dead_letters, no_anchors}).exit_code == 0);
  BOOST_TEST((site.behind() == std::pair{1, 3}));
  const auto text = site.run({"status"}).output;
  BOOST_TEST(text.find("not published yet: 1 dead letters; 3 records settled since the last") !=
                 std::string::npos,
             text);
  BOOST_TEST(site.node().exit_code == 0);
  BOOST_TEST((site.behind() == std::pair{0, 0}));
  BOOST_TEST(site.run({"status"}).output.find("published: every dead letter") != std::string::npos);
  site.publish({adverse_event_value({.event_id = "A-3"}), "worse"});
  BOOST_TEST(site.node({no_dead_letters, no_anchors}).exit_code == 0);
  BOOST_TEST((site.behind() == std::pair{1, 2})); // From the cursors on.
}

BOOST_DATA_TEST_CASE(anchors_prove_a_store_and_show_a_rewritten_one, databases, kind) {
  site site(kind);
  const auto key = write_file("anchor.pem", "");
  const auto public_key = write_file("anchor.pub.pem", "");
  const auto other_key = write_file("other.pub.pem", "");
  output_of("openssl genpkey -algorithm ed25519 -out " + key);
  output_of("openssl pkey -pubout -in " + key + " -out " + public_key);
  output_of("openssl genpkey -algorithm ed25519 | openssl pkey -pubout -out " + other_key);
  BOOST_TEST(site.run({"verify", "--anchors", "--json"}).exit_code ==
             0); // Nothing stored, nothing to prove.
  site.publish({"bad", adverse_event_value({.event_id = "A-1"})});
  const auto unknown = site.run({"verify", "--json"});
  BOOST_TEST(unknown.exit_code == 1); // The topic has records of which the store knows nothing.
  BOOST_TEST((kinds_of(json::parse(unknown.output)) == std::set<std::string>{"watermark"}));
  const auto run = site.node({"anchors.key_file=" + key});
  BOOST_REQUIRE_MESSAGE(run.exit_code == 0, run.errors);
  BOOST_TEST(run.errors.find("1 ledger anchors") != std::string::npos, run.errors);
  const auto good = site.run({"verify", "--anchor-key", public_key, "--json"});
  BOOST_TEST(good.exit_code == 0, good.output << good.errors);
  BOOST_TEST(json::parse(good.output).at("anchors").at("compared") == 1);
  BOOST_TEST(site.run({"verify", "--anchors"}).exit_code == 0);
  const auto wrong = site.run({"verify", "--anchor-key", other_key, "--json"});
  BOOST_TEST(wrong.exit_code == 1);
  BOOST_TEST(kinds_of(json::parse(wrong.output)).contains("anchor_signature"));
  // A forger who is consistent in everything: the ledger is emptied as if nothing had ever come.
  for (const std::string table : {"ledger_segment", "event", "finding", "alert", "dead_letter",
                                  "place", "coding", "circumstance", "publication"})
    run_sql(site.store.url(), "DELETE FROM " + table);
  run_sql(site.store.url(),
          std::string("UPDATE partition_state SET next_offset = -1, accepted = 0, rejected = 0, "
                      "chain_head = ") +
              (kind == store_kind::sqlite ? "zeroblob(32)" : "decode(repeat('00', 32), 'hex')"));
  const auto forged = site.run({"verify", "--set", "topics.partitions=2"});
  BOOST_TEST(forged.exit_code == 0, forged.output << forged.errors);
  const auto shown = site.run({"verify", "--anchor-key", public_key, "--json"});
  BOOST_TEST(shown.exit_code == 1);
  BOOST_TEST(kinds_of(json::parse(shown.output)).contains("anchor_mismatch"), shown.output);
}

BOOST_AUTO_TEST_CASE(an_unusable_anchor_key_is_refused_before_anything_starts) {
  site site(store_kind::sqlite);
  const auto key = write_file("no-key.pem", "no key");
  const auto run = site.node({"anchors.key_file=" + key});
  BOOST_TEST(run.exit_code == 2);
  BOOST_TEST(run.errors.find("anchors.key_file") != std::string::npos, run.errors);
  BOOST_TEST(site.run({"verify", "--anchor-key", key}).exit_code == 2);
}

BOOST_AUTO_TEST_SUITE_END()
