#pragma once

/// A message as a Kafka record. Pure.

#include "messages/channel_message.hpp"

#include <string>

namespace aepro {

/// The record's header with the idempotency key.
inline constexpr std::string_view idempotency_header = "aepro-idempotency-key";

/// Returns the record's key: as events' keys are, so that a subject's alerts stay in order; the
/// idempotency key where the message names no study or no subject.
std::string alert_record_key(const channel_message& message);

/// Returns the record's value: JSON with key, title, text, recipient and html (where there are any)
/// and `fields`.
std::string alert_record_value(const channel_message& message);

} // namespace aepro
