#include "support/kafka_topic_reader.hpp"

#include "actors/common/kafka_properties.hpp"

#include <array>
#include <stdexcept>

namespace aepro::test {

namespace {

std::optional<std::string> text_of(const void* bytes, std::size_t size) {
  return bytes ? std::optional(std::string(static_cast<const char*>(bytes), size)) : std::nullopt;
}

read_record copy(const rd_kafka_message_t& message) {
  read_record record{message.partition,
                     message.offset,
                     text_of(message.key, message.key_len),
                     text_of(message.payload, message.len),
                     {}};
  rd_kafka_headers_t* headers = nullptr;
  if (rd_kafka_message_headers(&message, &headers) == RD_KAFKA_RESP_ERR_NO_ERROR) {
    const char* name = nullptr;
    const void* value = nullptr;
    std::size_t size = 0;
    for (std::size_t i = 0;
         rd_kafka_header_get_all(headers, i, &name, &value, &size) == RD_KAFKA_RESP_ERR_NO_ERROR;
         ++i)
      record.headers[name] = text_of(value, size).value_or("");
  }
  return record;
}

} // namespace

std::vector<read_record> read_topic(const settings& values, const std::string& topic,
                                    int partitions) {
  auto conf = make_kafka_conf(values);
  if (!conf)
    throw std::runtime_error("settings refused");
  rd_kafka_conf_set(conf->get(), "group.id", "test-reader", nullptr, 0);
  rd_kafka_conf_set(conf->get(), "enable.partition.eof", "true", nullptr, 0);
  rd_kafka_conf_set(conf->get(), "enable.auto.commit", "false", nullptr, 0);
  std::array<char, 256> text{};
  rd_kafka_t* consumer = rd_kafka_new(RD_KAFKA_CONSUMER, conf->release(), text.data(), text.size());
  if (consumer == nullptr)
    throw std::runtime_error(text.data());
  auto* list = rd_kafka_topic_partition_list_new(partitions);
  for (int i = 0; i < partitions; ++i)
    rd_kafka_topic_partition_list_add(list, topic.c_str(), i)->offset = 0;
  rd_kafka_assign(consumer, list);
  rd_kafka_topic_partition_list_destroy(list);
  std::vector<read_record> records;
  std::string problem;
  for (int ended = 0; ended < partitions && problem.empty();) {
    auto* message = rd_kafka_consumer_poll(consumer, 15000);
    if (!message || (message->err && message->err != RD_KAFKA_RESP_ERR__PARTITION_EOF))
      problem = message ? rd_kafka_message_errstr(message) : "no answer in 15 s";
    else if (message->err)
      ++ended;
    else
      records.push_back(copy(*message));
    if (message)
      rd_kafka_message_destroy(message);
  }
  rd_kafka_consumer_close(consumer);
  rd_kafka_destroy(consumer);
  if (!problem.empty())
    throw std::runtime_error(topic + ": " + problem);
  return records;
}

} // namespace aepro::test
