#include "actors/outbound/kafka_anchor_reader.hpp"

#include "actors/common/kafka_client.hpp"
#include "actors/common/kafka_properties.hpp"
#include "actors/common/kafka_watermarks.hpp"
#include "actors/outbound/anchor.hpp"
#include "actors/publish/kafka_topics.hpp"
#include "messages/type_ids.hpp"

#include <fmt/format.h>

#include <array>

namespace aepro {

namespace {

struct release_consumer {
  void operator()(rd_kafka_t* handle) const {
    rd_kafka_consumer_close(handle);
    rd_kafka_destroy(handle);
  }
};
struct release_message {
  void operator()(rd_kafka_message_t* message) const { rd_kafka_message_destroy(message); }
};
struct release_list {
  void operator()(rd_kafka_topic_partition_list_t* list) const {
    rd_kafka_topic_partition_list_destroy(list);
  }
};
using consumer_handle = std::unique_ptr<rd_kafka_t, release_consumer>;
using message_handle = std::unique_ptr<rd_kafka_message_t, release_message>;

caf::expected<consumer_handle> open_consumer(const settings& values) {
  auto conf = make_kafka_conf(values);
  if (!conf)
    return std::move(conf.error());
  for (const auto& [property, value] :
       {std::pair<const char*, const char*>{"group.id", "aepro-verify"},
        {"enable.auto.commit", "false"},
        {"auto.offset.reset", "earliest"},
        {"enable.partition.eof", "true"}})
    if (auto error = set_kafka_property(**conf, property, value))
      return error;
  std::array<char, 512> text{};
  consumer_handle consumer(rd_kafka_new(RD_KAFKA_CONSUMER, conf->get(), text.data(), text.size()));
  if (!consumer)
    return caf::make_error(errc::invalid_settings, fmt::format("Kafka client: {}", text.data()));
  static_cast<void>(conf->release()); // librdkafka owns it now.
  rd_kafka_poll_set_consumer(consumer.get());
  return consumer;
}

anchor_record record_of(const rd_kafka_message_t& message) {
  anchor_record record{message.partition, message.offset, {}, {}};
  if (message.payload != nullptr)
    record.value = {static_cast<const char*>(message.payload), message.len};
  rd_kafka_headers_t* headers = nullptr;
  const void* bytes = nullptr;
  std::size_t size = 0;
  if (rd_kafka_message_headers(&message, &headers) == RD_KAFKA_RESP_ERR_NO_ERROR &&
      rd_kafka_header_get_last(headers, std::string(signature_header).c_str(), &bytes, &size) ==
          RD_KAFKA_RESP_ERR_NO_ERROR &&
      bytes != nullptr)
    record.signature = {static_cast<const char*>(bytes), size};
  return record;
}

} // namespace

caf::error read_anchor_topic(const settings& values, std::chrono::milliseconds patience,
                             const std::function<void(const anchor_record&)>& visit) {
  const auto& topic = values.topics.ledger_anchors;
  const auto states = list_topics(values, {topic}, patience);
  if (!states)
    return states.error();
  if (!states->front().exists)
    return caf::make_error(errc::topic_missing,
                           fmt::format("topic {} is not there: no anchor was published", topic));
  auto consumer = open_consumer(values);
  if (!consumer)
    return std::move(consumer.error());
  const auto partitions = static_cast<int>(states->front().partitions);
  const std::unique_ptr<rd_kafka_topic_partition_list_t, release_list> list(
      rd_kafka_topic_partition_list_new(partitions));
  for (int i = 0; i < partitions; ++i)
    rd_kafka_topic_partition_list_add(list.get(), topic.c_str(), i)->offset =
        RD_KAFKA_OFFSET_BEGINNING;
  if (const auto code = rd_kafka_assign(consumer->get(), list.get()))
    return caf::make_error(classify_kafka_error(code),
                           fmt::format("topic {}: {}", topic, rd_kafka_err2str(code)));
  for (int ended = 0; ended < partitions;) {
    const message_handle message(
        rd_kafka_consumer_poll(consumer->get(), static_cast<int>(patience.count())));
    if (!message)
      return caf::make_error(errc::broker_unavailable,
                             fmt::format("topic {}: nothing came for {} ms (brokers {})", topic,
                                         patience.count(), values.brokers));
    if (message->err == RD_KAFKA_RESP_ERR_NO_ERROR)
      visit(record_of(*message));
    else if (message->err == RD_KAFKA_RESP_ERR__PARTITION_EOF)
      ++ended;
    else
      return caf::make_error(
          classify_kafka_error(message->err),
          fmt::format("topic {}: {}", topic, rd_kafka_message_errstr(message.get())));
  }
  return {};
}

} // namespace aepro
