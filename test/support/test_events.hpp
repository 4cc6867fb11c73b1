#pragma once

/// Values of events as upstream systems publish them, and decided batches of them.

#include "messages/decision.hpp"
#include "test/support/test_records.hpp"

#include <chrono>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace aepro::test {

/// Values of events, as upstream systems would publish them.
struct event_text {
  std::string event_id;
  std::string study = "STUDY-1";
  std::string site = "701";
  std::string subject = "01-701-1015";
  std::int64_t deadline_ms = 0; ///< 0: the sender sets none.
};
std::string adverse_event_value(const event_text& text, const std::string& term = "HEADACHE",
                                bool fatal = false);
std::string response_value(const event_text& text, const std::vector<std::string>& answers);
std::string subject_value(const event_text& text,
                          const std::string& first_treatment = "2014-01-02");

/// Returns a UUIDv7-like event id that grows with `number`.
std::string ordered_id(std::uint64_t number);

/// Describes a batch of consecutive records.
struct batch_text {
  stream_name stream{"aepro.adverse-events", 0};
  std::int64_t begin_offset = -1;
  std::uint64_t epoch = 1;
  std::vector<std::string> values;
  unix_milliseconds timestamp = test_record{}.timestamp;
  std::chrono::steady_clock::time_point due = record_batch{}.due;
};

/// Returns the batch, decided with all subjects unknown; its records start at max(begin_offset, 0).
std::shared_ptr<decided_batch> decided(const batch_text& text);

/// Returns reference data for subjects, in the order asked.
using subject_finder =
    std::function<std::vector<subject_context_ptr>(std::span<const subject_key>)>;

/// The same, with the subjects that `find` knows.
std::shared_ptr<decided_batch> decided(const batch_text& text, const subject_finder& find);

/// Returns a deadline that no test reaches.
std::chrono::steady_clock::time_point far_away();

} // namespace aepro::test
