#include "actors/publish/kafka_producer.hpp"

#include "actors/common/kafka_client.hpp"
#include "messages/type_ids.hpp"

#include <fmt/format.h>

#include <map>

namespace aepro {

namespace {

constexpr std::uint64_t sends_per_poll = 256;

struct topic_deleter {
  void operator()(rd_kafka_topic_t* topic) const { rd_kafka_topic_destroy(topic); }
};

class librdkafka_producer final : public kafka_producer {
public:
  caf::error open_client(const settings& values) {
    auto client = kafka_client::open(values,
                                     {{"enable.idempotence", "true"},
                                      {"acks", "all"},
                                      {"partitioner", "murmur2_random"},
                                      {"linger.ms", "5"},
                                      {"queue.buffering.max.kbytes", "65536"},
                                      {"message.timeout.ms", "60000"}},
                                     &on_delivery, this);
    if (!client)
      return client.error();
    client_ = std::move(*client);
    return {};
  }

  caf::error send(const outgoing_record& record, std::chrono::milliseconds patience) override {
    if (counts_.sent % sends_per_poll == 0)
      poll();
    auto* topic = topic_of(record.topic);
    if (topic == nullptr)
      return client_->make_error(rd_kafka_last_error(), fmt::format("topic {}", record.topic));
    const auto give_up = std::chrono::steady_clock::now() + patience;
    for (;;) {
      const auto code = produce(*topic, record);
      if (code == RD_KAFKA_RESP_ERR_NO_ERROR) {
        ++counts_.sent;
        return {};
      }
      if (code == RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE && outcome_) {
        refused(counts_.sent++);
        return {};
      }
      if (code != RD_KAFKA_RESP_ERR__QUEUE_FULL || std::chrono::steady_clock::now() >= give_up)
        return client_->make_error(
            code, fmt::format("topic {}: a record could not be sent", record.topic));
      rd_kafka_poll(client_->handle(), 10);
    }
  }

  void poll() override { rd_kafka_poll(client_->handle(), 0); }

  caf::error flush(std::chrono::milliseconds patience) override {
    const auto code = rd_kafka_flush(client_->handle(), static_cast<int>(patience.count()));
    if (code != RD_KAFKA_RESP_ERR_NO_ERROR)
      return client_->make_error(code,
                                 fmt::format("{} records without an answer",
                                             counts_.sent - counts_.delivered - counts_.failed));
    return first_failure_;
  }

  producer_counts counts() const override { return counts_; }
  caf::error first_failure() const override { return first_failure_; }
  void on_delivered(delivered_callback callback) override { callback_ = std::move(callback); }
  void on_outcome(outcome_callback callback) override { outcome_ = std::move(callback); }

private:
  static void on_delivery(rd_kafka_t*, const rd_kafka_message_t* message, void* self) {
    static_cast<librdkafka_producer*>(self)->delivered(*message);
  }

  static delivery outcome_of(rd_kafka_resp_err_t code) {
    if (code == RD_KAFKA_RESP_ERR_NO_ERROR)
      return delivery::acknowledged;
    return code == RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE ? delivery::too_large : delivery::failed;
  }

  void refused(std::uint64_t number) {
    ++counts_.failed;
    outcome_(number, delivery::too_large);
  }

  void delivered(const rd_kafka_message_t& message) {
    if (message.err == RD_KAFKA_RESP_ERR_NO_ERROR) {
      ++counts_.delivered;
    } else {
      ++counts_.failed;
      const bool told_by_outcome = outcome_ && outcome_of(message.err) == delivery::too_large;
      if (!first_failure_ && !told_by_outcome)
        first_failure_ = client_->make_error(
            message.err, fmt::format("topic {} partition {}: a record was not delivered",
                                     rd_kafka_topic_name(message.rkt), message.partition));
    }
    if (callback_)
      callback_(rd_kafka_topic_name(message.rkt), message.partition,
                message.err == RD_KAFKA_RESP_ERR_NO_ERROR ? message.offset : -1);
    if (outcome_)
      outcome_(reinterpret_cast<std::uintptr_t>(message._private), outcome_of(message.err));
  }

  rd_kafka_topic_t* topic_of(std::string_view name) {
    if (const auto found = topics_.find(name); found != topics_.end())
      return found->second.get();
    const std::string text(name);
    auto* topic = rd_kafka_topic_new(client_->handle(), text.c_str(), nullptr);
    if (topic)
      topics_.emplace(text, topic);
    return topic;
  }

  rd_kafka_resp_err_t produce(rd_kafka_topic_t& topic, const outgoing_record& record) {
    rd_kafka_headers_t* headers = nullptr;
    if (!record.headers.empty()) {
      headers = rd_kafka_headers_new(record.headers.size());
      for (const auto& header : record.headers)
        rd_kafka_header_add(headers, header.name.data(), static_cast<ssize_t>(header.name.size()),
                            header.is_null ? nullptr : header.value.data(),
                            static_cast<ssize_t>(header.value.size()));
    }
    const auto bytes = [](const auto& text) {
      return const_cast<char*>(text ? text->data() : nullptr);
    };
    const auto size = [](const auto& text) { return text ? text->size() : 0; };
    const auto code = rd_kafka_producev(
        client_->handle(), RD_KAFKA_V_RKT(&topic), RD_KAFKA_V_MSGFLAGS(RD_KAFKA_MSG_F_COPY),
        RD_KAFKA_V_KEY(bytes(record.key), size(record.key)),
        RD_KAFKA_V_VALUE(bytes(record.value), size(record.value)),
        RD_KAFKA_V_TIMESTAMP(record.timestamp), RD_KAFKA_V_HEADERS(headers),
        RD_KAFKA_V_OPAQUE(reinterpret_cast<void*>(static_cast<std::uintptr_t>(counts_.sent))),
        RD_KAFKA_V_END);
    if (code != RD_KAFKA_RESP_ERR_NO_ERROR && headers)
      rd_kafka_headers_destroy(headers);
    return code;
  }

  std::map<std::string, std::unique_ptr<rd_kafka_topic_t, topic_deleter>, std::less<>> topics_;
  producer_counts counts_;
  caf::error first_failure_;
  delivered_callback callback_;
  outcome_callback outcome_;
  std::unique_ptr<kafka_client> client_; ///< Outlived by nothing that its callbacks use.

public:
  librdkafka_producer() = default;
  librdkafka_producer(const librdkafka_producer&) = delete;
  librdkafka_producer& operator=(const librdkafka_producer&) = delete;
  ~librdkafka_producer() override {
    topics_.clear();
  } // Before the handle: librdkafka waits for them.
};

} // namespace

caf::expected<std::unique_ptr<kafka_producer>> kafka_producer::open(const settings& values) {
  auto producer = std::make_unique<librdkafka_producer>();
  if (auto error = producer->open_client(values))
    return error;
  return std::unique_ptr<kafka_producer>(std::move(producer));
}

} // namespace aepro
