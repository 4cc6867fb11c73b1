#pragma once

/// Finds the raw bytes of rejected records in the ledger's segments. Pure.

#include "actors/storage/ledger/segment.hpp"
#include "actors/storage/ledger/stored_segment.hpp"
#include "messages/decision.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <variant>
#include <vector>

namespace aepro {

struct owned_header {
  std::string name;
  std::optional<std::string> value; ///< Nothing: null.
};

/// A rejected record, byte for byte as Kafka delivered it.
struct dead_letter {
  std::int64_t offset = 0;
  unix_milliseconds timestamp = 0;
  rejection reason = rejection::none;
  std::optional<std::string> key;   ///< Nothing: null key.
  std::optional<std::string> value; ///< Nothing: tombstone.
  std::vector<owned_header> headers;

  /// Of key, value and headers.
  std::size_t bytes() const;
};

struct dead_letter_limits {
  /// Records of one look. More: fewer round trips; more to repeat after a failure.
  std::size_t records_max = 500;
  /// Bytes of one look, which the first record alone may pass. More: as above, and memory.
  std::size_t bytes_max = std::size_t{4} << 20;
};

/// A row of the table dead_letter.
struct dead_letter_row {
  std::int64_t offset = 0;
  rejection reason = rejection::none;
};

/// Largest decompressed segment that is read; a larger one counts as damaged.
inline constexpr std::size_t dead_letter_segment_bytes_max = std::size_t{1} << 30;

/// Appends to `found` the records of `rows` (offsets grow) that are in `segment`, until
/// `bytes_left` is used up: the record that uses it up is the last. Returns how many rows were
/// taken; or what is damaged, also where the segment should hold a record and does not.
std::variant<std::size_t, segment_damage> cut_dead_letters(const stored_segment& segment,
                                                           const stream_name& stream,
                                                           std::span<const dead_letter_row> rows,
                                                           std::size_t& bytes_left,
                                                           std::vector<dead_letter>& found);

/// Returns the records of `rows` (offsets grow), as many as `bytes_max` admits, at least one; those
/// that are sound where a later one is damaged. `segment_of(offset)` returns the segment from the
/// store or its error, `damaged(segment_damage)` the error to return. Result: an expected list of
/// dead letters.
template <class Result, class SegmentOf, class Damaged>
Result collect_dead_letters(std::span<const dead_letter_row> rows, const stream_name& stream,
                            std::size_t bytes_max, SegmentOf segment_of, Damaged damaged) {
  std::vector<dead_letter> found;
  auto bytes_left = bytes_max > 0 ? bytes_max : 1;
  while (!rows.empty() && bytes_left > 0) {
    const auto segment = segment_of(rows.front().offset);
    if (!segment)
      return segment.error();
    const auto cut = cut_dead_letters(*segment, stream, rows, bytes_left, found);
    if (const auto* damage = std::get_if<segment_damage>(&cut)) {
      if (found.empty())
        return damaged(*damage);
      break; // What is sound goes out first.
    }
    rows = rows.subspan(std::get<std::size_t>(cut));
  }
  return found;
}

} // namespace aepro
