#pragma once

/// Adapter: questions to the broker whose answers librdkafka waits for, asked beside the thread
/// that polls.

#include "actors/ingest/record_source.hpp"

#include <librdkafka/rdkafka.h>

#include <future>

namespace aepro {

/// Used by one thread. The client must live until close().
class kafka_questions {
public:
  /// Answers with watermarks_told, within `patience`.
  void ask_watermarks(rd_kafka_t* client, const std::string& topic,
                      std::chrono::milliseconds patience);

  /// Answers with `failure` (offset_out_of_range of a stream at `wanted`) whose text also says
  /// which offsets the topic holds, as far as that is known after `patience`.
  void describe_gap(rd_kafka_t* client, source_failed failure, std::int64_t wanted,
                    std::chrono::milliseconds patience);

  /// Returns the answers that have come; never waits.
  std::vector<source_event> take();

  /// Waits for the answers to what was asked, and drops them.
  void close() { open_.clear(); }

private:
  std::vector<std::future<source_event>> open_;
};

} // namespace aepro
