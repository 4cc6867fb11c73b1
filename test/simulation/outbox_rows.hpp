#pragma once

/// The outbox of the simulated store: rows that a commit writes in its own transaction.

#include "messages/decision.hpp"

#include <map>
#include <memory>
#include <set>
#include <span>
#include <vector>

namespace aepro::simulation {

/// A row for each record that was rejected: it is a dead letter, and raises an alert.
class outbox_rows {
public:
  void write(std::span<const std::shared_ptr<decided_batch>> group,
             std::span<const append_outcome> outcomes) {
    for (std::size_t i = 0; i < group.size(); ++i) {
      const auto& batch = *group[i];
      for (std::size_t r = 0; outcomes[i].committed && r < batch.records.size(); ++r)
        if (batch.records[r].decision.rejection != rejection::none)
          rows_[batch.raw->stream].insert(batch.raw->records[r].offset);
    }
  }

  /// Returns the offsets of a stream's rows, in order.
  std::vector<std::int64_t> of(const stream_name& stream) const {
    const auto found = rows_.find(stream);
    if (found == rows_.end())
      return {};
    return {found->second.begin(), found->second.end()};
  }

private:
  std::map<stream_name, std::set<std::int64_t>> rows_;
};

} // namespace aepro::simulation
