#pragma once

/// Adapter: librdkafka's messages as records, without a copy.

#include "messages/record.hpp"

#include <librdkafka/rdkafka.h>

#include <vector>

namespace aepro {

/// Owns librdkafka's messages for as long as views point into them.
class kafka_buffers : public record_buffers {
public:
  explicit kafka_buffers(std::vector<rd_kafka_message_t*> messages)
      : messages_(std::move(messages)) {}
  kafka_buffers(const kafka_buffers&) = delete;
  kafka_buffers& operator=(const kafka_buffers&) = delete;
  ~kafka_buffers() override {
    for (auto* message : messages_)
      rd_kafka_message_destroy(message);
  }

  /// Returns views of all messages, in order.
  std::vector<record_view> records();

private:
  std::size_t append_headers(const rd_kafka_message_t& message);

  std::vector<rd_kafka_message_t*> messages_;
  std::vector<header_view> headers_; ///< Of all messages, one after the other.
};

} // namespace aepro
