#pragma once

/// A store with a stream that raises alerts, and two nodes that keep clocks.

#include "actors/storage/clock_store.hpp"
#include "actors/storage/notification_store.hpp"
#include "test/support/alert_source.hpp"
#include "test/support/case_reports.hpp"
#include "test/support/contracts/filled_store.hpp"

#include <atomic>
#include <memory>
#include <string>
#include <vector>

namespace aepro::test {

/// When the records of the tests were published: 2025-06-15T15:06:40Z.
inline constexpr unix_milliseconds published = 1'750'000'000'000;
inline constexpr std::int64_t day_ms = 86'400'000;

using numbers = std::vector<std::int64_t>;
using texts = std::vector<std::string>;

struct keeping_store {
  explicit keeping_store(store_kind kind);

  /// As the node does, with the default kinds in UTC.
  clock_changes plan(const case_history& history) const;
  case_page page(std::size_t most = 100) {
    return value_of(one->new_versions(adverse_events, most));
  }
  case_intake take_up(const case_page& page, std::size_t versions_max = 100);
  case_intake take_up(clock_store& node, const stream_claim& claim, const case_page& page,
                      std::size_t versions_max = 100);

  /// Appends a report and takes it up.
  void learn(const report_text& text);
  std::vector<regulatory_clock> all(clock_filter filter = {});
  std::vector<shown_notification> told() { return value_of(notes->list({.rows_max = 1'000})); }

  store_under_test store;
  alert_source source;
  std::unique_ptr<clock_store> one, other;
  std::unique_ptr<notification_store> notes;
  mutable std::atomic<int> planned{0}; ///< How often.
};

texts kinds_of(const std::vector<regulatory_clock>& clocks);
numbers ids_of(const std::vector<regulatory_clock>& clocks);
numbers offsets_of(const case_page& page);
std::string audit_problems_of(store_under_test& store);

/// Returns what people are told of a stage.
notification note_of(const regulatory_clock& clock, std::int64_t before);

} // namespace aepro::test
