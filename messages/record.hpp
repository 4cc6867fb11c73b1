#pragma once

/// Kafka records as they travel between actors: views into buffers that a batch owns.

#include <array>
#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace aepro {

using sha256_digest = std::array<std::uint8_t, 32>;

/// Milliseconds since 1970-01-01T00:00:00Z.
using unix_milliseconds = std::int64_t;

/// One partition of one topic: the unit of order, of offsets and of the hash chain.
struct stream_name {
  std::string topic;
  std::int32_t partition = 0;
  auto operator<=>(const stream_name&) const = default;
};

/// First and next offset of a topic's partition, as Kafka reports them.
struct stream_watermarks {
  stream_name stream;
  std::int64_t low = 0;  ///< Offset of the oldest record that the topic still has.
  std::int64_t high = 0; ///< Offset that the next record will get.
};

struct header_view {
  std::string_view name;
  std::string_view value;
  bool is_null = false; ///< Kafka tells a null value from an empty one.
};

/// One Kafka record. Every view points into the buffers of the batch that holds it.
struct record_view {
  std::int64_t offset = 0;
  unix_milliseconds timestamp = 0;       ///< Kafka's, -1 where the broker has none.
  std::optional<std::string_view> key;   ///< Nothing: null key.
  std::optional<std::string_view> value; ///< Nothing: tombstone.
  std::span<const header_view> headers;
};

/// Keeps the memory behind the views alive; adapters derive from it.
class record_buffers {
public:
  virtual ~record_buffers() = default;
};

/// Consecutive records of one stream, in offset order.
struct records_fetched {
  stream_name stream;
  std::vector<record_view> records;
  std::shared_ptr<record_buffers> buffers;
  std::size_t bytes = 0; ///< Keys, headers and values.
};

/// Consecutive records of one partition, moved from stage to stage without copying a byte.
struct record_batch {
  stream_name stream;
  std::uint64_t epoch = 0; ///< Of the store's claim on the stream.
  /// Position before the first record: the store's next_offset must equal it. Offsets may have
  /// gaps.
  std::int64_t begin_offset = 0;
  /// Position after the last record handed out (its offset + 1).
  std::int64_t end_offset = 0;
  std::chrono::steady_clock::time_point polled_at;
  std::chrono::steady_clock::time_point deadline; ///< Of this try.
  /// When its first record counts as late, and with it all others whose sender set no deadline: the
  /// same for every try. max(): never.
  std::chrono::steady_clock::time_point due = std::chrono::steady_clock::time_point::max();
  std::size_t bytes = 0; ///< Keys, headers and values.
  /// Of sending: rises when batches of the stream are sent again. Those of one round come together.
  std::uint64_t round = 0;
  std::vector<record_view> records;
  std::vector<std::shared_ptr<record_buffers>>
      buffers; ///< Empty where the views outlive the batch.
};

} // namespace aepro
