#include "actors/publish/kafka_mock_cluster.hpp"

#include "actors/common/kafka_client.hpp"
#include "actors/publish/kafka_topics.hpp"
#include "messages/type_ids.hpp"

#include <fmt/format.h>
#include <librdkafka/rdkafka_mock.h>

namespace aepro {

namespace {

class embedded_cluster final : public kafka_mock_cluster {
public:
  embedded_cluster(std::unique_ptr<kafka_client> client, rd_kafka_mock_cluster_t* cluster)
      : client_(std::move(client)), cluster_(cluster) {}
  embedded_cluster(const embedded_cluster&) = delete;
  embedded_cluster& operator=(const embedded_cluster&) = delete;
  ~embedded_cluster() override { rd_kafka_mock_cluster_destroy(cluster_); }

  std::string bootstrap_servers() const override {
    return rd_kafka_mock_cluster_bootstraps(cluster_);
  }

  caf::error create_topic(const std::string& name, int partitions) override {
    const auto code = rd_kafka_mock_topic_create(cluster_, name.c_str(), partitions, 1);
    if (code != RD_KAFKA_RESP_ERR_NO_ERROR)
      return client_->make_error(code, fmt::format("topic {} could not be created", name));
    return {};
  }

private:
  std::unique_ptr<kafka_client> client_; ///< The mock cluster lives in a client's threads.
  rd_kafka_mock_cluster_t* cluster_;
};

} // namespace

caf::expected<std::unique_ptr<kafka_mock_cluster>> kafka_mock_cluster::start(int brokers) {
  settings values;
  values.kafka["security.protocol"] = "plaintext"; // Never leaves this machine.
  auto client = kafka_client::open(values, {});
  if (!client)
    return std::move(client.error());
  auto* cluster = rd_kafka_mock_cluster_new((*client)->handle(), brokers);
  if (cluster == nullptr)
    return caf::make_error(errc::broker_unavailable, "the embedded broker could not be started");
  return std::unique_ptr<kafka_mock_cluster>(
      std::make_unique<embedded_cluster>(std::move(*client), cluster));
}

caf::error kafka_mock_cluster::serve(settings& values) {
  values.brokers = bootstrap_servers();
  values.kafka["security.protocol"] = "plaintext";
  for (const auto& name : topic_names(values))
    if (auto error = create_topic(name, static_cast<int>(values.topics.partitions)))
      return error;
  return {};
}

} // namespace aepro
