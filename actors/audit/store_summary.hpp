#pragma once

/// What is in a store, in counts: for status, the demo's last screen and reports.

#include "actors/storage/ledger_reader.hpp"

namespace aepro {

struct store_summary {
  std::vector<stored_partition> partitions;
  std::vector<summary_row> findings, scores, alerts, rejections;
};

/// Reads one consistent snapshot. Errors: the reader's.
caf::expected<store_summary> summarize(ledger_reader& reader);

/// As `aepro status --json` prints it: partitions, findings (rule, severity, name, text, authority
/// as a list, count), scores, alerts, rejections. One object, no trailing newline.
std::string to_json(const store_summary& summary);

/// As people read it: the completeness equation per partition, then what was found.
std::string to_text(const store_summary& summary);

} // namespace aepro
