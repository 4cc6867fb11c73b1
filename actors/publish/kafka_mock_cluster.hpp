#pragma once

/// Adapter: librdkafka's mock cluster as an embedded broker, for the demo and tests.

#include "config/settings.hpp"

#include <caf/expected.hpp>

#include <memory>
#include <string>

namespace aepro {

/// A broker inside this process, on a free loopback port; other processes may use it too.
/// Plaintext. Keeps about 5 MB per partition: consumers must keep up.
class kafka_mock_cluster {
public:
  /// Errors: broker_unavailable.
  static caf::expected<std::unique_ptr<kafka_mock_cluster>> start(int brokers = 1);
  virtual ~kafka_mock_cluster() = default;

  /// Returns HOST:PORT,... for `brokers`.
  virtual std::string bootstrap_servers() const = 0;

  /// Errors: broker_unavailable, naming the topic.
  virtual caf::error create_topic(const std::string& name, int partitions) = 0;

  /// Creates the settings' topics with their partitions and points the settings here, in plaintext.
  caf::error serve(settings& values);
};

} // namespace aepro
