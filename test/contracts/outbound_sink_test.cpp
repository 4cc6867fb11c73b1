#include "actors/outbound/anchor.hpp"
#include "actors/outbound/kafka_anchor_reader.hpp"
#include "actors/outbound/kafka_sink.hpp"
#include "actors/publish/kafka_topics.hpp"
#include "messages/error_text.hpp"
#include "support/kafka_topic_reader.hpp"
#include "support/real_kafka.hpp"

#include <boost/test/unit_test.hpp>

#include <set>
#include <unistd.h>

using namespace aepro;
using namespace aepro::test;
using namespace std::chrono_literals;

BOOST_AUTO_TEST_SUITE(outbound_sink_contract)

namespace {

template <class T>
std::string text_of(const caf::expected<T>& answer) {
  return answer ? std::string("all is well") : error_text(answer.error());
}

/// The real broker, with topics of this test's own.
struct fixture {
  fixture() {
    values.topics.partitions = 2;
    const auto created = create_topics(values, topic_names(values), 15s);
    BOOST_REQUIRE_MESSAGE(created, text_of(created));
    open();
  }

  void open() {
    auto opened = open_kafka_sink(values);
    BOOST_REQUIRE(opened);
    sink = std::move(*opened);
  }

  static int next() {
    static int count = 0;
    return ++count;
  }

  settings values =
      kafka_settings("sink-" + std::to_string(getpid()) + "-" + std::to_string(next()));
  std::unique_ptr<outbound_sink> sink;
};

} // namespace

BOOST_FIXTURE_TEST_CASE(what_is_published_arrives_with_key_value_and_headers, fixture) {
  const header_view headers[] = {{"one", "1"}, {"null", {}, true}};
  const auto& topic = values.topics.dead_letters;
  const outgoing_record records[] = {{topic, "key", "value", headers, 0},
                                     {topic, std::nullopt, std::nullopt, {}, 0},
                                     {topic, "", "", {}, 0}};
  const auto too_large = sink->publish(records, 15s);
  BOOST_REQUIRE_MESSAGE(too_large, text_of(too_large));
  BOOST_TEST(too_large->empty());
  auto found = read_topic(values, topic, 2);
  BOOST_REQUIRE(found.size() == 3U);
  std::size_t whole = 0, null = 0;
  for (const auto& record : found) {
    whole +=
        record.key == "key" && record.value == "value" && record.headers.at("one") == "1" ? 1 : 0;
    null += !record.key && !record.value ? 1 : 0;
  }
  BOOST_TEST(whole == 1U);
  BOOST_TEST(null == 1U);
}

BOOST_FIXTURE_TEST_CASE(a_record_larger_than_the_topic_takes_is_named_and_the_others_arrive,
                        fixture) {
  const auto& topic = values.topics.dead_letters;
  const std::string large(2'000'000, 'x'),
      huge(20'000'000, 'x'); // Kafka takes 1 MB, we try 16 MiB.
  const outgoing_record records[] = {{topic, "key", "before", {}, 0},
                                     {topic, "key", large, {}, 0},
                                     {topic, "key", huge, {}, 0},
                                     {topic, "key", "behind", {}, 0}};
  const auto too_large = sink->publish(records, 30s);
  BOOST_REQUIRE_MESSAGE(too_large, text_of(too_large));
  const std::vector<std::size_t> expected{1, 2};
  BOOST_TEST(*too_large == expected, boost::test_tools::per_element());
  BOOST_TEST(read_topic(values, topic, 2).size() == 2U);
  const outgoing_record more[] = {{topic, "key", "later", {}, 0}};
  const auto again = sink->publish(more, 15s);
  BOOST_REQUIRE_MESSAGE(again, text_of(again));
  BOOST_TEST(again->empty());
  BOOST_TEST(read_topic(values, topic, 2).size() == 3U);
}

BOOST_FIXTURE_TEST_CASE(a_topic_that_is_missing_is_said_in_time, fixture) {
  const outgoing_record records[] = {{"no-such-topic", "key", "value", {}, 0}};
  const auto failed = sink->publish(records, 15s);
  BOOST_REQUIRE(!failed);
  BOOST_TEST((failed.error() == errc::topic_missing), error_text(failed.error()));
  BOOST_TEST(error_text(failed.error()).find("no-such-topic") != std::string::npos);
}

BOOST_FIXTURE_TEST_CASE(a_broker_that_is_away_is_waited_for_only_so_long, fixture) {
  values.brokers = "127.0.0.1:1";
  open();
  const outgoing_record records[] = {{values.topics.dead_letters, "key", "value", {}, 0}};
  const auto start = std::chrono::steady_clock::now();
  const auto failed = sink->publish(records, 1s);
  BOOST_REQUIRE(!failed);
  BOOST_TEST((failed.error() == errc::broker_unavailable), error_text(failed.error()));
  sink.reset();
  BOOST_TEST((std::chrono::steady_clock::now() - start < 10s));
}

BOOST_FIXTURE_TEST_CASE(the_anchor_topic_is_read_from_its_beginning_to_its_end, fixture) {
  const auto& topic = values.topics.ledger_anchors;
  std::vector<outgoing_record> records;
  std::vector<std::string> texts;
  const header_view signature[] = {{signature_header, "signed"}};
  for (int i = 0; i < 100; ++i)
    texts.push_back(std::to_string(i));
  for (const auto& text : texts)
    records.push_back({topic, text, text, signature, 0});
  BOOST_REQUIRE(sink->publish(records, 15s));
  std::set<std::string> seen;
  const auto error = read_anchor_topic(values, 15s, [&](const anchor_record& record) {
    BOOST_TEST(record.signature == "signed");
    BOOST_TEST(seen.insert(std::string(record.value)).second);
  });
  BOOST_TEST(!error, error_text(error));
  BOOST_TEST(seen.size() == 100U);
  values.topics.ledger_anchors = "no-such-topic";
  BOOST_TEST((read_anchor_topic(values, 15s, [](const anchor_record&) {}) == errc::topic_missing));
}

BOOST_AUTO_TEST_SUITE_END()
