#pragma once

/// A mock cluster of one broker that fails chosen requests.

#include "actors/common/kafka_client.hpp"
#include "actors/publish/kafka_mock_cluster.hpp"
#include "messages/type_ids.hpp"

#include <librdkafka/rdkafka_mock.h>

#include <boost/test/unit_test.hpp>

#include <chrono>
#include <memory>
#include <string>

namespace aepro::test {

/// Kinds of requests. Source: Kafka protocol guide, "API keys".
enum class request_kind : std::int16_t {
  produce = 0,
  fetch = 1,
  list_offsets = 2,
  offset_commit = 8,
  find_coordinator = 10,
  join_group = 11,
  heartbeat = 12,
  sync_group = 14,
  init_producer_id = 22
};

class failing_cluster final : public kafka_mock_cluster {
public:
  failing_cluster() {
    settings values;
    values.kafka["security.protocol"] = "plaintext";
    auto opened = kafka_client::open(values, {});
    BOOST_REQUIRE(opened);
    client_ = std::move(*opened);
    cluster_ = rd_kafka_mock_cluster_new(client_->handle(), 1);
    BOOST_REQUIRE(cluster_ != nullptr);
  }
  ~failing_cluster() override { rd_kafka_mock_cluster_destroy(cluster_); }

  std::string bootstrap_servers() const override {
    return rd_kafka_mock_cluster_bootstraps(cluster_);
  }

  caf::error create_topic(const std::string& name, int partitions) override {
    return rd_kafka_mock_topic_create(cluster_, name.c_str(), partitions, 1) ==
                   RD_KAFKA_RESP_ERR_NO_ERROR
               ? caf::error{}
               : caf::make_error(errc::broker_unavailable, name);
  }

  /// The `n`-th request of that kind from now on, from 1, is answered with `code`, and so are those
  /// after it, `times` in all; _TRANSPORT: the connection breaks.
  void fail(request_kind kind, std::size_t n, rd_kafka_resp_err_t code, std::size_t times = 1) {
    for (std::size_t i = 1; i < n; ++i)
      push(kind, RD_KAFKA_RESP_ERR_NO_ERROR);
    for (std::size_t i = 0; i < times; ++i)
      push(kind, code);
  }

  /// From now on every answer comes after `delay`.
  void answer_after(std::chrono::milliseconds delay) {
    rd_kafka_mock_broker_set_rtt(cluster_, broker, static_cast<int>(delay.count()));
  }

  /// Returns whether a planned failure has not been met yet.
  bool is_pending(request_kind kind) const {
    std::size_t left = 0;
    rd_kafka_mock_broker_error_stack_cnt(cluster_, broker, static_cast<std::int16_t>(kind), &left);
    return left > 0;
  }

private:
  static constexpr std::int32_t broker = 1;

  void push(request_kind kind, rd_kafka_resp_err_t code) {
    rd_kafka_mock_broker_push_request_error_rtts(cluster_, broker, static_cast<std::int16_t>(kind),
                                                 1, code, 0);
  }

  std::unique_ptr<kafka_client> client_;
  rd_kafka_mock_cluster_t* cluster_ = nullptr;
};

} // namespace aepro::test
