#pragma once

/// What tells one event from another, and a resend from a conflict (docs/ledger-format.md,
/// "Identity").

#include "actors/validation/sha256.hpp"
#include "messages/decision.hpp"

namespace aepro {

struct event_identity {
  event_key key{};
  bool is_id = false; ///< The event id is the key as a UUID in text form, any case.
};

/// Returns the event's key: the id's own 16 bytes where it is a UUID in text form, else the first
/// 16 bytes of SHA-256(kind, study, id).
event_identity identify(const event_view& event, sha256& hasher);

/// Returns XXH3 (64 bit) of what makes content the same over resends: kind, study, site,
/// subject, source system, recorded_at and the body's bytes; not sent_at, deadline and trace
/// context.
std::uint64_t check_content(const event_view& event);

} // namespace aepro
