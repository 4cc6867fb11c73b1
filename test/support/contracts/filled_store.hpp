#pragma once

/// A store with known content, and what an audit says of it.

#include "actors/audit/store_audit.hpp"
#include "actors/storage/event_store.hpp"
#include "test/support/store/store_fixture.hpp"
#include "test/support/test_events.hpp"

#include <boost/test/data/monomorphic.hpp>

#include <string>
#include <string_view>

namespace aepro::test {

/// What audits can read.
inline const auto databases =
    boost::unit_test::data::make({store_kind::sqlite, store_kind::postgres});

inline const stream_name adverse_events{"aepro.adverse-events", 0};
inline const stream_name responses{"aepro.questionnaire-responses", 1};
inline const stream_name subjects{"aepro.subjects", 0};

/// Decides a batch with the store's subjects and appends it.
void append(event_store& store, const batch_text& text);

/// Offsets of adverse_events: 0 to 2 sound, 3 a death without AESER, 4 undecodable, 5 a duplicate
/// of 0, 6 a conflict with 0 that is a death; 7 to 9 sound, in a segment of their own.
void fill(event_store& store);

audit_report audit(store_under_test& store, audit_options options = {});

/// Returns whether the report has a problem of that kind at that offset. All are written to the
/// test's log.
bool names(const audit_report& report, std::string_view kind, std::int64_t offset);

bool is_sqlite(const store_under_test& store);

/// SQL: bytes; the id of a stream; the condition that a row is of a record.
std::string bytes_literal(const store_under_test& store, std::string_view bytes);
std::string stream_id(const stream_name& stream);
std::string of_record(const stream_name& stream, std::int64_t offset);

/// Returns the first segment of adverse_events.
stored_segment first_segment(store_under_test& store);

/// Returns the chain's head behind a record of the first segment.
sha256_digest head_behind(store_under_test& store, std::int64_t offset);

} // namespace aepro::test
