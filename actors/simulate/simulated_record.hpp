#pragma once

/// One record of a synthetic trial, and what must become of it.

#include "actors/publish/outgoing_record.hpp"
#include "messages/decision.hpp"

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace aepro {

struct expected_score {
  std::string_view scale;
  double value = 0;
  std::string_view band;
};

/// What the pipeline must decide. Texts of `record` point into the record it belongs to.
struct expectation_view {
  std::string_view record; ///< "SEED/INDEX", as the header says.
  std::string_view topic, key, event_id;
  aepro::verdict verdict = verdict::accepted;
  aepro::rejection rejection = rejection::none;
  bool serious = false;
  std::span<const expected_score> scores;
  std::span<const std::string_view> alerts;
};

/// The header by which `verify --expect` finds a record.
inline constexpr std::string_view record_number_header = "simulation";

/// Reused from record to record; views into it are valid until the next.
struct simulated_record {
  std::string key, value, event_id, number, traceparent;
  bool is_tombstone = false;
  std::string_view topic;
  unix_milliseconds timestamp = 0;
  std::array<header_view, 3> header_storage;
  std::size_t header_count = 0;
  aepro::verdict verdict = verdict::accepted;
  aepro::rejection rejection = rejection::none;
  bool serious = false;
  std::array<expected_score, 1> score_storage;
  std::size_t score_count = 0;
  std::array<std::string_view, 3> alert_storage;
  std::size_t alert_count = 0;

  outgoing_record outgoing() const {
    outgoing_record record{
        topic, key, std::nullopt, {header_storage.data(), header_count}, timestamp};
    if (!is_tombstone)
      record.value = value;
    return record;
  }

  expectation_view expectation() const {
    return {number,
            topic,
            key,
            event_id,
            verdict,
            rejection,
            serious,
            {score_storage.data(), score_count},
            {alert_storage.data(), alert_count}};
  }
};

} // namespace aepro
