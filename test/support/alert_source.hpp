#pragma once

/// A stream of a store that raises alerts: what a notification store has to take up.

#include "actors/storage/event_store.hpp"
#include "actors/storage/make_store.hpp"
#include "test/support/test_events.hpp"

#include <algorithm>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

namespace aepro::test {

/// Claims aepro.adverse-events[0] of a migrated store and appends to it. Throws std::runtime_error
/// where that fails.
class alert_source {
public:
  explicit alert_source(store_database& database) : writer_(must(database.connect())) {
    claim = must(writer_->claim(stream));
  }

  /// Appends records behind the last ones. An adverse event with a `deadline_ms` of 1 raises one
  /// alert, late-adverse-event; a fatal one serious-adverse-event and fatal-or-life-threatening.
  void append(std::vector<std::string> values,
              unix_milliseconds timestamp = test_record{}.timestamp) {
    const auto count = static_cast<std::int64_t>(values.size());
    const std::vector batches{decided({.stream = stream,
                                       .begin_offset = next_,
                                       .epoch = claim.epoch,
                                       .values = std::move(values),
                                       .timestamp = timestamp})};
    if (!must(writer_->append(batches, far_away())).front().committed)
      throw std::runtime_error("the stream belongs to another writer");
    next_ = std::max<std::int64_t>(next_, 0) + count;
  }

  const stream_name stream{"aepro.adverse-events", 0};
  stream_claim claim;

private:
  template <class T>
  static T must(caf::expected<T> made) {
    if (!made)
      throw std::runtime_error(to_string(made.error()));
    return std::move(*made);
  }

  std::unique_ptr<event_store> writer_;
  std::int64_t next_ = -1;
};

} // namespace aepro::test
