#pragma once

/// What a node's settings allow it, for those who check from outside that it keeps to them.

#include <chrono>
#include <cstddef>

namespace aepro::simulation {

struct node_limits {
  std::size_t group_records_max = 0; ///< Of a transaction.
  std::size_t batch_records_max = 0;
  std::chrono::milliseconds deadline{0}; ///< From poll to durable.
};

} // namespace aepro::simulation
