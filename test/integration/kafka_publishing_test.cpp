#include "support/real_kafka.hpp"

#include "actors/publish/kafka_producer.hpp"
#include "actors/publish/kafka_topics.hpp"
#include "messages/error_text.hpp"

#include <boost/test/unit_test.hpp>

BOOST_AUTO_TEST_SUITE(kafka_publishing)

using namespace std::chrono_literals;

BOOST_AUTO_TEST_CASE(topics_are_created_once_with_the_settings_partitions) {
  auto values = aepro::test::kafka_settings("create");
  values.topics.partitions = 3;
  const auto missing = aepro::require_topics(values, aepro::topic_names(values), 15s);
  BOOST_TEST((missing == aepro::errc::topic_missing));
  BOOST_TEST(aepro::error_text(missing).find("create.aepro.subjects") != std::string::npos);
  const auto first = aepro::create_topics(values, aepro::topic_names(values), 15s);
  BOOST_REQUIRE(first);
  for (const auto& topic : *first)
    BOOST_TEST(topic.created, topic.name);
  const auto second = aepro::create_topics(values, aepro::topic_names(values), 15s);
  BOOST_REQUIRE(second);
  for (const auto& topic : *second)
    BOOST_TEST(!topic.created, topic.name);
  const auto states = aepro::list_topics(values, aepro::topic_names(values), 15s);
  BOOST_REQUIRE(states);
  for (const auto& state : *states)
    BOOST_TEST((state.exists && state.partitions == 3u && state.replication == 1u), state.name);
}

BOOST_AUTO_TEST_CASE(more_replicas_than_brokers_is_an_error_that_names_the_topic) {
  auto values = aepro::test::kafka_settings("replicas");
  values.topics.replication = 3;
  const auto created = aepro::create_topics(values, aepro::topic_names(values), 15s);
  BOOST_REQUIRE(!created);
  BOOST_TEST(aepro::error_text(created.error()).find("replicas.aepro.adverse-events") !=
             std::string::npos);
}

BOOST_AUTO_TEST_CASE(an_idempotent_producer_delivers_every_record) {
  auto values = aepro::test::kafka_settings("produce");
  BOOST_REQUIRE(aepro::create_topics(values, aepro::topic_names(values), 15s));
  auto producer = aepro::kafka_producer::open(values);
  BOOST_REQUIRE(producer);
  std::int64_t highest = -1;
  (*producer)->on_delivered([&](auto, auto, auto offset) { highest = std::max(highest, offset); });
  for (int i = 0; i < 20000; ++i)
    BOOST_REQUIRE(
        !(*producer)->send({values.topics.adverse_events, "one key", "value", {}, 0}, 15s));
  BOOST_TEST(!(*producer)->flush(30s));
  BOOST_TEST((*producer)->counts().delivered == 20000u);
  BOOST_TEST(highest == 19999);
}

BOOST_AUTO_TEST_SUITE_END()
