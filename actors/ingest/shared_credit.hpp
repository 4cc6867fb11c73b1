#pragma once

/// What all streams together may have between ingest and the store.

#include <cstddef>

namespace aepro {

struct shared_credit {
  std::size_t batches_max = 64;
  std::size_t bytes_max = 64 << 20;
  /// Percent of both that only the reserved lane may use, 0 to 100: others stop that much earlier.
  std::size_t reserved_percent = 0;

  /// Returns how many more batches a stream may take while `batches` and `bytes` of all streams are in
  /// flight. The last one may exceed the bytes: how large it is, is known when it has been read.
  std::size_t batches_left(bool in_reserved_lane, std::size_t batches, std::size_t bytes) const {
    const auto limit = [&](std::size_t all) {
      return in_reserved_lane ? all : all - all / 100 * reserved_percent - all % 100 * reserved_percent / 100;
    };
    return batches < limit(batches_max) && bytes < limit(bytes_max) ? limit(batches_max) - batches : 0;
  }
};

} // namespace aepro
