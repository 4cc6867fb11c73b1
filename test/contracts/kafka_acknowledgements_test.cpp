#include "actors/acknowledge/kafka_acknowledgements.hpp"
#include "actors/publish/kafka_producer.hpp"
#include "actors/publish/kafka_topics.hpp"
#include "messages/error_text.hpp"
#include "support/contracts/failing_cluster.hpp"
#include "support/real_kafka.hpp"

#include <algorithm>
#include <future>
#include <thread>
#include <unistd.h>

using namespace aepro;
using namespace aepro::test;
using namespace std::chrono_literals;

BOOST_AUTO_TEST_SUITE(kafka_acknowledgements)

namespace {

/// A topic of its own on the real broker.
struct fixture {
  explicit fixture(const std::string& name)
      : values(kafka_settings("acks-" + name + "-" + std::to_string(getpid()))) {
    values.topics.acknowledgements = values.group + ".acknowledgements";
    values.topics.partitions = 2;
  }

  void create() {
    const auto created = create_topics(values, {values.topics.acknowledgements}, 30s);
    if (!created)
      BOOST_FAIL(error_text(created.error()));
  }

  void publish(const std::vector<std::string>& all) {
    const auto producer = kafka_producer::open(values);
    BOOST_REQUIRE(producer);
    for (const auto& value : all)
      BOOST_REQUIRE(!(*producer)->send({values.topics.acknowledgements, value, value, {}, 0}, 10s));
    BOOST_REQUIRE(!(*producer)->flush(10s));
  }

  std::unique_ptr<acknowledgement_source> open() {
    auto opened = open_kafka_acknowledgements(values);
    if (!opened)
      BOOST_FAIL(error_text(opened.error()));
    return std::move(*opened);
  }

  /// Returns `count` values in the order of the alphabet, as soon as they have come.
  static std::vector<std::string> read(acknowledgement_source& source, std::size_t count,
                                       std::size_t records_max = 100) {
    std::vector<std::string> values;
    const auto give_up = std::chrono::steady_clock::now() + 60s;
    while (values.size() < count && std::chrono::steady_clock::now() < give_up) {
      const auto records = source.poll(records_max);
      if (records && records->size() > records_max)
        BOOST_ERROR("more than were wanted");
      if (records)
        for (const auto& record : *records)
          values.push_back(record.value);
      std::this_thread::sleep_for(20ms);
    }
    std::ranges::sort(values);
    return values;
  }

  settings values;
};

using texts = std::vector<std::string>;

} // namespace

BOOST_AUTO_TEST_CASE(what_was_committed_does_not_come_again_and_what_was_not_does) {
  fixture site("commit");
  site.create();
  site.publish({"a", "b", "c"});
  {
    const auto first = site.open();
    BOOST_TEST(fixture::read(*first, 3, 2) == (texts{"a", "b", "c"}),
               boost::test_tools::per_element());
    first->commit();
    first->commit(); // Nothing is left to commit.
    site.publish({"d", "e"});
    BOOST_TEST(fixture::read(*first, 2) == (texts{"d", "e"}), boost::test_tools::per_element());
  }
  const auto second = site.open();
  BOOST_TEST(fixture::read(*second, 2) == (texts{"d", "e"}), boost::test_tools::per_element());
  second->commit();
  site.publish({"f"});
  BOOST_TEST(fixture::read(*second, 1) == texts{"f"}, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(two_nodes_share_the_topic) {
  fixture site("share");
  site.create();
  const auto first = site.open(), second = site.open();
  texts all;
  for (int i = 0; i < 40; ++i)
    all.push_back(std::to_string(i));
  site.publish(all);
  std::vector<std::string> read;
  const auto give_up = std::chrono::steady_clock::now() + 60s;
  while (read.size() < all.size() && std::chrono::steady_clock::now() < give_up)
    for (const auto* one : {&first, &second}) {
      if (const auto records = (*one)->poll(10))
        for (const auto& record : *records)
          read.push_back(record.value);
      (*one)->commit();
      std::this_thread::sleep_for(5ms);
    }
  std::ranges::sort(read);
  read.erase(std::unique(read.begin(), read.end()),
             read.end()); // A rebalance may bring some twice.
  BOOST_TEST(read.size() == all.size());
}

BOOST_AUTO_TEST_CASE(a_topic_that_is_missing_is_said_and_read_when_it_is_there) {
  fixture site("missing");
  const auto source = site.open();
  caf::error said;
  const auto give_up = std::chrono::steady_clock::now() + 30s;
  while (!said && std::chrono::steady_clock::now() < give_up) {
    if (auto polled = source->poll(10); !polled)
      said = std::move(polled.error());
    std::this_thread::sleep_for(20ms);
  }
  BOOST_TEST((said == errc::topic_missing), error_text(said));
  site.create();
  site.publish({"x"});
  BOOST_TEST(fixture::read(*source, 1) == texts{"x"}, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_broker_that_has_fallen_silent_does_not_hold_up_the_end) {
  failing_cluster cluster;
  fixture site("silent");
  BOOST_REQUIRE(!cluster.serve(site.values));
  site.values.topics.acknowledgements = site.values.topics.adverse_events;
  site.publish({"a"});
  auto source = site.open();
  BOOST_TEST(site.read(*source, 1).size() == 1U); // It is a member by now.
  cluster.answer_after(10min);
  auto closed = std::async(std::launch::async, [&source] { source.reset(); });
  BOOST_TEST((closed.wait_for(15s) == std::future_status::ready));
  cluster.answer_after(0ms);
  closed.get();
}

BOOST_AUTO_TEST_SUITE_END()
