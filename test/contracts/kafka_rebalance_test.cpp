#include "actors/ingest/kafka_source.hpp"
#include "actors/publish/kafka_producer.hpp"
#include "actors/publish/kafka_topics.hpp"
#include "messages/type_ids.hpp"
#include "support/real_kafka.hpp"

#include <unistd.h>

#include <condition_variable>
#include <functional>
#include <future>
#include <map>
#include <mutex>
#include <set>

using namespace aepro;
using namespace aepro::test;
using namespace std::chrono_literals;

BOOST_AUTO_TEST_SUITE(kafka_rebalance)

namespace {

constexpr std::size_t partitions = 2;

/// A member of the group that takes what it gets, reads nothing by itself, and remembers what it
/// was told.
struct member {
  explicit member(const settings& values) : source(make_kafka_source(values)) {
    BOOST_REQUIRE(!source->open([this] {
      const std::lock_guard lock{mutex};
      is_awake = true;
      woken.notify_one();
    }));
  }
  ~member() { source->close(); } // No call of the lambda from here on.

  /// Returns how many records came.
  std::size_t poll() {
    std::size_t count = 0;
    for (auto& event : source->poll([](const stream_name&) { return std::size_t{100}; })) {
      if (auto* assigned = std::get_if<streams_assigned>(&event))
        for (const auto& stream : assigned->streams) {
          has.insert(stream);
          BOOST_REQUIRE(!source->start(stream, -1));
        }
      if (auto* revoked = std::get_if<streams_revoked>(&event))
        for (const auto& stream : revoked->streams) {
          (revoked->lost ? lost : asked).insert(stream);
          has.erase(stream);
        }
      if (auto* fetched = std::get_if<records_fetched>(&event)) {
        count += fetched->records.size();
        read[fetched->stream] += fetched->records.size();
      }
    }
    return count;
  }

  /// Waits a moment for something to come; a look by itself keeps the membership.
  void rest() {
    std::unique_lock lock{mutex};
    woken.wait_for(lock, 20ms, [this] { return is_awake; });
    is_awake = false;
  }

  void release_all() {
    for (const auto& stream : asked)
      source->release(stream);
  }

  std::mutex mutex;
  std::condition_variable woken;
  bool is_awake = true;
  std::set<stream_name> has, asked, lost;
  std::map<stream_name, std::size_t> read;
  std::unique_ptr<record_source> source;
};

/// Topics of their own, and a first member that has all of them.
struct fixture {
  fixture()
      : values(kafka_settings("rebalance-" + std::to_string(++count) + "-" +
                              std::to_string(::getpid()))) {
    values.topics.partitions = partitions;
    values.kafka["session.timeout.ms"] = "6000";
    values.kafka["heartbeat.interval.ms"] = "500";
    BOOST_REQUIRE(create_topics(values, topic_names(values), 15s));
    first = std::make_unique<member>(values);
    BOOST_REQUIRE(until([this] { return first->has.size() == 3 * partitions; }));
  }

  /// Polls all members until it is so. False: it was not within `patience`.
  bool until(const std::function<bool()>& is_so, std::chrono::milliseconds patience = 60s) {
    const auto end = std::chrono::steady_clock::now() + patience;
    while (!is_so() && std::chrono::steady_clock::now() < end) {
      first->poll();
      if (second)
        second->poll();
      first->rest();
    }
    return is_so();
  }

  void publish(int records) {
    auto producer = kafka_producer::open(values);
    BOOST_REQUIRE(producer);
    for (int i = 0; i < records; ++i)
      BOOST_REQUIRE(!(*producer)->send(
          {values.topics.adverse_events, std::to_string(i), "value", {}, 1'700'000'000'000}, 10s));
    BOOST_REQUIRE(!(*producer)->flush(10s));
  }

  static inline int count = 0;
  settings values;
  std::unique_ptr<member> first, second;
};

struct asked_fixture : fixture {
  asked_fixture() {
    second = std::make_unique<member>(values);
    BOOST_REQUIRE(until([this] { return !first->asked.empty(); }));
  }
};

} // namespace

BOOST_FIXTURE_TEST_CASE(the_next_owner_gets_nothing_before_the_release_however_long_it_takes,
                        asked_fixture) {
  const auto asked = first->asked;
  // Longer than the session: polled members stay members while the group waits.
  BOOST_TEST(!until([this] { return !second->has.empty() || !first->lost.empty(); }, 8s));
  first->release_all();
  BOOST_TEST(until([&] { return second->has == asked; }));
  BOOST_TEST(first->has.size() + second->has.size() == 3 * partitions);
  BOOST_TEST(first->lost.empty());
}

BOOST_FIXTURE_TEST_CASE(what_stays_is_read_on_after_the_release_and_what_goes_by_its_next_owner,
                        asked_fixture) {
  publish(200);
  auto last = first->asked;
  const auto kept = *last.begin();
  last.erase(kept);
  for (const auto& stream : last)
    first->source->release(stream);
  BOOST_TEST(!until([this] { return !second->has.empty(); },
                    1s)); // All go together, with the last of them.
  first->source->release(kept);
  const auto all_read = [this] {
    std::size_t sum = 0;
    for (const auto* one : {first.get(), second.get()})
      for (const auto& [stream, count] : one->read)
        sum += count;
    return sum >= 200;
  };
  BOOST_TEST(until(all_read));
  for (const auto& [stream, count] : first->read)
    BOOST_TEST((!first->asked.contains(stream) || count == 0));
}

BOOST_FIXTURE_TEST_CASE(a_stream_that_is_stopped_amid_a_revocation_does_not_answer_it,
                        asked_fixture) {
  BOOST_REQUIRE(!first->has.empty());
  first->source->stop(*first->has.begin());
  BOOST_TEST(!until([this] { return !second->has.empty(); }, 2s));
  first->release_all();
  BOOST_TEST(until([this] { return second->has == first->asked; }));
}

BOOST_FIXTURE_TEST_CASE(closing_amid_a_revocation_ends_and_leaves_all_to_the_others,
                        asked_fixture) {
  auto closed = std::async(std::launch::async, [this] { first->source->close(); });
  BOOST_TEST((closed.wait_for(30s) == std::future_status::ready));
  closed.get();
  const auto end = std::chrono::steady_clock::now() + 60s;
  while (second->has.size() < 3 * partitions && std::chrono::steady_clock::now() < end) {
    second->poll();
    second->rest();
  }
  BOOST_TEST(second->has.size() == 3 * partitions);
}

BOOST_AUTO_TEST_SUITE_END()
