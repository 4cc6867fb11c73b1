#pragma once

/// Settings that decisions depend on. A replay must use the same ones.

#include "messages/codec/event_decoder.hpp"
#include "messages/score_alert.hpp"

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <vector>

namespace aepro {

/// What a PHQ-9 total needs. Source: DOMAIN, PHQ-9: none missing, or up to two by the mean of the
/// rest.
enum class phq9_missing_items : std::uint8_t { none_allowed, two_allowed };

struct decide_options {
  /// Largest value in bytes; above: rejection::too_large. Raising it costs memory per batch.
  std::size_t value_bytes_max = 1024 * 1024;
  /// Most answers of one form; above: rejection::too_many_answers. Raising it costs 48 bytes per
  /// answer.
  std::size_t answers_max = 10'000;
  /// True: a record of a subject without reference data is rejected; false: accepted with a
  /// finding.
  bool reject_unknown_subjects = false;
  /// Known studies; others are rejected. Empty: all are welcome.
  std::set<std::string, std::less<>> studies = {};
  phq9_missing_items phq9_missing = phq9_missing_items::two_allowed;
  /// Terms of AEREL per study (there is no CDISC codelist); a study that is not named takes any
  /// term.
  std::map<std::string, std::vector<std::string>, std::less<>> causality_terms = {};
  /// Numbers of optional rules to apply. Optional are rules that an authority wrote for other data
  /// and that would flood adverse events with findings (docs/rules.md).
  std::set<std::uint16_t> optional_rules = {};
  /// An instant may be this far ahead of the record's Kafka timestamp before it counts as in the
  /// future.
  std::int64_t clock_skew_max_ms = 5 * 60 * 1000;

  /// Thresholds of scores that raise the alert score-threshold, as urgent as the most urgent of
  /// those passed.
  std::vector<score_alert> score_alerts = {};

  codec::decode_limits limits() const {
    return {.value_bytes_max = value_bytes_max, .answers_max = answers_max};
  }
};

} // namespace aepro
