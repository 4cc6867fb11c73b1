#include "actors/storage/ledger/segment.hpp"

#include "actors/storage/ledger/big_endian.hpp"
#include "actors/storage/ledger/compression.hpp"

#include "aepro/v1/ledger.pb.h"

#include <fmt/format.h>

#include <optional>

namespace aepro {

namespace {

/// Owns what the views of a decoded segment point into.
struct decoded_buffers final : record_buffers {
  v1::SegmentRecords message;
  std::vector<header_view> headers;
};

/// Takes `length` bytes off the front of `rest`; nothing where there are fewer.
std::optional<std::string_view> take(std::string_view& rest, std::size_t length) {
  if (length > rest.size())
    return std::nullopt;
  const auto taken = rest.substr(0, length);
  rest.remove_prefix(length);
  return taken;
}

bool parse_headers(std::string_view encoded, std::vector<header_view>& out) {
  while (!encoded.empty()) {
    const auto name_length = take(encoded, 4);
    if (!name_length)
      return false;
    const auto name = take(encoded, get_big_endian<std::uint32_t>(*name_length));
    const auto value_length = name ? take(encoded, 4) : std::nullopt;
    if (!value_length)
      return false;
    const auto length = get_big_endian<std::int32_t>(*value_length);
    if (length < -1)
      return false;
    const auto value = take(encoded, length < 0 ? 0 : static_cast<std::size_t>(length));
    if (!value)
      return false;
    out.push_back({*name, *value, length < 0});
  }
  return true;
}

/// Takes a text whose length is stored plus one; 0 stands for null.
bool take_nullable(std::string_view& rest, std::uint32_t length,
                   std::optional<std::string_view>& out) {
  if (length == 0)
    return true;
  out = take(rest, length - 1);
  return out.has_value();
}

bool counts_match(const v1::SegmentRecords& message, std::size_t count) {
  const auto expected = static_cast<int>(count);
  return message.offset_delta_size() == expected && message.timestamp_delta_size() == expected &&
         message.key_length_size() == expected && message.headers_length_size() == expected &&
         message.value_length_size() == expected;
}

std::optional<std::string> fill_records(decoded_buffers& buffers, std::int64_t first_offset,
                                        record_batch& batch) {
  const auto& message = buffers.message;
  std::string_view keys = message.keys(), headers = message.headers(), values = message.values();
  std::vector<std::size_t> header_ends;
  std::uint64_t timestamp = 0;
  for (int i = 0; i < message.offset_delta_size(); ++i) {
    record_view record;
    record.offset = static_cast<std::int64_t>(static_cast<std::uint64_t>(first_offset) +
                                              message.offset_delta(i));
    timestamp += static_cast<std::uint64_t>(message.timestamp_delta(i));
    record.timestamp = static_cast<unix_milliseconds>(timestamp);
    const auto encoded = take(headers, message.headers_length(i));
    if (!encoded || !parse_headers(*encoded, buffers.headers))
      return fmt::format("headers of record {} are damaged", i);
    header_ends.push_back(buffers.headers.size());
    if (!take_nullable(keys, message.key_length(i), record.key) ||
        !take_nullable(values, message.value_length(i), record.value))
      return fmt::format("key or value of record {} is cut short", i);
    if (!batch.records.empty() && record.offset <= batch.records.back().offset)
      return fmt::format("offset {} does not follow {}", record.offset,
                         batch.records.back().offset);
    batch.records.push_back(record);
  }
  if (!keys.empty() || !headers.empty() || !values.empty())
    return "bytes are left over behind the last record";
  std::size_t begin = 0;
  for (std::size_t i = 0; i < batch.records.size(); ++i) {
    batch.records[i].headers = std::span(buffers.headers).subspan(begin, header_ends[i] - begin);
    begin = header_ends[i];
  }
  return std::nullopt;
}

} // namespace

std::variant<std::shared_ptr<record_batch>, segment_damage>
decode_evidence(std::string_view evidence, const stream_name& stream, std::int64_t first_offset,
                std::size_t record_count, std::size_t bytes_max) {
  const auto serialized = decompress(evidence, bytes_max);
  if (!serialized)
    return segment_damage{"the records are not a whole zstd frame"};
  auto buffers = std::make_shared<decoded_buffers>();
  if (!buffers->message.ParseFromString(*serialized))
    return segment_damage{"the records are not a SegmentRecords message"};
  if (!counts_match(buffers->message, record_count))
    return segment_damage{"the records are not as many as the segment says"};
  auto batch = std::make_shared<record_batch>();
  batch->stream = stream;
  if (auto damage = fill_records(*buffers, first_offset, *batch))
    return segment_damage{std::move(*damage)};
  batch->begin_offset = first_offset;
  batch->end_offset = batch->records.empty() ? first_offset : batch->records.back().offset + 1;
  batch->bytes = serialized->size();
  batch->buffers.push_back(std::move(buffers));
  return batch;
}

} // namespace aepro
