#pragma once

/// Port: the forms of a store that are compared with each other. Adapters: sqlite, postgres.

#include "messages/decision.hpp"
#include "messages/reviewed_form.hpp"

#include <caf/expected.hpp>

#include <functional>
#include <span>
#include <string>
#include <vector>

namespace aepro {

/// Returns what new forms of a subject and instrument, in the order of their records, make of its
/// history. Pure: it may be called again for the same forms.
using plan_forms = std::function<history_changes(form_history, std::span<const reviewed_form>)>;

/// How much a page is at most.
struct form_page_limits {
  std::size_t forms_max = 200;
  std::size_t records_max = 20'000; ///< Looked through; one segment in any case.
};

/// One connection to the store. Used by one thread at a time. Every error carries an errc (store_*)
/// and a text that names the store and, where there is one, the stream.
class review_store {
public:
  virtual ~review_store() = default;

  /// Returns the store's clock: PostgreSQL's, or the node's where there is no other.
  virtual caf::expected<unix_milliseconds> now() = 0;

  /// Returns the database's identity, made with it: 32 hexadecimal digits.
  virtual caf::expected<std::string> store_id() = 0;

  /// Makes the history cover `scales` (as names_scale takes them) beside what it covers already.
  /// Returns whether any was new: then all streams are looked through from their beginning, so that
  /// forms of the past are there to be compared with.
  virtual caf::expected<bool> cover(const std::vector<std::string>& scales) = 0;

  /// Returns the stream's next accepted forms that have a score of a scale which the history
  /// covers, and the later versions of forms and those entered in error, whatever they have. Where
  /// there are no more, `next_offset` is the stream's next offset. A stream that was never claimed
  /// has none. A damaged segment is left out and named.
  virtual caf::expected<form_page> new_forms(const stream_name& stream,
                                             const form_page_limits& limits) = 0;

  /// Changes the history of each subject and instrument as `plan` says, adds the notifications, and
  /// moves the stream's cursor, in one transaction; who changes the same history at the same time
  /// waits. Changes nothing where the stream's epoch is not that of `claim` any more, the cursor is
  /// not at the page's beginning, or the stream ends before the page (a fail-over). A notification
  /// whose key is there is not added again.
  virtual caf::expected<form_intake> take_up(const stream_claim& claim, const form_page& page,
                                             const plan_forms& plan) = 0;

  /// Returns the mutes that have not ended at `now`.
  virtual caf::expected<std::vector<notification_mute>> mutes(unix_milliseconds now) = 0;
};

} // namespace aepro
