#pragma once

/// Port: what a store still has to publish, and how far its publication has come. Adapters: sqlite,
/// postgres.

#include "actors/storage/ledger/dead_letter.hpp"
#include "messages/decision.hpp"

#include <caf/expected.hpp>

#include <cstdint>
#include <string>
#include <vector>

namespace aepro {

/// What is published of a stream; each has a cursor of its own. Stable numbers: they are in the
/// store.
enum class publication : std::uint8_t {
  dead_letters = 1,
  anchors = 2,
  alerts = 3,  ///< Taken up as notifications: notification_store moves this one.
  clocks = 4,  ///< Versions of reports that the clocks know: clock_store moves this one.
  reviews = 5, ///< Forms that were compared with others: review_store moves this one.
};

/// A stream's state and its cursors, of one moment.
struct publication_state {
  std::int32_t stream_id = 0;
  stream_claim claim; ///< As it is in the store now.
  verdict_counts counts;
  std::int64_t dead_letters_next = 0; ///< Dead letters before this offset are published.
  std::int64_t anchored = -1;         ///< next_offset of the last published anchor; -1: none.
  bool has_dead_letters = false;      ///< One at least is not published yet.
};

/// One connection to the store. Used by one thread at a time. Every error carries an errc (store_*)
/// and a text that names the store and, where there is one, the stream.
class publication_store {
public:
  virtual ~publication_store() = default;

  /// Returns the database's identity, made with it: 32 hexadecimal digits.
  virtual caf::expected<std::string> store_id() = 0;

  /// Returns the state of every claimed stream, ordered by topic and partition.
  virtual caf::expected<std::vector<publication_state>> states() = 0;

  /// Returns dead letters of `stream` from its cursor on, in offset order, as many as `limits` let
  /// through and at least one where there is one. Errors: also store_broken where the ledger has no
  /// sound segment of the next one; it is not left out.
  virtual caf::expected<std::vector<dead_letter>>
  dead_letters(const publication_state& stream, const dead_letter_limits& limits) = 0;

  /// Moves the stream's cursor to `next_offset`; never back. Returns false and changes nothing
  /// where the stream's epoch is not that of `stream` any more (another node publishes it) or the
  /// cursor stands there or beyond.
  virtual caf::expected<bool> advance(const publication_state& stream, publication what,
                                      std::int64_t next_offset) = 0;
};

} // namespace aepro
