#pragma once

/// What is in a store, in counts: for status, the demo's last screen and reports.

#include "actors/storage/ledger_reader.hpp"

namespace aepro {

struct store_summary {
  std::vector<stored_partition> partitions;
  std::vector<summary_row> findings, scores, alerts, rejections;
  std::vector<publication_lag> lags;
};

/// Reads one consistent snapshot. Errors: the reader's.
caf::expected<store_summary> summarize(ledger_reader& reader);

/// As `aepro status --json` prints it: partitions (with what they have still to publish), findings
/// (rule, severity, name, text, authority as a list, count), scores, alerts, rejections. One
/// object, no trailing newline.
std::string to_json(const store_summary& summary);

/// As people read it: the completeness equation per partition, then what was found.
std::string to_text(const store_summary& summary);

/// Returns how far publication is behind, as people read it: one line, and one more for each stream
/// that is.
std::string publication_text(const store_summary& summary);

} // namespace aepro
