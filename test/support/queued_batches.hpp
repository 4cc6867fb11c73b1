#pragma once

/// Batches of two streams, for tests of what goes into one transaction.

#include "actors/storage/group_queue.hpp"

#include <memory>

namespace aepro::test {

inline const stream_name first_stream{"t", 0};
inline const stream_name second_stream{"t", 1};

inline std::shared_ptr<decided_batch> batch_of(const stream_name& stream, std::int64_t begin,
                                               std::int64_t end, std::uint64_t epoch = 1) {
  auto batch = std::make_shared<decided_batch>();
  batch->raw = std::make_shared<record_batch>();
  batch->raw->stream = stream;
  batch->raw->epoch = epoch;
  batch->raw->begin_offset = begin;
  batch->raw->end_offset = end;
  batch->records.resize(static_cast<std::size_t>(end - begin));
  return batch;
}

/// All of them idle, and none is kept.
inline writer_room all_of(std::size_t writers) {
  return {.idle = writers, .of_others = writers};
}

} // namespace aepro::test
