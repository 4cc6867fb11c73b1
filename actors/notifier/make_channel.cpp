#include "actors/notifier/make_channel.hpp"

#include "actors/notifier/curl_smtp_channel.hpp"
#include "actors/notifier/curl_webhook_channel.hpp"
#include "actors/notifier/kafka_channel.hpp"
#include "actors/notifier/log_channel.hpp"
#include "actors/outbound/kafka_sink.hpp"
#include "messages/type_ids.hpp"

#include <fmt/format.h>

namespace aepro {

namespace {

caf::expected<std::unique_ptr<channel>> open_kafka_channel(const channel_settings& values,
                                                           const settings& node,
                                                           const call_limit_ptr& limit) {
  if (values.topic.empty())
    return caf::make_error(errc::invalid_settings,
                           fmt::format("channels.{}: needs a topic", values.name));
  return make_kafka_channel(values.topic, [node, limit] { return open_kafka_sink(node, limit); });
}

} // namespace

caf::expected<std::unique_ptr<channel>> make_channel(const channel_settings& values,
                                                     const settings& node, call_limit_ptr limit) {
  switch (values.type) {
    case channel_type::smtp: return open_curl_smtp_channel(values, std::move(limit));
    case channel_type::webhook: return open_curl_webhook_channel(values, std::move(limit));
    case channel_type::kafka: return open_kafka_channel(values, node, limit);
    case channel_type::log: return make_log_channel();
  }
  return caf::make_error(errc::invalid_settings,
                         fmt::format("channels.{}: unknown type", values.name));
}

} // namespace aepro
