#include "bench/topic_reader.hpp"

#include <fmt/format.h>
#include <librdkafka/rdkafka.h>
#include <sys/resource.h>

#include <array>
#include <chrono>
#include <memory>
#include <stdexcept>

namespace aepro::bench {

namespace {

using steady = std::chrono::steady_clock;

constexpr int patience_ms = 10'000;
constexpr std::size_t batch_records = 5'000;

struct release_consumer {
  void operator()(rd_kafka_t* consumer) const {
    rd_kafka_consumer_close(consumer);
    rd_kafka_destroy(consumer);
  }
};
struct release_list {
  void operator()(rd_kafka_topic_partition_list_t* list) const {
    rd_kafka_topic_partition_list_destroy(list);
  }
};
struct release_queue {
  void operator()(rd_kafka_queue_t* queue) const { rd_kafka_queue_destroy(queue); }
};
struct release_metadata {
  void operator()(const struct rd_kafka_metadata* found) const { rd_kafka_metadata_destroy(found); }
};
using consumer_handle = std::unique_ptr<rd_kafka_t, release_consumer>;
using list_handle = std::unique_ptr<rd_kafka_topic_partition_list_t, release_list>;

double seconds_between(steady::time_point from, steady::time_point to) {
  return std::chrono::duration<double>(to - from).count();
}

consumer_handle open_consumer(const std::string& brokers) {
  auto* configuration = rd_kafka_conf_new();
  char text[512] = {};
  for (const auto& [name, value] : std::initializer_list<std::pair<const char*, const char*>>{
           {"bootstrap.servers", brokers.c_str()},
           {"group.id", "aepro-bench-raw"},
           {"enable.auto.commit", "false"},
           {"auto.offset.reset", "error"}})
    if (rd_kafka_conf_set(configuration, name, value, text, sizeof text) != RD_KAFKA_CONF_OK)
      throw std::runtime_error(text);
  auto* consumer = rd_kafka_new(RD_KAFKA_CONSUMER, configuration, text, sizeof text);
  if (consumer == nullptr)
    throw std::runtime_error(text);
  rd_kafka_poll_set_consumer(consumer);
  return consumer_handle(consumer);
}

list_handle partitions_of(rd_kafka_t* consumer, const std::vector<std::string>& topics) {
  const struct rd_kafka_metadata* found = nullptr;
  if (const auto code = rd_kafka_metadata(consumer, 1, nullptr, &found, patience_ms))
    throw std::runtime_error(fmt::format("metadata: {}", rd_kafka_err2str(code)));
  const std::unique_ptr<const struct rd_kafka_metadata, release_metadata> metadata(found);
  list_handle list(rd_kafka_topic_partition_list_new(16));
  for (const auto& topic : topics) {
    const auto before = list->cnt;
    for (int i = 0; i < metadata->topic_cnt; ++i)
      if (topic == metadata->topics[i].topic)
        for (int j = 0; j < metadata->topics[i].partition_cnt; ++j)
          rd_kafka_topic_partition_list_add(list.get(), topic.c_str(),
                                            metadata->topics[i].partitions[j].id)
              ->offset = RD_KAFKA_OFFSET_BEGINNING;
    if (list->cnt == before)
      throw std::runtime_error(fmt::format("topic {} is missing", topic));
  }
  return list;
}

} // namespace

double process_cpu_seconds() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  const auto seconds = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) + 1e-6 * static_cast<double>(time.tv_usec);
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

read_result read_topics(const std::string& brokers, const std::vector<std::string>& topics,
                        std::uint64_t records,
                        const std::function<void(const rd_kafka_message_t&)>& take) {
  const auto consumer = open_consumer(brokers);
  const auto list = partitions_of(consumer.get(), topics);
  const std::unique_ptr<rd_kafka_queue_t, release_queue> queue(
      rd_kafka_queue_get_consumer(consumer.get()));
  std::vector<rd_kafka_message_t*> messages(batch_records);
  read_result result;
  const auto cpu_before = process_cpu_seconds();
  const auto assigned_at = steady::now();
  if (const auto code = rd_kafka_assign(consumer.get(), list.get()))
    throw std::runtime_error(fmt::format("assign: {}", rd_kafka_err2str(code)));
  auto last_at = assigned_at, first_at = assigned_at;
  while (result.records < records) {
    const auto count =
        rd_kafka_consume_batch_queue(queue.get(), 5, messages.data(), messages.size());
    const auto now = steady::now();
    if (count > 0 && result.records == 0)
      first_at = now;
    std::string failure;
    for (ssize_t i = 0; i < count; ++i) {
      auto* message = messages[static_cast<std::size_t>(i)];
      if (message->err != RD_KAFKA_RESP_ERR_NO_ERROR) {
        failure = rd_kafka_message_errstr(message);
      } else if (result.records < records) {
        ++result.records;
        result.bytes += message->len;
        take(*message);
      }
      rd_kafka_message_destroy(message);
    }
    if (!failure.empty())
      throw std::runtime_error(failure);
    if (count > 0)
      last_at = steady::now();
    else if (seconds_between(last_at, now) > 1e-3 * patience_ms)
      throw std::runtime_error(fmt::format("only {} of {} records came", result.records, records));
  }
  result.seconds = seconds_between(first_at, last_at);
  result.connect_seconds = seconds_between(assigned_at, first_at);
  result.cpu_seconds = process_cpu_seconds() - cpu_before;
  return result;
}

} // namespace aepro::bench
