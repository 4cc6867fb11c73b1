#include "actors/notifier/kafka_channel.hpp"

#include "actors/notifier/alert_record.hpp"
#include "actors/notifier/unicode_text.hpp"
#include "messages/error_text.hpp"

#include <fmt/format.h>

#include <array>
#include <exception>

namespace aepro {

namespace {

constexpr std::size_t detail_bytes_max = 500;

/// A message as the sink takes it: views into itself.
struct prepared_record {
  explicit prepared_record(const channel_message& message)
      : key(alert_record_key(message)),
        value(alert_record_value(message)), headers{
                                                header_view{idempotency_header, message.key},
                                                header_view{"content-type", "application/json"}} {}
  std::string key, value;
  std::array<header_view, 2> headers;
};

class kafka_channel final : public channel {
public:
  kafka_channel(std::string topic, sink_opener open_sink)
      : topic_(std::move(topic)), open_sink_(std::move(open_sink)) {}

  std::vector<channel_outcome> deliver(std::span<const channel_message> messages,
                                       std::chrono::milliseconds patience) override {
    std::string trouble;
    try {
      auto too_large = publish(messages, patience);
      if (too_large)
        return outcomes(messages.size(), *too_large);
      trouble = error_text(too_large.error());
    } catch (const std::exception& error) {
      trouble = error.what();
    }
    sink_.reset();
    return std::vector<channel_outcome>(
        messages.size(),
        {.result = attempt_result::failed, .detail = one_line(trouble, detail_bytes_max)});
  }

private:
  caf::expected<std::vector<std::size_t>> publish(std::span<const channel_message> messages,
                                                  std::chrono::milliseconds patience) {
    if (!sink_) {
      auto opened = open_sink_();
      if (!opened)
        return std::move(opened.error());
      sink_ = std::move(*opened);
    }
    const std::vector<prepared_record> prepared(messages.begin(), messages.end());
    std::vector<outgoing_record> records;
    for (const auto& one : prepared)
      records.push_back({topic_, one.key, one.value, one.headers, 0});
    return sink_->publish(records, patience);
  }

  std::vector<channel_outcome> outcomes(std::size_t count,
                                        const std::vector<std::size_t>& too_large) const {
    std::vector<channel_outcome> all(
        count, {.result = attempt_result::delivered, .receipt = "topic " + topic_});
    for (const auto index : too_large)
      all[index] = {.result = attempt_result::refused,
                    .detail = fmt::format("the record is larger than topic {} takes", topic_)};
    return all;
  }

  std::string topic_;
  sink_opener open_sink_;
  std::unique_ptr<outbound_sink> sink_;
};

} // namespace

std::unique_ptr<channel> make_kafka_channel(std::string topic, sink_opener open_sink) {
  return std::make_unique<kafka_channel>(std::move(topic), std::move(open_sink));
}

} // namespace aepro
