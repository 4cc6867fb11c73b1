#include "actors/acknowledge/kafka_acknowledgements.hpp"

#include "actors/common/error_table.hpp"
#include "actors/common/kafka_group.hpp"
#include "actors/common/kafka_handles.hpp"
#include "actors/common/kafka_properties.hpp"
#include "actors/common/log.hpp"
#include "messages/type_ids.hpp"

#include <fmt/format.h>
#include <librdkafka/rdkafka.h>

#include <map>
#include <utility>

namespace aepro {

namespace {

class kafka_acknowledgements final : public acknowledgement_source {
public:
  explicit kafka_acknowledgements(rd_kafka_t* consumer)
      : client_(consumer, rd_kafka_destroy), consumer_(consumer) {}
  kafka_acknowledgements(const kafka_acknowledgements&) = delete;
  kafka_acknowledgements& operator=(const kafka_acknowledgements&) = delete;
  /// What is settled and was not committed comes again.
  ~kafka_acknowledgements() override { leave_kafka_group(client_, leave_patience); }

  caf::expected<std::vector<acknowledgement_record>> poll(std::size_t records_max) override {
    std::vector<acknowledgement_record> records;
    while (records.size() < records_max) {
      const kafka_message message{rd_kafka_consumer_poll(consumer_, 0)};
      if (!message)
        break;
      if (message->err != RD_KAFKA_RESP_ERR_NO_ERROR) {
        if (records.empty())
          return caf::make_error(
              classify_kafka_error(message->err),
              fmt::format("acknowledgements: {}", rd_kafka_message_errstr(message.get())));
        break; // What was read before it comes first; should it last, it comes again.
      }
      const std::string topic(rd_kafka_topic_name(message->rkt));
      settled_[{topic, message->partition}] = message->offset + 1;
      records.push_back({topic, message->partition, message->offset,
                         rd_kafka_message_timestamp(message.get(), nullptr),
                         std::string(static_cast<const char*>(message->payload), message->len)});
    }
    return records;
  }

  /// Not waited for: should it be lost, the records come again.
  void commit() override {
    const kafka_partition_list offsets{
        rd_kafka_topic_partition_list_new(static_cast<int>(settled_.size()))};
    for (const auto& [stream, next_offset] : settled_)
      rd_kafka_topic_partition_list_add(offsets.get(), stream.topic.c_str(), stream.partition)
          ->offset = next_offset;
    if (!settled_.empty())
      if (const auto code = rd_kafka_commit(consumer_, offsets.get(), 1))
        log::debug("acknowledge", "not-committed", "{}", rd_kafka_err2str(code));
    settled_.clear();
  }

private:
  std::shared_ptr<rd_kafka_t> client_;
  rd_kafka_t* consumer_;                        ///< client_.
  std::map<stream_name, std::int64_t> settled_; ///< Not committed yet.
};

} // namespace

caf::expected<std::unique_ptr<acknowledgement_source>>
open_kafka_acknowledgements(const settings& values) {
  auto configuration = make_kafka_conf(values);
  if (!configuration)
    return std::move(configuration.error());
  const std::pair<const char*, std::string> own[] = {
      {"group.id", values.group + ".acknowledgements"},
      {"auto.offset.reset", "earliest"},
      {"enable.auto.commit", "false"},
      {"enable.auto.offset.store", "false"},
      {"enable.partition.eof", "false"},
      {"queued.min.messages", "100"},
      {"fetch.min.bytes", "1"},     // At once, and few fetches while nothing
      {"fetch.wait.max.ms", "500"}, // comes.
      {"queued.max.messages.kbytes", "1024"}};
  for (const auto& [name, value] : own)
    if (auto failure = set_kafka_property(**configuration, name, value))
      return failure;
  rd_kafka_conf_set_log_cb(configuration->get(),
                           [](const rd_kafka_t*, int, const char* facility, const char* text) {
                             log::debug("acknowledge", "librdkafka", "{}: {}", facility, text);
                           });
  char text[512] = {};
  auto* consumer = rd_kafka_new(RD_KAFKA_CONSUMER, configuration->get(), text, sizeof text);
  if (consumer == nullptr)
    return caf::make_error(errc::invalid_settings, fmt::format("acknowledgements: {}", text));
  static_cast<void>(configuration->release()); // librdkafka's from here on.
  auto made = std::make_unique<kafka_acknowledgements>(consumer);
  rd_kafka_poll_set_consumer(consumer);
  const kafka_partition_list topics{rd_kafka_topic_partition_list_new(1)};
  rd_kafka_topic_partition_list_add(topics.get(), values.topics.acknowledgements.c_str(),
                                    RD_KAFKA_PARTITION_UA);
  if (const auto code = rd_kafka_subscribe(consumer, topics.get()))
    return caf::make_error(errc::invalid_settings,
                           fmt::format("acknowledgements: {}", rd_kafka_err2str(code)));
  return std::unique_ptr<acknowledgement_source>(std::move(made));
}

} // namespace aepro
