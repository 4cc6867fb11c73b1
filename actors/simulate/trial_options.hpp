#pragma once

/// What a synthetic trial is made of.

#include "messages/record.hpp"

#include <cstdint>
#include <string>

namespace aepro {

/// Shares from 0 to 1. Of all events unless stated otherwise.
struct trouble_shares {
  double duplicate = 0.010;       ///< Same id, same content, sent again.
  double conflict = 0.002;        ///< Same id, other content.
  double undecodable = 0.002;     ///< Bytes that are no Event.
  double empty = 0.001;           ///< Tombstones and empty values.
  double malformed = 0.002;       ///< Unknown content type, no body, no id, no term, no subject.
  double unknown_subject = 0.003; ///< A subject without reference data.
  double serious = 0.030;         ///< Of adverse events: AESER = Y with a criterion.
  double quiet_death = 0.002;     ///< Of adverse events: FATAL, AESDTH = Y, but AESER = N.
  double follow_up = 0.020;       ///< Of adverse events: a later version of an earlier report.
  double nullification = 0.005;   ///< Of adverse events: an earlier report taken back.
  double item_9 = 0.040;          ///< Of PHQ-9 forms: item 9 above 0.
  double wrong_total = 0.020; ///< Of forms: the device shows another total than the answers give.
  double skipped = 0.030;     ///< Of forms: questions without an answer.
  double late = 0.030;        ///< Of forms: filled in outside the visit's window.

  /// Returns shares without any trouble, for benchmarks.
  static trouble_shares none();
};

/// Returns why no trial can have these shares; empty: one can. A record is in one trouble at most,
/// so the shares of all events add up; and a repeat needs a record without trouble before it.
std::string find_share_trouble(const trouble_shares& shares);

struct trial_options {
  std::uint64_t events =
      1000; ///< Adverse events and forms; subjects' reference data comes before them.
  std::uint64_t seed = 1;
  std::uint32_t studies = 2;
  std::uint32_t sites = 12;   ///< Per study.
  std::uint32_t subjects = 0; ///< In all; 0: one for 40 events, 20 to 5000.
  double adverse_event_share = 0.5;
  trouble_shares troubles;
  bool random_ids = false;    ///< UUIDv4 instead of UUIDv7.
  bool trace_context = true;  ///< A traceparent header.
  bool record_numbers = true; ///< The header that `verify --expect` finds records by.
  unix_milliseconds start = 1'735'689'600'000; ///< 2025-01-01T00:00:00Z: of timestamps and UUIDv7.
  double events_per_second = 20'000;           ///< By which timestamps advance.
  std::string adverse_events_topic = "aepro.adverse-events";
  std::string responses_topic = "aepro.questionnaire-responses";
  std::string subjects_topic = "aepro.subjects";
};

} // namespace aepro
