#include "actors/ingest/kafka_buffers.hpp"

#include <optional>
#include <span>
#include <string_view>

namespace aepro {

namespace {

std::optional<std::string_view> view_of(const void* bytes, std::size_t size) {
  if (bytes == nullptr)
    return std::nullopt;
  return std::string_view{static_cast<const char*>(bytes), size};
}

} // namespace

/// Returns how many there were.
std::size_t kafka_buffers::append_headers(const rd_kafka_message_t& message) {
  rd_kafka_headers_t* list = nullptr;
  if (rd_kafka_message_headers(&message, &list) != RD_KAFKA_RESP_ERR_NO_ERROR)
    return 0;
  const char* name = nullptr;
  const void* value = nullptr;
  std::size_t size = 0, count = 0;
  for (; rd_kafka_header_get_all(list, count, &name, &value, &size) == RD_KAFKA_RESP_ERR_NO_ERROR;
       ++count)
    headers_.push_back({name, view_of(value, size).value_or(std::string_view{}), value == nullptr});
  return count;
}

std::vector<record_view> kafka_buffers::records() {
  std::vector<record_view> records;
  std::vector<std::size_t> counts;
  records.reserve(messages_.size());
  counts.reserve(messages_.size());
  for (const auto* message : messages_) {
    auto& record = records.emplace_back();
    record.offset = message->offset;
    rd_kafka_timestamp_type_t kind{};
    record.timestamp = rd_kafka_message_timestamp(message, &kind);
    record.key = view_of(message->key, message->key_len);
    record.value = view_of(message->payload, message->len);
    counts.push_back(append_headers(*message));
  }
  std::span<const header_view> rest = headers_; // They stay where they are from here on.
  for (std::size_t i = 0; i < records.size(); ++i) {
    records[i].headers = rest.first(counts[i]);
    rest = rest.subspan(counts[i]);
  }
  return records;
}

} // namespace aepro
