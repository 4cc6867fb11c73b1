#include "actors/publish/kafka_mock_cluster.hpp"
#include "actors/publish/kafka_producer.hpp"
#include "actors/publish/kafka_topics.hpp"
#include "messages/error_text.hpp"

#include <boost/test/unit_test.hpp>

#include <map>
#include <set>

BOOST_AUTO_TEST_SUITE(kafka_producer)

namespace {

using namespace std::chrono_literals;

struct fixture {
  fixture() {
    auto started = aepro::kafka_mock_cluster::start();
    BOOST_REQUIRE(started);
    cluster = std::move(*started);
    values.topics.partitions = 3;
    const auto error = cluster->serve(values);
    BOOST_REQUIRE(!error);
    auto opened = aepro::kafka_producer::open(values);
    BOOST_REQUIRE(opened);
    producer = std::move(*opened);
  }

  std::unique_ptr<aepro::kafka_mock_cluster> cluster;
  aepro::settings values;
  std::unique_ptr<aepro::kafka_producer> producer;
};

} // namespace

BOOST_FIXTURE_TEST_CASE(every_record_is_delivered_once_and_a_key_stays_in_its_partition, fixture) {
  std::map<std::int32_t, std::set<std::int64_t>> offsets;
  producer->on_delivered([&](auto topic, auto partition, auto offset) {
    BOOST_TEST(topic == values.topics.adverse_events);
    BOOST_TEST(offsets[partition].insert(offset).second);
  });
  for (int i = 0; i < 1000; ++i) {
    aepro::outgoing_record record{
        values.topics.adverse_events, "one key", "value", {}, 1700000000123};
    BOOST_REQUIRE(!producer->send(record, 10s));
  }
  const auto error = producer->flush(10s);
  BOOST_TEST(!error, aepro::error_text(error));
  BOOST_TEST(producer->counts().sent == 1000u);
  BOOST_TEST(producer->counts().delivered == 1000u);
  BOOST_TEST(producer->counts().failed == 0u);
  BOOST_TEST(offsets.size() == 1u);
  BOOST_TEST(offsets.begin()->second.size() == 1000u);
  BOOST_TEST(*offsets.begin()->second.rbegin() == 999);
}

BOOST_FIXTURE_TEST_CASE(null_keys_null_values_and_headers_are_taken, fixture) {
  const aepro::header_view headers[] = {
      {"content-type", "application/x-protobuf"}, {"empty", ""}, {"null", {}, true}};
  BOOST_TEST(!producer->send({values.topics.subjects, std::nullopt, std::nullopt, headers, 0}, 1s));
  BOOST_TEST(!producer->flush(10s));
  BOOST_TEST(producer->counts().delivered == 1u);
}

BOOST_FIXTURE_TEST_CASE(a_record_that_cannot_be_delivered_is_named_with_topic_and_partition,
                        fixture) {
  cluster.reset();
  values.kafka["message.timeout.ms"] = "1000";
  values.kafka["socket.connection.setup.timeout.ms"] = "1000";
  auto opened = aepro::kafka_producer::open(values);
  BOOST_REQUIRE(opened);
  BOOST_REQUIRE(!(*opened)->send({values.topics.subjects, "key", "value", {}, 0}, 1s));
  const auto error = (*opened)->flush(10s);
  BOOST_TEST((error == aepro::errc::broker_unavailable), aepro::error_text(error));
  BOOST_TEST(aepro::error_text(error).find(values.topics.subjects) != std::string::npos);
  BOOST_TEST((*opened)->counts().failed == 1u);
}

BOOST_FIXTURE_TEST_CASE(a_full_queue_is_waited_for_only_so_long, fixture) {
  cluster.reset();
  values.kafka["queue.buffering.max.messages"] = "10";
  auto opened = aepro::kafka_producer::open(values);
  BOOST_REQUIRE(opened);
  caf::error error;
  int taken = 0;
  for (; taken < 100 && !error; ++taken)
    error = (*opened)->send({values.topics.subjects, "key", "value", {}, 0}, 20ms);
  BOOST_TEST((error == aepro::errc::broker_unavailable));
  BOOST_TEST(taken == 11);
}

BOOST_FIXTURE_TEST_CASE(topics_are_listed_with_their_partitions, fixture) {
  const auto states = aepro::list_topics(values, aepro::topic_names(values), 5s);
  BOOST_REQUIRE(states);
  BOOST_REQUIRE(states->size() == 5u);
  for (const auto& state : *states)
    BOOST_TEST((state.exists && state.partitions == 3u), state.name);
  BOOST_TEST(!aepro::require_topics(values, aepro::topic_names(values), 5s));
}

BOOST_FIXTURE_TEST_CASE(an_unreachable_broker_is_an_error_that_names_it, fixture) {
  cluster.reset();
  const auto error = aepro::require_topics(values, {"a"}, 1s);
  BOOST_TEST((error == aepro::errc::broker_unavailable));
  BOOST_TEST(aepro::error_text(error).find(values.brokers) != std::string::npos);
}

BOOST_FIXTURE_TEST_CASE(tls_on_a_plaintext_listener_tells_the_remedy, fixture) {
  values.kafka["security.protocol"] = "ssl";
  const auto error = aepro::require_topics(values, {"a"}, 3s);
  BOOST_TEST(aepro::error_text(error).find("--set kafka.security.protocol=plaintext") !=
                 std::string::npos,
             aepro::error_text(error));
}

BOOST_AUTO_TEST_SUITE_END()
