#pragma once

/// Port: what a store has to tell people, and how far it has come. Adapters: sqlite, postgres.

#include "messages/notification.hpp"

#include <caf/expected.hpp>

namespace aepro {

inline constexpr std::size_t floods_max = 50; ///< That a store tells of at a time.

/// One connection to the store. Used by one thread at a time. Every error carries an errc (store_*)
/// and a text that names the store. Instants are the store's (now()), so that nodes whose clocks
/// differ agree about leases.
class notification_store {
public:
  virtual ~notification_store() = default;

  /// Returns the store's clock: PostgreSQL's, or the node's where there is no other.
  virtual caf::expected<unix_milliseconds> now() = 0;

  /// Returns the database's identity, made with it: 32 hexadecimal digits.
  virtual caf::expected<std::string> store_id() = 0;

  /// Returns the stream's next alerts, `alerts_max` at most; all alerts of a record come together,
  /// and one record comes in any case. The nullification of a report that raised no alert, as it
  /// does not say itself that the report was serious, comes as "serious-report-nullified",
  /// `only_if_told`. Where there are no more, `next_offset` is the stream's next offset. A stream
  /// that was never claimed has none.
  virtual caf::expected<alert_page> new_alerts(const stream_name& stream,
                                               std::size_t alerts_max) = 0;

  /// Makes the notifications of a page and moves the stream's cursor, in one transaction. Returns
  /// false and changes nothing where the stream's epoch is not that of `claim` any more, the cursor
  /// is not at the page's beginning, or the stream ends before the page (a fail-over). A
  /// notification whose key is there already is left as it is, and one `only_if_told` is not made
  /// where its case has none that people were told of since its last nullification. One that is
  /// waiting and has a case becomes `repeated` where the case has an earlier notification of the
  /// same rule that people were to be told of: one that was muted or withheld does not count.
  virtual caf::expected<bool> take_up(const stream_claim& claim, const alert_page& page,
                                      const std::vector<notification>& made) = 0;

  /// Adds a notification that belongs to no record. Returns false where its key is there already.
  /// Cases count as above.
  virtual caf::expected<bool> add(const notification& made) = 0;

  /// Leases notifications whose `next_at` has come (state waiting or sent) and that nobody holds a
  /// lease of, most urgent first, then oldest first, for `lease_ms` from `now` on, `count_max` at
  /// most; none less urgent than `least`. Other nodes' rows are skipped, not waited for.
  virtual caf::expected<std::vector<leased_notification>>
  lease(unix_milliseconds now, std::int64_t lease_ms, const std::string& node,
        std::size_t count_max, urgency least = urgency::routine) = 0;

  /// Returns the floods of routine notifications: at least `count_min` of one rule, study, state
  /// and step that nobody holds a lease of, of which one is due; `floods_max` of them, the one that
  /// is due longest first. Looks at no more rows than 4 * count_max, those that are due longest:
  /// where few are due it costs nothing.
  virtual caf::expected<std::vector<notification_flood>> floods(unix_milliseconds now,
                                                                const flood_limits& limits) = 0;

  /// Leases a flood's notifications, those that are due longest, `count_max` at most, and returns
  /// them oldest first. Leases none where it is no flood any more, or others hold it.
  virtual caf::expected<std::vector<leased_notification>>
  lease_flood(unix_milliseconds now, std::int64_t lease_ms, const std::string& node,
              const notification_flood& flood, const flood_limits& limits) = 0;

  /// Writes attempts down, moves the notifications and ends their leases. Attempts of a
  /// notification whose lease is not ours any more, or that was acknowledged or sent again
  /// meanwhile, are written all the same; it is not moved. One report per lease: where it is given
  /// again, as its answer was lost, nothing changes. Ten thousand take a second.
  virtual caf::expected<void> report(const std::vector<delivery_report>& reports) = 0;

  /// Returns the mutes that have not ended at `now`.
  virtual caf::expected<std::vector<notification_mute>> mutes(unix_milliseconds now) = 0;

  /// Returns notifications with their attempts, newest first.
  virtual caf::expected<std::vector<shown_notification>>
  list(const notification_filter& filter) = 0;

  /// Returns how many notifications are in each state: index is the state's number.
  virtual caf::expected<std::vector<std::int64_t>> counts() = 0;

  /// Acknowledges; writes the action down. Returns the notification as it is now, nothing where
  /// there is none. One that is acknowledged already stays as it is, and no action is written. Of
  /// `by`, here and below, the store fills in `action`, and `target` where it is empty: the id.
  virtual caf::expected<std::optional<notification>> acknowledge(std::int64_t id,
                                                                 const operator_action& by) = 0;

  /// Sends it again from its first step on, whatever its state; writes the action down. Returns as
  /// acknowledge.
  virtual caf::expected<std::optional<notification>> retry(std::int64_t id,
                                                           const operator_action& by) = 0;

  /// Adds a mute and writes the action down. Returns its id.
  virtual caf::expected<std::int64_t> mute(const notification_mute& made,
                                           const operator_action& by) = 0;

  /// Ends a mute at `by.at` and writes the action down. Returns false where there is none that has
  /// not ended.
  virtual caf::expected<bool> unmute(std::int64_t id, const operator_action& by) = 0;

  /// Returns what people did, newest first.
  virtual caf::expected<std::vector<operator_action>> actions(std::size_t rows_max) = 0;
};

} // namespace aepro
