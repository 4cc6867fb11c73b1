#pragma once

/// Reads topics with librdkafka alone: no group, no credits, no actors.

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

typedef struct rd_kafka_message_s rd_kafka_message_t;

namespace aepro::bench {

struct read_result {
  std::uint64_t records = 0;
  std::uint64_t bytes = 0;    ///< Of values.
  double seconds = 0;         ///< From the first record to the last.
  double connect_seconds = 0; ///< Until the first record.
  double cpu_seconds =
      0; ///< Of the process, user and system, from the assignment to the last record.
};

/// Reads `records` records of all partitions of `topics` from their beginning. `take` sees each
/// record while it is read, in the order in which librdkafka hands them out; the message is freed
/// after it. Throws std::runtime_error when the broker cannot be read or ten seconds bring nothing.
read_result read_topics(const std::string& brokers, const std::vector<std::string>& topics,
                        std::uint64_t records,
                        const std::function<void(const rd_kafka_message_t&)>& take);

/// Returns user and system time of this process in seconds.
double process_cpu_seconds();

} // namespace aepro::bench
