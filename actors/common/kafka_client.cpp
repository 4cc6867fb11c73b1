#include "actors/common/kafka_client.hpp"

#include "actors/common/kafka_properties.hpp"
#include "actors/common/log.hpp"
#include "messages/type_ids.hpp"

#include <array>
#include <fmt/format.h>
#include <string_view>

namespace aepro {

caf::expected<std::unique_ptr<kafka_client>> kafka_client::open(const settings& values,
                                                                const properties& own,
                                                                delivery_callback on_delivery,
                                                                void* opaque) {
  std::unique_ptr<kafka_client> client(new kafka_client);
  auto conf = make_kafka_conf(values);
  if (!conf)
    return std::move(conf.error());
  for (const auto& [property, value] : own)
    if (!values.kafka.contains(property))
      if (auto error = set_kafka_property(**conf, property, value))
        return error;
  client->brokers_ = values.brokers;
  client->tls_by_default_ = values.kafka.at("security.protocol") == "ssl";
  client->delivery_opaque_ = opaque;
  client->on_delivery_ = on_delivery;
  rd_kafka_conf_set_log_cb(conf->get(), &kafka_client::on_log);
  rd_kafka_conf_set_error_cb(conf->get(), &kafka_client::on_error);
  rd_kafka_conf_set_opaque(conf->get(), client.get());
  if (on_delivery)
    rd_kafka_conf_set_dr_msg_cb(
        conf->get(), [](rd_kafka_t* handle, const rd_kafka_message_t* message, void* self) {
          auto& owner = *static_cast<kafka_client*>(self);
          owner.on_delivery_(handle, message, owner.delivery_opaque_);
        });
  std::array<char, 512> text{};
  client->handle_ = rd_kafka_new(RD_KAFKA_PRODUCER, conf->get(), text.data(), text.size());
  if (client->handle_ == nullptr)
    return caf::make_error(errc::invalid_settings, fmt::format("Kafka client: {}", text.data()));
  static_cast<void>(conf->release()); // librdkafka owns it now.
  return client;
}

kafka_client::~kafka_client() {
  if (handle_)
    rd_kafka_destroy(handle_);
}

caf::error kafka_client::make_error(rd_kafka_resp_err_t code, const std::string& what) const {
  // A producer without the right to any topic gets no id from the broker: what it had queued is
  // purged then, and only the client knows why.
  std::array<char, 512> fatal{};
  const auto cause = rd_kafka_fatal_error(handle_, fatal.data(), fatal.size());
  const auto kind = classify_kafka_error(cause != RD_KAFKA_RESP_ERR_NO_ERROR ? cause : code);
  auto text = fmt::format("{}: {}", what, rd_kafka_err2str(code));
  if (cause != RD_KAFKA_RESP_ERR_NO_ERROR)
    text += fmt::format(" ({})", fatal.data());
  const std::lock_guard lock(mutex_);
  if (kind == errc::broker_unavailable) {
    text += fmt::format(" (brokers {})", brokers_);
    if (!last_error_.empty())
      text += "; " + last_error_;
    if (tls_by_default_ && last_error_.find("SSL") != std::string::npos)
      text += "; if these brokers are meant to be plaintext, say so: --set "
              "kafka.security.protocol=plaintext";
  }
  return caf::make_error(kind, text);
}

void kafka_client::on_log(const rd_kafka_t* handle, int level, const char* facility,
                          const char* text) {
  // librdkafka warns of consumer properties on a producer; one settings file serves both.
  if (std::string_view(facility) == "CONFWARN")
    return;
  auto* self = static_cast<kafka_client*>(rd_kafka_opaque(handle));
  if (self) {
    const std::lock_guard lock(self->mutex_);
    self->last_error_ = text;
  }
  if (level <= 4)
    log::debug("kafka", "librdkafka", "{}: {}", facility, text);
}

void kafka_client::on_error(rd_kafka_t*, int code, const char* reason, void* self) {
  auto& client = *static_cast<kafka_client*>(self);
  const std::lock_guard lock(client.mutex_);
  if (code != RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN || client.last_error_.empty())
    client.last_error_ = reason;
}

} // namespace aepro
