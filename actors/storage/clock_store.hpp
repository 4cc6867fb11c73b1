#pragma once

/// Port: the regulatory clocks of a store. Adapters: sqlite, postgres.

#include "messages/decision.hpp"
#include "messages/notification.hpp"
#include "messages/regulatory_clock.hpp"

#include <caf/expected.hpp>

#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace aepro {

/// Returns what a case's versions change about its clocks. Pure: it may be called again for the
/// same case.
using plan_case = std::function<clock_changes(const case_history&)>;

/// One connection to the store. Used by one thread at a time. Every error carries an errc (store_*)
/// and a text that names the store. Instants are the store's (now()), so that nodes whose clocks
/// differ agree.
class clock_store {
public:
  virtual ~clock_store() = default;

  /// Returns the store's clock: PostgreSQL's, or the node's where there is no other.
  virtual caf::expected<unix_milliseconds> now() = 0;

  /// Returns the database's identity, made with it: 32 hexadecimal digits.
  virtual caf::expected<std::string> store_id() = 0;

  /// Returns the stream's next versions that clocks can start or stop by: of accepted reports those
  /// that are serious, and every nullification; of records that count as conflicts those that
  /// raised a serious report's alert, each as a case of its own. About `versions_max`, and one in
  /// any case. Where there are no more, `next_offset` is the stream's next offset. A stream that
  /// was never claimed has none.
  virtual caf::expected<case_page> new_versions(const stream_name& stream,
                                                std::size_t versions_max) = 0;

  /// Adds the versions of a page to their cases, changes the clocks of each case as `plan` says,
  /// and moves the stream's cursor, in one transaction; who changes the same case at the same time
  /// waits. Changes nothing where the stream's epoch is not that of `claim` any more, the cursor is
  /// not at the page's beginning, or the stream ends before the page (a fail-over). A version that
  /// is there already is not added again; one of a case that has `case_versions_max` is left out.
  virtual caf::expected<case_intake> take_up(const stream_claim& claim, const case_page& page,
                                             std::size_t case_versions_max,
                                             const plan_case& plan) = 0;

  /// Returns running clocks whose `next_at` has come, those that are due first before others.
  virtual caf::expected<std::vector<regulatory_clock>> due(unix_milliseconds now,
                                                           std::size_t clocks_max) = 0;

  /// Keeps how far people were told of a clock (`told_before`, `next_at`), and adds the
  /// notification that tells them, in one transaction. Returns false and changes nothing where the
  /// clock was changed since it was read.
  virtual caf::expected<bool> tell(const regulatory_clock& after, const notification& told) = 0;

  /// Returns the mutes that have not ended at `now`.
  virtual caf::expected<std::vector<notification_mute>> mutes(unix_milliseconds now) = 0;

  /// Returns clocks, those that are due first before others.
  virtual caf::expected<std::vector<regulatory_clock>> list(const clock_filter& filter) = 0;

  virtual caf::expected<clock_counts> counts(unix_milliseconds now) = 0;

  /// Ends a running clock as a person says, at `by.at`: `state` is done or stopped; writes the
  /// action down. Returns the clock as it is now, nothing where there is none. One that does not
  /// run stays as it is, and no action is written. Of `by` the store fills in `action` and
  /// `target`.
  virtual caf::expected<std::optional<regulatory_clock>> end(std::int64_t id, clock_state state,
                                                             const operator_action& by) = 0;

  /// Lets a clock that a person has ended run again, from `after.next_at` on; writes the action
  /// down. Returns the clock as it is now; nothing, and no action is written, where it was changed
  /// since it was read or no person has ended it.
  virtual caf::expected<std::optional<regulatory_clock>> reopen(const regulatory_clock& after,
                                                                const operator_action& by) = 0;
};

} // namespace aepro
