#pragma once

/// Reads the canonical bytes of a decision, written from docs/ledger-format.md alone: a second
/// opinion on the encoder.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace aepro::test {

struct read_finding {
  std::uint16_t rule;
  std::string variable, detail;
};
struct read_score {
  std::string scale, band, algorithm;
  double value;
};
struct read_alert {
  std::string rule;
  std::uint8_t urgency;
};

struct read_decision {
  std::uint32_t rules_version = 0, context_version = 0;
  std::uint8_t rejection = 0;
  bool serious = false, subject_known = false;
  std::vector<read_finding> findings;
  std::vector<read_score> scores;
  std::vector<read_alert> alerts;
};

/// Returns what the bytes say, or nothing where they are not exactly one decision.
std::optional<read_decision> read(std::string_view bytes);

} // namespace aepro::test
