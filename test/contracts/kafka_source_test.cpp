#include "actors/ingest/kafka_source.hpp"
#include "actors/publish/kafka_mock_cluster.hpp"
#include "actors/publish/kafka_producer.hpp"
#include "messages/type_ids.hpp"
#include "test/support/contracts/failing_cluster.hpp"

#include <boost/test/unit_test.hpp>

#include <condition_variable>
#include <future>
#include <mutex>
#include <thread>

using namespace aepro;
using namespace std::chrono_literals;

BOOST_AUTO_TEST_SUITE(kafka_source)

namespace {

/// A mock cluster with one partition per topic, and records in the topic of adverse events.
struct fixture {
  fixture() {
    auto started = kafka_mock_cluster::start();
    BOOST_REQUIRE(started);
    cluster = std::move(*started);
    values.topics.partitions = 1;
    BOOST_REQUIRE(!cluster->serve(values));
    auto producer = kafka_producer::open(values);
    BOOST_REQUIRE(producer);
    for (int i = 0; i < 10; ++i)
      BOOST_REQUIRE(!(*producer)->send(
          {values.topics.adverse_events, "key", "value", {}, 1'700'000'000'000}, 10s));
    BOOST_REQUIRE(!(*producer)->flush(10s));
    source = make_kafka_source(values);
    BOOST_REQUIRE(!source->open([this] {
      const std::lock_guard lock{mutex};
      is_awake = true;
      woken.notify_one();
    }));
  }
  ~fixture() { source->close(); } // No call of the lambda from here on.

  /// False: nothing woke us within `patience`.
  bool sleep(std::chrono::milliseconds patience) {
    std::unique_lock lock{mutex};
    const bool woke = woken.wait_for(lock, patience, [this] { return is_awake; });
    is_awake = false;
    return woke;
  }

  /// Returns the first records that come. Looks only when the source wakes it.
  records_fetched fetch() {
    for (bool more = false; more || sleep(60s);) {
      auto events = source->poll([](const stream_name&) { return std::size_t{100}; });
      more =
          !events.empty(); // A poll need not take all, and only what comes to an empty queue wakes.
      for (auto& event : events) {
        if (auto* assigned = std::get_if<streams_assigned>(&event))
          for (const auto& stream : assigned->streams)
            BOOST_REQUIRE(!source->start(stream, -1));
        if (auto* fetched = std::get_if<records_fetched>(&event))
          return std::move(*fetched);
      }
    }
    BOOST_FAIL("no records came");
    return {};
  }

  std::mutex mutex;
  std::condition_variable woken;
  bool is_awake = true;
  std::unique_ptr<kafka_mock_cluster> cluster;
  settings values;
  std::unique_ptr<record_source> source;
};

/// Polls until the answer to ask_watermarks() has come.
watermarks_told answer_of(record_source& source) {
  const auto end = std::chrono::steady_clock::now() + 60s;
  while (std::chrono::steady_clock::now() < end) {
    for (auto& event : source.poll([](const stream_name&) { return std::size_t{0}; }))
      if (auto* told = std::get_if<watermarks_told>(&event))
        return std::move(*told);
    std::this_thread::sleep_for(5ms); // As ingest polls.
  }
  BOOST_FAIL("no answer came");
  return {{}, caf::make_error(errc::none)};
}

} // namespace

BOOST_FIXTURE_TEST_CASE(closing_does_not_wait_for_records_that_another_stage_holds, fixture) {
  auto held = fetch();
  BOOST_REQUIRE(!held.records.empty());
  auto closed = std::async(std::launch::async, [this] { source->close(); });
  BOOST_TEST((closed.wait_for(30s) == std::future_status::ready));
  BOOST_TEST((held.records.front().value == "value"));
  held = {}; // The last one out destroys the client; a close() that waits goes on here.
  closed.get();
}

BOOST_AUTO_TEST_CASE(a_broker_that_has_fallen_silent_does_not_hold_up_the_end) {
  test::failing_cluster cluster;
  settings values;
  values.topics.partitions = 1;
  BOOST_REQUIRE(!cluster.serve(values));
  auto source = make_kafka_source(values);
  BOOST_REQUIRE(!source->open([] {}));
  for (bool is_member = false; !is_member; std::this_thread::sleep_for(5ms)) // As ingest polls.
    for (const auto& event : source->poll([](const stream_name&) { return std::size_t{0}; }))
      is_member = is_member || std::holds_alternative<streams_assigned>(event);
  cluster.answer_after(10min);
  auto closed = std::async(std::launch::async, [&source] { source->close(); });
  BOOST_TEST((closed.wait_for(15s) == std::future_status::ready));
  cluster.answer_after(0ms);
  closed.get();
}

BOOST_FIXTURE_TEST_CASE(watermarks_are_told_by_a_later_poll, fixture) {
  source->ask_watermarks(values.topics.adverse_events, 30s);
  const auto told = answer_of(*source);
  BOOST_REQUIRE(told.marks);
  BOOST_REQUIRE(told.marks->size() == 1U);
  BOOST_TEST(told.marks->front().low == 0);
  BOOST_TEST(told.marks->front().high == 10);
}

BOOST_FIXTURE_TEST_CASE(asking_does_not_wait_for_a_broker_that_is_away, fixture) {
  values.brokers = "127.0.0.1:1";
  const auto lonely = make_kafka_source(values);
  BOOST_REQUIRE(!lonely->open([] {}));
  const auto asked = std::chrono::steady_clock::now();
  lonely->ask_watermarks(values.topics.adverse_events, 4s);
  lonely->poll([](const stream_name&) { return std::size_t{0}; });
  BOOST_TEST((std::chrono::steady_clock::now() - asked < 2s));
  const auto told = answer_of(*lonely);
  BOOST_REQUIRE(!told.marks);
  BOOST_TEST((told.marks.error() == errc::broker_unavailable));
}

BOOST_AUTO_TEST_SUITE_END()
