#include "actors/storage/ledger/compression.hpp"
#include "actors/storage/ledger/segment.hpp"
#include "actors/validation/sha256.hpp"

#include <algorithm>

namespace aepro {

namespace {

/// Field numbers of SegmentRecords (messages/proto/aepro/v1/ledger.proto).
enum class column : std::uint8_t {
  offset_delta = 1,
  timestamp_delta = 2,
  key_length = 3,
  keys = 4,
  headers_length = 5,
  headers = 6,
  value_length = 7,
  values = 8
};

std::size_t varint_size(std::uint64_t value) {
  std::size_t size = 1;
  for (; value >= 0x80; value >>= 7)
    ++size;
  return size;
}

char* put_varint(char* at, std::uint64_t value) {
  for (; value >= 0x80; value >>= 7)
    *at++ = static_cast<char>(value | 0x80);
  *at++ = static_cast<char>(value);
  return at;
}

char* put_field(char* at, column number, std::size_t length) {
  constexpr std::uint8_t length_delimited = 2;
  *at++ = static_cast<char>(static_cast<std::uint8_t>(number) << 3 | length_delimited);
  return put_varint(at, length);
}

/// Length + 1; 0 is null.
std::uint64_t nullable_length(const std::optional<std::string_view>& text) {
  return text ? text->size() + 1 : 0;
}

std::uint64_t zigzag(std::int64_t value) {
  return static_cast<std::uint64_t>(value) << 1 ^ static_cast<std::uint64_t>(value >> 63);
}

/// Writes a packed column: `number_of(record, index)` for each record. An empty one is left out, as
/// proto3 does.
template <class NumberOf>
char* put_numbers(char* at, column number, const record_batch& batch, NumberOf number_of) {
  std::size_t length = 0;
  for (std::size_t i = 0; i < batch.records.size(); ++i)
    length += varint_size(number_of(i));
  if (length == 0)
    return at;
  at = put_field(at, number, length);
  for (std::size_t i = 0; i < batch.records.size(); ++i)
    at = put_varint(at, number_of(i));
  return at;
}

char* put_texts(char* at, column number, const record_batch& batch, std::size_t length,
                std::optional<std::string_view> record_view::*text) {
  if (length == 0)
    return at;
  at = put_field(at, number, length);
  for (const auto& record : batch.records)
    if (record.*text)
      at = std::copy((record.*text)->begin(), (record.*text)->end(), at);
  return at;
}

} // namespace

std::string encode_evidence(const record_batch& batch, const segment_options& options) {
  thread_local std::string headers, message;
  thread_local std::vector<std::uint32_t> headers_length;
  const auto& records = batch.records;
  headers.clear();
  headers_length.clear();
  std::size_t keys = 0, values = 0;
  for (const auto& record : records) {
    const auto before = headers.size();
    append_encoded_headers(record.headers, headers);
    headers_length.push_back(static_cast<std::uint32_t>(headers.size() - before));
    keys += record.key ? record.key->size() : 0;
    values += record.value ? record.value->size() : 0;
  }
  // At most 40 bytes of numbers for a record and 11 in front of each column.
  message.resize(keys + values + headers.size() + 40 * records.size() + 8 * 11);
  char* at = message.data();
  const auto first_offset = records.empty() ? 0 : records.front().offset;
  at = put_numbers(at, column::offset_delta, batch, [&](std::size_t i) {
    return static_cast<std::uint64_t>(records[i].offset) - static_cast<std::uint64_t>(first_offset);
  });
  at = put_numbers(at, column::timestamp_delta, batch, [&](std::size_t i) {
    const auto before = i == 0 ? 0 : static_cast<std::uint64_t>(records[i - 1].timestamp);
    return zigzag(
        static_cast<std::int64_t>(static_cast<std::uint64_t>(records[i].timestamp) - before));
  });
  at = put_numbers(at, column::key_length, batch,
                   [&](std::size_t i) { return nullable_length(records[i].key); });
  at = put_texts(at, column::keys, batch, keys, &record_view::key);
  at = put_numbers(at, column::headers_length, batch,
                   [&](std::size_t i) { return std::uint64_t{headers_length[i]}; });
  if (!headers.empty())
    at = std::copy(headers.begin(), headers.end(), put_field(at, column::headers, headers.size()));
  at = put_numbers(at, column::value_length, batch,
                   [&](std::size_t i) { return nullable_length(records[i].value); });
  at = put_texts(at, column::values, batch, values, &record_view::value);
  return compress({message.data(), static_cast<std::size_t>(at - message.data())},
                  options.compression_level);
}

} // namespace aepro
