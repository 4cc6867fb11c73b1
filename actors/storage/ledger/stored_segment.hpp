#pragma once

/// A ledger segment as readers deliver it.

#include "messages/record.hpp"

#include <cstdint>
#include <optional>
#include <string>

namespace aepro {

/// One row of ledger_segment, as it is in the store.
struct stored_segment {
  std::int64_t first_offset = 0;
  std::int64_t last_offset = 0;
  std::int64_t record_count = 0;
  std::uint32_t rules_version = 0;
  sha256_digest chain_before{};
  sha256_digest chain_after{};
  unix_milliseconds stored_at = 0;
  /// Names what the decisions were made with; nothing in segments of an older schema.
  std::optional<sha256_digest> options;
  /// When records were due whose sender set no deadline; nothing: no limit, or an older schema.
  std::optional<unix_milliseconds> due_at;
  std::string records;
  std::string decisions;
};

} // namespace aepro
