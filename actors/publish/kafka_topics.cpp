#include "actors/publish/kafka_topics.hpp"

#include "actors/common/kafka_client.hpp"
#include "actors/common/kafka_handles.hpp"
#include "messages/type_ids.hpp"

#include <algorithm>
#include <array>
#include <fmt/format.h>

namespace aepro {

namespace {

using metadata_handle =
    std::unique_ptr<const rd_kafka_metadata_t, releases<rd_kafka_metadata_destroy>>;
using new_topic_handle = std::unique_ptr<rd_kafka_NewTopic_t, releases<rd_kafka_NewTopic_destroy>>;
using options_handle =
    std::unique_ptr<rd_kafka_AdminOptions_t, releases<rd_kafka_AdminOptions_destroy>>;
using event_handle = std::unique_ptr<rd_kafka_event_t, releases<rd_kafka_event_destroy>>;

caf::expected<std::vector<topic_state>> list(const kafka_client& client,
                                             const std::vector<std::string>& names,
                                             std::chrono::milliseconds patience) {
  const rd_kafka_metadata_t* raw = nullptr;
  const auto code =
      rd_kafka_metadata(client.handle(), 1, nullptr, &raw, static_cast<int>(patience.count()));
  rd_kafka_poll(client.handle(), 0);
  if (code != RD_KAFKA_RESP_ERR_NO_ERROR)
    return client.make_error(code, "the brokers' topics could not be listed");
  const metadata_handle metadata(raw);
  std::vector<topic_state> states;
  for (const auto& name : names) {
    topic_state state{name, false, 0, 0};
    for (int i = 0; i < metadata->topic_cnt; ++i) {
      const auto& topic = metadata->topics[i];
      if (topic.topic != name)
        continue;
      if (topic.err != RD_KAFKA_RESP_ERR_NO_ERROR &&
          classify_kafka_error(topic.err) != errc::topic_missing)
        return client.make_error(topic.err, fmt::format("topic {}", name));
      state.exists = topic.err == RD_KAFKA_RESP_ERR_NO_ERROR;
      state.partitions = static_cast<std::size_t>(topic.partition_cnt);
      state.replication =
          topic.partition_cnt > 0 ? static_cast<std::size_t>(topic.partitions[0].replica_cnt) : 0;
    }
    states.push_back(std::move(state));
  }
  return states;
}

/// Returns whether the topic was created, false where it was there.
caf::expected<bool> create(const kafka_client& client, const settings& values,
                           const std::string& name, std::chrono::milliseconds patience) {
  std::array<char, 512> text{};
  const int replication =
      values.topics.replication == 0 ? -1 : static_cast<int>(values.topics.replication);
  const new_topic_handle topic(rd_kafka_NewTopic_new(name.c_str(),
                                                     static_cast<int>(values.topics.partitions),
                                                     replication, text.data(), text.size()));
  if (!topic)
    return caf::make_error(errc::invalid_settings, fmt::format("topic {}: {}", name, text.data()));
  const options_handle options(
      rd_kafka_AdminOptions_new(client.handle(), RD_KAFKA_ADMIN_OP_CREATETOPICS));
  rd_kafka_AdminOptions_set_request_timeout(options.get(), static_cast<int>(patience.count()),
                                            text.data(), text.size());
  rd_kafka_AdminOptions_set_operation_timeout(options.get(), static_cast<int>(patience.count()),
                                              text.data(), text.size());
  const kafka_queue queue(rd_kafka_queue_new(client.handle()));
  auto* raw = topic.get();
  rd_kafka_CreateTopics(client.handle(), &raw, 1, options.get(), queue.get());
  const event_handle event(
      rd_kafka_queue_poll(queue.get(), static_cast<int>(patience.count()) + 1000));
  const auto what = fmt::format("topic {} could not be created", name);
  if (!event)
    return client.make_error(RD_KAFKA_RESP_ERR__TIMED_OUT, what);
  if (const auto code = rd_kafka_event_error(event.get()))
    return client.make_error(code, what);
  std::size_t count = 0;
  const auto* const* results =
      rd_kafka_CreateTopics_result_topics(rd_kafka_event_CreateTopics_result(event.get()), &count);
  const auto code = count == 0 ? RD_KAFKA_RESP_ERR__FAIL : rd_kafka_topic_result_error(results[0]);
  if (code == RD_KAFKA_RESP_ERR_TOPIC_ALREADY_EXISTS)
    return false;
  if (code != RD_KAFKA_RESP_ERR_NO_ERROR) {
    const char* reason = count == 0 ? nullptr : rd_kafka_topic_result_error_string(results[0]);
    return client.make_error(code, what + (reason ? fmt::format(" ({})", reason) : ""));
  }
  return true;
}

/// A created topic is not yet in every broker's metadata; who publishes next should find it.
caf::error wait_until_listed(const kafka_client& client, const std::vector<std::string>& names,
                             std::chrono::milliseconds patience) {
  const auto give_up = std::chrono::steady_clock::now() + patience;
  for (;;) {
    const auto states = list(client, names, patience);
    if (!states)
      return states.error();
    if (std::ranges::all_of(*states,
                            [](const auto& one) { return one.exists && one.partitions > 0; }))
      return {};
    if (std::chrono::steady_clock::now() >= give_up)
      return client.make_error(RD_KAFKA_RESP_ERR__TIMED_OUT,
                               "the new topics do not show in the brokers' list");
    rd_kafka_poll(client.handle(), 50);
  }
}

} // namespace

std::vector<std::string> topic_names(const settings& values) {
  const auto& topics = values.topics;
  std::vector<std::string> names{topics.adverse_events, topics.questionnaire_responses,
                                 topics.subjects, topics.dead_letters, topics.ledger_anchors};
  if (!topics.acknowledgements.empty())
    names.push_back(topics.acknowledgements);
  return names;
}

caf::expected<std::vector<topic_state>> list_topics(const settings& values,
                                                    const std::vector<std::string>& names,
                                                    std::chrono::milliseconds patience) {
  const auto client = kafka_client::open(values, {});
  if (!client)
    return client.error();
  return list(**client, names, patience);
}

caf::expected<std::vector<created_topic>> create_topics(const settings& values,
                                                        const std::vector<std::string>& names,
                                                        std::chrono::milliseconds patience) {
  const auto client = kafka_client::open(values, {});
  if (!client)
    return client.error();
  const auto states = list(**client, names, patience);
  if (!states)
    return states.error();
  std::vector<created_topic> topics;
  for (const auto& state : *states) {
    auto created =
        state.exists ? caf::expected<bool>(false) : create(**client, values, state.name, patience);
    if (!created)
      return std::move(created.error());
    topics.push_back({state.name, *created});
  }
  if (auto error = wait_until_listed(**client, names, patience))
    return error;
  return topics;
}

caf::error require_topics(const settings& values, const std::vector<std::string>& names,
                          std::chrono::milliseconds patience) {
  const auto states = list_topics(values, names, patience);
  if (!states)
    return states.error();
  std::string missing;
  for (const auto& state : *states)
    if (!state.exists)
      missing += (missing.empty() ? "" : ", ") + state.name;
  if (missing.empty())
    return {};
  return caf::make_error(
      errc::topic_missing,
      fmt::format("missing on {}: {}; `aepro topics create` makes them", values.brokers, missing));
}

} // namespace aepro
