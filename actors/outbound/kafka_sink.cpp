#include "actors/outbound/kafka_sink.hpp"

#include "actors/publish/kafka_producer.hpp"
#include "messages/type_ids.hpp"

#include <algorithm>

namespace aepro {

namespace {

/// The callback refers to locals of publish().
struct forget_outcomes {
  kafka_producer& producer;
  ~forget_outcomes() {
    producer.on_outcome([](std::uint64_t, delivery) {});
  }
};

class kafka_sink final : public outbound_sink {
public:
  explicit kafka_sink(std::unique_ptr<kafka_producer> producer) : producer_(std::move(producer)) {}

  caf::expected<std::vector<std::size_t>> publish(std::span<const outgoing_record> records,
                                                  std::chrono::milliseconds patience) override {
    const auto give_up = std::chrono::steady_clock::now() + patience;
    const auto left = [&] {
      return std::max(std::chrono::milliseconds{0}, std::chrono::duration_cast<std::chrono::milliseconds>(
                                                      give_up - std::chrono::steady_clock::now()));
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
    const auto flushed = producer_->flush(left());
    const auto counts = producer_->counts();
    if (counts.sent != counts.delivered + counts.failed || counts.failed - failed_before != too_large.size())
      return flushed;
    std::ranges::sort(too_large);
    return too_large;
  }

private:
  std::unique_ptr<kafka_producer> producer_;
};

} // namespace

caf::expected<std::unique_ptr<outbound_sink>> open_kafka_sink(const settings& values) {
  auto own = values;
  own.kafka.try_emplace("message.max.bytes", "16777216");
  own.kafka.try_emplace("topic.metadata.propagation.max.ms", "2000");
  auto producer = kafka_producer::open(own);
  if (!producer)
    return std::move(producer.error());
  return std::unique_ptr<outbound_sink>(std::make_unique<kafka_sink>(std::move(*producer)));
}

} // namespace aepro
