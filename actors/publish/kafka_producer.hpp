#pragma once

/// Adapter: an idempotent Kafka producer that knows what became of every record.

#include "actors/publish/outgoing_record.hpp"
#include "config/settings.hpp"

#include <caf/expected.hpp>

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

namespace aepro {

struct producer_counts {
  std::uint64_t sent = 0;      ///< Handed to librdkafka.
  std::uint64_t delivered = 0; ///< Acknowledged by all in-sync replicas.
  std::uint64_t failed = 0;    ///< Given up; the first one's error is first_failure().
};

/// What became of one record.
enum class delivery : std::uint8_t {
  acknowledged, ///< By all in-sync replicas.
  too_large,    ///< Larger than librdkafka or the topic takes: no retry can help.
  failed,
};

/// Sends with acks=all and idempotence: a resend never doubles a record, and a key's records stay
/// in order. Keys choose partitions as the Java client does (murmur2). Use from one thread.
class kafka_producer {
public:
  /// Called for each record's outcome, within send(), poll() or flush(). Offset is -1 for a
  /// failure.
  using delivered_callback =
      std::function<void(std::string_view topic, std::int32_t partition, std::int64_t offset)>;

  /// Errors: invalid_settings.
  static caf::expected<std::unique_ptr<kafka_producer>> open(const settings& values);
  virtual ~kafka_producer() = default;

  /// Queues a copy of the record. Waits while librdkafka's queue is full
  /// (kafka.queue.buffering.max.*), at most `patience`; deliveries are counted meanwhile. Errors:
  /// broker_unavailable (queue full for so long), topic_missing, authorization_denied; the record
  /// was not taken then. Failures after it was taken are counted in counts().
  virtual caf::error send(const outgoing_record& record, std::chrono::milliseconds patience) = 0;

  /// Serves deliveries without waiting.
  virtual void poll() = 0;

  /// Waits until every record's outcome is known. Errors: broker_unavailable after `patience`, or
  /// the first failure if any record failed.
  virtual caf::error flush(std::chrono::milliseconds patience) = 0;

  virtual producer_counts counts() const = 0;

  /// Returns the first failed record's error, with topic and partition; none: no failure.
  virtual caf::error first_failure() const = 0;

  virtual void on_delivered(delivered_callback callback) = 0;

  /// Called like on_delivered, with the record's number: how many were sent before it. With it, a
  /// record that is too large counts as sent and failed, and is neither an error of send() nor
  /// first_failure().
  using outcome_callback = std::function<void(std::uint64_t number, delivery outcome)>;
  virtual void on_outcome(outcome_callback callback) = 0;
};

} // namespace aepro
