// Requests of librdkafka's are made to fail, each kind at its first, second, ... until a run meets
// no failure any more, and several in a row until they are answered again: every record is
// delivered once and read once, and what is told of the failures says that they heal.
#include "actors/ingest/kafka_source.hpp"
#include "actors/publish/kafka_producer.hpp"
#include "messages/error_text.hpp"
#include "test/support/contracts/failing_cluster.hpp"

#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <array>
#include <condition_variable>
#include <mutex>
#include <set>

using namespace aepro;
using namespace aepro::test;
using namespace std::chrono_literals;

BOOST_AUTO_TEST_SUITE(kafka_nth_call)

namespace {

constexpr int records = 12;
constexpr int records_per_flush = 4;
constexpr std::size_t runs_max = 20;

struct planned_failure {
  request_kind kind;
  rd_kafka_resp_err_t code;
};
std::ostream& operator<<(std::ostream& out, const planned_failure& failure) {
  return out << "request " << static_cast<int>(failure.kind) << " fails with "
             << rd_kafka_err2name(failure.code);
}

settings settings_of(failing_cluster& cluster) {
  settings values;
  values.topics.partitions = 1;
  values.kafka["retry.backoff.ms"] = "10";
  values.kafka["reconnect.backoff.ms"] = "10";
  BOOST_REQUIRE(!cluster.serve(values));
  return values;
}

/// Sends the records in several requests; returns the offsets that were acknowledged.
std::multiset<std::int64_t> send_records(const settings& values) {
  auto opened = kafka_producer::open(values);
  BOOST_REQUIRE(opened);
  auto& producer = **opened;
  std::multiset<std::int64_t> offsets;
  producer.on_delivered(
      [&](std::string_view, std::int32_t, std::int64_t offset) { offsets.insert(offset); });
  for (int i = 0; i < records; ++i) {
    BOOST_REQUIRE(!producer.send(
        {values.topics.adverse_events, "key", std::to_string(i), {}, 1'700'000'000'000}, 10s));
    if ((i + 1) % records_per_flush == 0) {
      const auto failed = producer.flush(20s);
      BOOST_TEST(!failed, error_text(failed));
    }
  }
  return offsets;
}

/// Joins the group and reads what is there, as ingest does.
class reader {
public:
  explicit reader(const settings& values) : source_(make_kafka_source(values)) {
    BOOST_REQUIRE(!source_->open([this] {
      const std::lock_guard lock{mutex_};
      is_awake_ = true;
      woken_.notify_one();
    }));
  }
  ~reader() { source_->close(); }

  /// Returns the values read, until there are as many as were sent or nothing has come for too
  /// long.
  std::vector<std::string> read() {
    std::vector<std::string> values;
    for (bool more = false; values.size() < records && (more || sleep(30s));) {
      auto events = source_->poll([](const stream_name&) { return std::size_t{100}; });
      more = !events.empty();
      for (auto& event : events)
        take(event, values);
    }
    return values;
  }

private:
  void take(source_event& event, std::vector<std::string>& values) {
    if (auto* assigned = std::get_if<streams_assigned>(&event))
      for (const auto& stream : assigned->streams)
        BOOST_REQUIRE(!source_->start(stream, -1));
    if (auto* fetched = std::get_if<records_fetched>(&event))
      for (const auto& record : fetched->records) {
        values.emplace_back(record.value.value_or(""));
        source_->commit(fetched->stream, record.offset + 1);
      }
    if (auto* failed = std::get_if<source_failed>(&event))
      BOOST_TEST(is_transient(failed->code), failed->text);
  }

  bool sleep(std::chrono::milliseconds patience) {
    std::unique_lock lock{mutex_};
    const bool woke = woken_.wait_for(lock, patience, [this] { return is_awake_; });
    is_awake_ = false;
    return woke;
  }

  std::mutex mutex_;
  std::condition_variable woken_;
  bool is_awake_ = true;
  std::unique_ptr<record_source> source_;
};

/// The mock cluster fails no metadata requests.
const std::array producer_failures{
    planned_failure{request_kind::init_producer_id, RD_KAFKA_RESP_ERR__TRANSPORT},
    planned_failure{request_kind::init_producer_id, RD_KAFKA_RESP_ERR_COORDINATOR_LOAD_IN_PROGRESS},
    planned_failure{request_kind::produce, RD_KAFKA_RESP_ERR__TRANSPORT},
    planned_failure{request_kind::produce, RD_KAFKA_RESP_ERR_NOT_LEADER_FOR_PARTITION},
    planned_failure{request_kind::produce, RD_KAFKA_RESP_ERR_REQUEST_TIMED_OUT}};

const std::array consumer_failures{
    planned_failure{request_kind::fetch, RD_KAFKA_RESP_ERR__TRANSPORT},
    planned_failure{request_kind::list_offsets, RD_KAFKA_RESP_ERR__TRANSPORT},
    planned_failure{request_kind::find_coordinator, RD_KAFKA_RESP_ERR_COORDINATOR_NOT_AVAILABLE},
    planned_failure{request_kind::join_group, RD_KAFKA_RESP_ERR__TRANSPORT},
    planned_failure{request_kind::sync_group, RD_KAFKA_RESP_ERR__TRANSPORT},
    planned_failure{request_kind::offset_commit, RD_KAFKA_RESP_ERR__TRANSPORT}};

/// Of those, for what follows: each run joins a group, which takes seconds.
const std::array consumer_outages{consumer_failures[0], consumer_failures[3]};
constexpr std::size_t outage = 5; ///< Requests that fail in a row.

std::vector<std::string> all_values() {
  std::vector<std::string> values;
  for (int i = 0; i < records; ++i)
    values.push_back(std::to_string(i));
  return values;
}

/// Reads everything while requests fail; returns whether all that were planned did.
bool read_through(const planned_failure& failure, std::size_t n, std::size_t times) {
  failing_cluster cluster;
  const auto values = settings_of(cluster);
  send_records(values);
  cluster.fail(failure.kind, n, failure.code, times);
  BOOST_TEST(reader(values).read() == all_values(), boost::test_tools::per_element());
  return !cluster.is_pending(failure.kind);
}

} // namespace

BOOST_DATA_TEST_CASE(every_record_is_delivered_once_whichever_request_of_a_producer_fails,
                     boost::unit_test::data::make(producer_failures), failure) {
  std::size_t n = 1;
  for (bool has_failed = true; has_failed; ++n) {
    BOOST_REQUIRE(n < runs_max);
    failing_cluster cluster;
    const auto values = settings_of(cluster);
    cluster.fail(failure.kind, n, failure.code);
    const auto offsets = send_records(values);
    has_failed = !cluster.is_pending(failure.kind);
    BOOST_TEST(offsets.size() == static_cast<std::size_t>(records), "n = " << n);
    BOOST_TEST(std::set<std::int64_t>(offsets.begin(), offsets.end()).size() ==
               static_cast<std::size_t>(records));
    BOOST_TEST(*offsets.rbegin() == records - 1); // The topic holds no second copy.
  }
  BOOST_TEST(n > 2U); // Something did fail.
}

BOOST_AUTO_TEST_CASE(a_producer_outlives_requests_that_fail_in_a_row) {
  failing_cluster cluster;
  const auto values = settings_of(cluster);
  cluster.fail(request_kind::produce, 1, RD_KAFKA_RESP_ERR_NOT_LEADER_FOR_PARTITION, outage);
  BOOST_TEST(send_records(values).size() == static_cast<std::size_t>(records));
  BOOST_TEST(!cluster.is_pending(request_kind::produce));
}

BOOST_DATA_TEST_CASE(every_record_is_read_once_whichever_request_of_a_consumer_fails,
                     boost::unit_test::data::make(consumer_failures), failure) {
  std::size_t n = 1;
  while (read_through(failure, n, 1))
    BOOST_REQUIRE(++n < runs_max);
  BOOST_TEST(n > 1U); // Something did fail.
}

BOOST_DATA_TEST_CASE(a_consumer_outlives_requests_that_fail_in_a_row,
                     boost::unit_test::data::make(consumer_outages), failure) {
  BOOST_TEST(read_through(failure, 1, outage));
}

BOOST_AUTO_TEST_SUITE_END()
