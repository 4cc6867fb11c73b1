#include "actors/outbound/kafka_sink.hpp"

#include "actors/publish/kafka_producer.hpp"
#include "messages/type_ids.hpp"

#include <algorithm>

namespace aepro {

namespace {

/// How late a wait may learn that all calls must end.
constexpr std::chrono::milliseconds limit_look_interval{200};

/// The callback refers to locals of publish().
struct forget_outcomes {
  kafka_producer& producer;
  ~forget_outcomes() {
    producer.on_outcome([](std::uint64_t, delivery) {});
  }
};

class kafka_sink final : public outbound_sink {
public:
  kafka_sink(std::unique_ptr<kafka_producer> producer, call_limit_ptr limit)
      : producer_(std::move(producer)), limit_(std::move(limit)) {}

  caf::expected<std::vector<std::size_t>> publish(std::span<const outgoing_record> records,
                                                  std::chrono::milliseconds patience) override {
    const auto give_up = std::chrono::steady_clock::now() + patience;
    const auto left = [&] {
      const auto until = std::min(give_up, limit_->latest());
      return std::max(std::chrono::milliseconds{0},
                      std::chrono::duration_cast<std::chrono::milliseconds>(
                          until - std::chrono::steady_clock::now()));
    };
    const auto first = producer_->counts().sent;
    std::vector<std::size_t> too_large;
    producer_->on_outcome([&](std::uint64_t number, delivery outcome) {
      if (outcome == delivery::too_large)
        too_large.push_back(static_cast<std::size_t>(number - first));
    });
    const forget_outcomes forget{*producer_};
    const auto failed_before = producer_->counts().failed;
    for (const auto& record : records)
      if (auto failed = producer_->send(record, left()))
        return failed;
    auto flushed = producer_->flush(std::min(left(), limit_look_interval));
    while (has_unanswered(producer_->counts()) && left().count() > 0)
      flushed = producer_->flush(std::min(left(), limit_look_interval));
    const auto counts = producer_->counts();
    if (has_unanswered(counts) || counts.failed - failed_before != too_large.size())
      return flushed;
    std::ranges::sort(too_large);
    return too_large;
  }

private:
  static bool has_unanswered(const producer_counts& counts) {
    return counts.sent != counts.delivered + counts.failed;
  }

  std::unique_ptr<kafka_producer> producer_;
  call_limit_ptr limit_;
};

} // namespace

caf::expected<std::unique_ptr<outbound_sink>> open_kafka_sink(const settings& values,
                                                              call_limit_ptr limit) {
  auto own = values;
  own.kafka.try_emplace("message.max.bytes", "16777216");
  own.kafka.try_emplace("topic.metadata.propagation.max.ms", "2000");
  auto producer = kafka_producer::open(own);
  if (!producer)
    return std::move(producer.error());
  return std::unique_ptr<outbound_sink>(
      std::make_unique<kafka_sink>(std::move(*producer), std::move(limit)));
}

} // namespace aepro
