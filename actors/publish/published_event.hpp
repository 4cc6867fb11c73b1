#pragma once

/// One event ready to be sent, or why a row cannot be.

#include "messages/event_view.hpp"

#include <cstddef>
#include <string>
#include <string_view>

namespace aepro {

struct published_event {
  event_kind kind = event_kind::none; ///< Chooses the topic.
  std::string event_id;
  std::string key;   ///< As record_key makes it.
  std::string value; ///< An Event in Protobuf's wire format.
};

/// Says that an event is history, whatever it said before: of a field that is there twice Protobuf
/// takes the last.
void mark_as_history(published_event& event, bool with_alerts);

struct bad_row {
  std::size_t line = 0; ///< From 1.
  std::string reason;
};

/// Returns the Kafka key of a subject's records: "STUDY/SUBJECT", with % and / in the study written
/// as %25 and %2F, so that no two subjects share a key and all of a subject's records share a
/// partition.
std::string record_key(std::string_view study, std::string_view subject);

/// Returns a W3C Trace Context header for the `index`-th record of a run: a trace of its own, from
/// SHA-256 of both. `run` is random in production.
std::string make_traceparent(std::string_view run, std::uint64_t index);

} // namespace aepro
