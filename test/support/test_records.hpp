#pragma once

/// Record batches for tests, from values that the batch then owns.

#include "messages/record.hpp"

#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace aepro::test {

struct test_record {
  std::optional<std::string> value;
  std::vector<std::pair<std::string, std::optional<std::string>>> headers = {};
  unix_milliseconds timestamp = 1'750'000'000'000;
  std::optional<std::string> key = {};
};

struct test_buffers : record_buffers {
  std::deque<test_record> records;
  std::deque<std::vector<header_view>> headers;
};

/// Returns a batch of consecutive records from `first_offset` on that owns copies of `records`.
inline std::shared_ptr<record_batch> make_batch(std::vector<test_record> records,
                                                std::int64_t first_offset = 0,
                                                stream_name stream = {"test", 0}) {
  auto batch = std::make_shared<record_batch>();
  auto buffers = std::make_unique<test_buffers>();
  batch->stream = std::move(stream);
  batch->begin_offset = first_offset;
  batch->end_offset = first_offset + static_cast<std::int64_t>(records.size());
  for (auto& moved : records) {
    const auto& record = buffers->records.emplace_back(std::move(moved));
    auto& headers = buffers->headers.emplace_back();
    for (const auto& [name, value] : record.headers)
      headers.push_back({name, value ? std::string_view(*value) : std::string_view{}, !value});
    record_view view;
    view.offset = first_offset++;
    view.timestamp = record.timestamp;
    view.headers = headers;
    if (record.key)
      view.key = *record.key;
    if (record.value)
      view.value = *record.value;
    batch->records.push_back(view);
  }
  batch->buffers.push_back(std::move(buffers));
  return batch;
}

} // namespace aepro::test
