#pragma once

/// Values of results and parameters in PostgreSQL's text and binary forms.

#include "actors/storage/postgres_connection.hpp"
#include "messages/decision.hpp"

#include <span>
#include <string>

namespace aepro {

inline constexpr Oid int2_oid = 21, int4_oid = 23, int8_oid = 20, date_oid = 1082;
inline constexpr Oid text_oid = 25, bytea_oid = 17, uuid_oid = 2950, uuid_array_oid = 2951;

/// PostgreSQL's dates count from 2000-01-01.
inline constexpr std::int64_t days_from_1970_to_2000 = 10'957;

/// Returns the field's bytes, empty for NULL.
std::string_view field(const PGresult* result, int row, int column);

/// Returns an integer from a field in text or binary form; 0 for NULL. Throws std::logic_error
/// where the field is no integer: the statement and the schema are ours, so that is a mistake in
/// the program.
std::int64_t integer_field(const PGresult* result, int row, int column);

/// Returns accepted, rejected, duplicate and conflict from four columns, `column` the first. Throws
/// as above.
verdict_counts counts_fields(const PGresult* result, int row, int column);

/// Returns a digest from a bytea field in text (hex) or binary form; zeros where it has another
/// size.
sha256_digest digest_field(const PGresult* result, int row, int column);

/// Returns `\x...` with quotes, for statements sent as text.
std::string bytea_literal(std::span<const std::uint8_t> bytes);

/// Returns `text`, which must be storable, with quotes, for statements sent as text.
std::string text_literal(std::string_view text);

/// Returns uuid[] in binary form.
std::string uuid_array(std::span<const event_key> keys);

} // namespace aepro
