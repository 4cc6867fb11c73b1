#pragma once

/// A store with a stream that raises alerts, two connections that deliver, and notifications to put
/// in.

#include "actors/storage/notification_store.hpp"
#include "test/support/alert_source.hpp"
#include "test/support/contracts/filled_store.hpp"

#include <memory>
#include <string>
#include <vector>

namespace aepro::test {

/// An instant that notifications of the tests are due at.
inline constexpr unix_milliseconds noon = 1'750'000'000'000;

/// Returns a notification due at noon with a key of its own for each `number`.
notification notification_of(std::uint64_t number, urgency how = urgency::urgent);

/// Returns what the pure logic would make of an alert: its key names record and rule, its case
/// study and report.
notification notification_of(const stored_alert& alert);

struct notifying_store {
  explicit notifying_store(store_kind kind);

  /// Takes up what there is, as the node that holds the claim would. Returns whether the cursor
  /// moved.
  bool take_up(std::size_t alerts_max = 100);

  /// Adds notifications 1 to `count`.
  void add(std::uint64_t count);

  /// Leases at `now` for a second.
  std::vector<leased_notification> lease(notification_store& node, unix_milliseconds now = noon,
                                         std::size_t count_max = 100);

  /// Returns the only notification, or fails the test.
  shown_notification only();
  std::vector<shown_notification> all();

  store_under_test store;
  alert_source source;
  std::unique_ptr<notification_store> one, other;
};

/// Returns the report that a lease's notification was delivered to "mail a@b.c" and is now in
/// `state`.
delivery_report delivered(const leased_notification& leased,
                          notification_state state = notification_state::closed);

std::vector<std::int64_t> ids_of(const std::vector<leased_notification>& leased);
std::vector<std::int64_t> ids_of(const std::vector<shown_notification>& shown);

} // namespace aepro::test
